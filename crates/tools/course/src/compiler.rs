//! How rustc is asked in the box, and what it complains about.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failed::harmless_lines;
use crate::units::Unit;

/// The words after `rustc`: those of cargo, with the results written to `out`, the libraries that
/// were `rebuilt` there taken from it, and nothing read or kept of earlier builds.
pub(crate) fn words(unit: &Unit, out: &Path, rebuilt: &[PathBuf]) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut all = unit.arguments.iter().map(String::as_str).peekable();
    while let Some(word) = all.next() {
        match word {
            "-C" if all
                .next_if(|next| next.starts_with("incremental="))
                .is_some() => {}
            "--out-dir" => {
                let _theirs = all.next();
                words.extend([word.into(), out.into()]);
            }
            "--extern" => {
                let next = all.next().unwrap_or_default();
                let library = rebuilt_extern(next, out, rebuilt);
                words.extend([word.into(), library.unwrap_or_else(|| next.into())]);
            }
            _ if word.starts_with("--json=") => {}
            _ if word.starts_with("--emit=") => words.push("--emit=metadata,link".into()),
            _ => words.push(word.into()),
        }
    }
    words
}

/// `NAME=PATH` with the path in `out`, if that library was built again.
fn rebuilt_extern(word: &str, out: &Path, rebuilt: &[PathBuf]) -> Option<OsString> {
    let (name, path) = word.split_once('=')?;
    let path = Path::new(path);
    let is_it = |file: &PathBuf| file.with_extension("") == path.with_extension("");
    rebuilt.iter().find(|file| is_it(file))?;
    let mut word = OsString::from(format!("{name}="));
    word.push(out.join(path.file_name()?));
    Some(word)
}

/// How many complaints a student is shown.
const SHOWN: usize = 5;

/// The errors that rustc has printed as JSON, each with the line of the student's file. (The line that
/// was compiled is another one: only the student's bodies were taken.)
pub(crate) fn complaints(printed: &str, files: &BTreeMap<PathBuf, String>) -> String {
    errors(printed, files).unwrap_or_else(|| {
        let printed: String = printed.chars().take(2000).collect();
        format!("The compiler failed: {}", harmless_lines(&printed))
    })
}

/// The errors alone, of rustc or in messages of cargo; `None` if there is none.
pub(crate) fn errors(printed: &str, files: &BTreeMap<PathBuf, String>) -> Option<String> {
    let messages = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|message| match message.get("reason") {
            Some(_) => message.get("message").cloned().unwrap_or_default(),
            None => message,
        });
    let errors = messages.filter(|message| text(message, "level") == "error");
    let told: Vec<String> = errors
        .filter_map(|error| complaint(&error, files))
        .take(SHOWN)
        .collect();
    // The source lines in it are a student's.
    (!told.is_empty()).then(|| harmless_lines(&told.join("\n")))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn complaint(error: &Value, files: &BTreeMap<PathBuf, String>) -> Option<String> {
    let spans = error.get("spans")?.as_array()?;
    // What has no line, such as "aborting due to 2 previous errors", says nothing new.
    let span = spans
        .iter()
        .find(|span| span.get("is_primary") == Some(&Value::Bool(true)))?;
    let line = span
        .get("text")?
        .get(0)
        .map_or("", |line| text(line, "text"));
    let code = error.get("code").map_or("", |code| text(code, "code"));
    let mut told = place(text(span, "file_name"), line, files);
    told += &match code {
        "" => "error".to_owned(),
        code => format!("error[{code}]"),
    };
    told += &format!(": {}", text(error, "message"));
    let label = text(span, "label");
    if !label.is_empty() {
        told += &format!(" ({label})");
    }
    told += &format!("\n    {}", line.trim());
    let children = error.get("children").and_then(Value::as_array);
    for child in children.into_iter().flatten() {
        if text(child, "level") == "help" {
            told += &format!("\n    help: {}", text(child, "message"));
        }
    }
    Some(told)
}

/// `src/bin/pipe.rs:12: `, if the line is one of the student's.
fn place(compiled: &str, line: &str, files: &BTreeMap<PathBuf, String>) -> String {
    let is_it = |path: &Path| Path::new(compiled).ends_with(path);
    let Some((path, source)) = files.iter().find(|(path, _)| is_it(path)) else {
        return String::new();
    };
    match source.lines().position(|its| its == line) {
        Some(number) => format!("{}:{}: ", path.display(), number + 1),
        None => format!("{}: ", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::errors;

    #[test]
    fn what_a_source_line_would_do_to_a_terminal_it_does_not() {
        let error = |line: &str| {
            serde_json::json!({
                "level": "error",
                "message": "wrong",
                "spans": [{"is_primary": true, "file_name": "a.rs", "text": [{"text": line}]}],
            })
        };
        let rustc = error("let a = \"\u{1b}[2J\u{202e}\";").to_string();
        let told = errors(&rustc, &BTreeMap::new()).unwrap();
        assert_eq!(told, "error: wrong\n    let a = \"\u{fffd}[2J\u{fffd}\";");
        let message = serde_json::json!({"reason": "compiler-message", "message": error("a")});
        let told = errors(&message.to_string(), &BTreeMap::new());
        assert_eq!(told.as_deref(), Some("error: wrong\n    a"));
        assert_eq!(
            errors("{\"reason\": \"build-finished\"}", &BTreeMap::new()),
            None
        );
    }
}
