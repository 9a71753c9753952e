use super::*;
use crate::checkout::Course;

fn errors_in(their: &str, printed: &Value) -> Option<String> {
    let their = Their {
        compiled: PathBuf::from("a.rs"),
        path: Path::new("a.rs"),
        source: their,
        built: their,
    };
    errors(&printed.to_string(), &Theirs(vec![their]))
}

#[test]
fn a_source_line_is_shown_without_control_characters() {
    let error = |line: &str| {
        serde_json::json!({
            "level": "error",
            "message": "wrong",
            "spans": [{"is_primary": true, "file_name": "a.rs", "text": [{"text": line}]}],
        })
    };
    let shown = errors_in("", &error("let a = \"\u{1b}[2J\u{202e}\";")).unwrap();
    assert_eq!(
        shown,
        "a.rs: error: wrong\n    let a = \"\u{fffd}[2J\u{fffd}\";"
    );
    let long = errors_in("", &error(&"b".repeat(9000))).unwrap();
    assert_eq!(long.matches('b').count(), LONGEST_LINE);
    let message = serde_json::json!({"reason": "compiler-message", "message": error("b")});
    let shown = errors_in("b\n", &message);
    assert_eq!(shown.as_deref(), Some("a.rs:1: error: wrong\n    b"));
    assert_eq!(
        errors_in("", &serde_json::json!({"reason": "build-finished"})),
        None
    );
}

#[test]
fn a_line_of_the_course_is_not_shown_and_its_caller_s_line_is() {
    let span = |file: &str, line: &str| {
        serde_json::json!({
            "is_primary": true, "file_name": file, "text": [{"text": line}], "label": "secret",
        })
    };
    let error =
        |span: Value| serde_json::json!({"level": "error", "message": "wrong", "spans": [span]});
    let shown = errors_in("", &error(span("check.rs", "secret")));
    assert_eq!(
        shown.as_deref(),
        Some("error: wrong\n    in a file of the course")
    );
    let mut in_macro = span("check.rs", "secret");
    in_macro["expansion"] = serde_json::json!({"span": span("a.rs", "mine!();")});
    let shown = errors_in("mine!();\n", &error(in_macro)).unwrap();
    assert!(shown.starts_with("a.rs:1: error: wrong"), "{shown}");
    assert!(shown.contains("mine!();"), "{shown}");
}

const SOURCE: &str = "\
fn story() {
    ours;
}
fn talk(words: &[String]) {
    one;
    two;
    three;
    four;
}
";

/// The warnings shown for a submission in which each of these lines has a warning with this code.
fn warned(source: &str, code: &str, lines: &[usize]) -> Option<String> {
    warned_in("ipc-pipe/src/bin", source, code, lines)
}

/// The warnings shown for a file of that name in `folder`, as in `warned`.
fn warned_in(folder: &str, source: &str, code: &str, lines: &[usize]) -> Option<String> {
    let warning = |line: &usize| {
        let text = source.lines().nth(line - 1).unwrap();
        let file = format!("crates/lessons/{folder}/pipe-forgotten-end.rs");
        let span = serde_json::json!({
            "is_primary": true, "file_name": file, "line_start": line, "text": [{"text": text}],
        });
        let code = serde_json::json!({ "code": code });
        let message = serde_json::json!({
            "level": "warning", "message": "unused", "code": code, "spans": [span],
        });
        format!("{message}\n")
    };
    let course = Course::find().unwrap();
    let assigned = course.exercise("forgotten-end").unwrap();
    let path = PathBuf::from("src/bin/pipe-forgotten-end.rs");
    let [theirs, text] = ["// A line more.\n", ""].map(|before| format!("{before}{source}"));
    let files = BTreeMap::from([(path, Taken { theirs, text })]);
    let printed: String = lines.iter().map(warning).collect();
    warnings(&printed, assigned, &files)
}

#[test]
fn a_few_warnings_are_shown_each_once_and_only_for_the_student_s_lines() {
    assert_eq!(warned(SOURCE, "unused_must_use", &[2]), None);
    assert_eq!(warned(SOURCE, "unused_imports", &[5]), None);
    let shown = warned(SOURCE, "unused_must_use", &[2, 5, 5, 4]).unwrap();
    let shown: Vec<&str> = shown.lines().collect();
    let place = "src/bin/pipe-forgotten-end.rs";
    assert_eq!(
        shown[1..],
        [
            &format!("{place}:6: warning[unused_must_use]: unused"),
            "    one;",
            &format!("{place}:5: warning[unused_must_use]: unused"),
            "    fn talk(words: &[String]) {",
        ]
    );
    let many = warned(SOURCE, "unused_must_use", &[4, 5, 6, 7, 8]).unwrap();
    assert_eq!(many.lines().count(), 1 + 2 * SHOWN_WARNINGS);
    let begun = SOURCE.replace("one", "todo!(\"one\")");
    assert_eq!(warned(&begun, "unreachable_code", &[6]), None);
}

#[test]
fn of_two_lines_with_the_same_text_the_right_one_is_named() {
    let twice = SOURCE.replace("three", "one");
    let shown = warned(&twice, "unused_must_use", &[7]).unwrap();
    assert!(shown.contains("pipe-forgotten-end.rs:8: "), "{shown}");
    let shown = warned(&twice, "unused_must_use", &[5]).unwrap();
    assert!(shown.contains("pipe-forgotten-end.rs:6: "), "{shown}");
}

#[test]
fn a_file_of_the_same_name_in_another_crate_is_not_the_student_s() {
    let warned = |folder| warned_in(folder, SOURCE, "unused_must_use", &[5]);
    assert_eq!(warned("ipc-queue/src/bin"), None);
    assert_eq!(warned("ipc-pipe/exercises/src/bin"), None);
    assert!(warned("ipc-pipe/exercises/forgotten-end/../../src/bin").is_some());
}
