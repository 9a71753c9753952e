//! Tests what `cargo course handout` makes, without grading anything.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use lesson_test::{Ran, run_within};

mod scratch;

use scratch::Scratch;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
const ID: &str = "ipc-pipe/forgotten-end";

fn course(words: &[&str]) -> Ran {
    run_within(Duration::from_secs(120), Command::new(COURSE).args(words))
}

#[test]
fn a_handout_has_its_own_lock_file_and_nothing_for_the_grader() {
    let scratch = Scratch::new("handout");
    let out = scratch.at("out");
    // An exercise that is named twice is handed out once.
    let _made = course(&["handout", ID, ID, "--out", &out]).expect_success();
    let mark = fs::read_to_string(Path::new(&out).join("exercise.txt")).unwrap();
    assert_eq!(mark, format!("exercise {ID}\n"));
    let lesson = Path::new(&out).join("crates/lessons/ipc-pipe");
    let exercises: Vec<_> = fs::read_dir(lesson.join("exercises/forgotten-end"))
        .unwrap()
        .collect();
    // The check, and the module that reports on the student's file.
    assert_eq!(exercises.len(), 2, "{exercises:?}");
    let check = fs::read_to_string(lesson.join("exercises/forgotten-end/check.rs")).unwrap();
    let looks_first = "fn main() -> ExitCode {\n    as_handed_out::look();\n";
    assert!(
        check.contains(looks_first) && check.contains("mod as_handed_out;"),
        "{check}"
    );
    assert!(!lesson.join("exercises.toml").exists() && !lesson.join("tests").exists());
    assert!(Path::new(&out).join("docs/glossary.md").exists());
    let ignored = fs::read_to_string(Path::new(&out).join(".gitignore")).unwrap();
    assert_eq!(ignored, "/target\n");
    let lock = fs::read_to_string(Path::new(&out).join("Cargo.lock")).unwrap();
    assert!(
        !lock.contains("name = \"smol\"") && lock.contains("name = \"nix\""),
        "{lock}"
    );
    let readme = fs::read_to_string(Path::new(&out).join("README.md")).unwrap();
    assert!(
        readme.contains("cargo test -p ipc-pipe --test check-forgotten-end"),
        "{readme}"
    );
    // One small crate is enough to see what cargo reports on the workspace.
    let mut cargo = Command::new("cargo");
    cargo
        .args(["check", "--locked", "--offline", "-p", "lexopt"])
        .current_dir(&out);
    let ran = run_within(Duration::from_secs(60), &mut cargo).expect_code(0);
    assert!(!ran.err.contains("warning"), "{ran:?}");
    let again = course(&["handout", ID, "--out", &out]).expect_complaint(1);
    assert!(again.err.contains("exists already"), "{again:?}");
}

/// Asserts that the handed-out check accepts the first answer and rejects the second one.
fn can_be_read(scratch: &Scratch, lesson: &str, id: &str, right: &str, wrong: &str) {
    let lesson = scratch.0.join("out/crates/lessons").join(lesson);
    let (folder, program) = (lesson.join("exercises").join(id), scratch.0.join(id));
    let mut rustc = Command::new("rustc");
    rustc.arg(folder.join("check.rs")).arg("-o").arg(&program);
    rustc.env("CARGO_MANIFEST_DIR", &lesson);
    let _built = run_within(Duration::from_secs(60), &mut rustc).expect_success();
    let answer = folder.join("answer.txt");
    let form = fs::read_to_string(&answer).unwrap();
    for (text, code) in [(right, 0), (wrong, 1), ("may: a\n", 1), ("", 1)] {
        fs::write(&answer, format!("{form}{text}")).unwrap();
        let mut check = Command::new(&program);
        let _read = run_within(Duration::from_secs(60), &mut check).expect_code(code);
    }
}

#[test]
fn a_handout_of_a_prediction_has_the_form_and_looks_at_it_without_the_key() {
    let scratch = Scratch::new("prediction");
    let out = scratch.at("out");
    let words = [
        "handout",
        "sync/smallest",
        "ipc-queue/order",
        ID,
        "--out",
        &out,
    ];
    let _made = course(&words).expect_success();
    for (lesson, id) in [("sync", "smallest"), ("ipc-queue", "order")] {
        let folder = Path::new(&out).join(format!("crates/lessons/{lesson}/exercises/{id}"));
        let files: Vec<_> = fs::read_dir(folder).unwrap().collect();
        assert_eq!(files.len(), 2, "{files:?}");
    }
    can_be_read(
        &scratch,
        "sync",
        "smallest",
        "can : 2,\t3; 4\n",
        "can: two\n",
    );
    let letters = "Can: a # a remark\ncan: B j\n";
    can_be_read(&scratch, "ipc-queue", "order", letters, "can: a and b\n");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["metadata", "--locked", "--format-version", "1", "--no-deps"])
        .current_dir(&out);
    let _whole = run_within(Duration::from_secs(60), &mut cargo).expect_code(0);
}
