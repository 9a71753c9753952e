//! The fault of a check that calls the student's function itself has a picture, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use lesson_test::{Ran, run_within};

/// The time limit of a command, which may build the crates below the lesson.
const LIMIT: Duration = Duration::from_secs(900);

fn course(words: &[&str], copy: &Path) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    run_within(LIMIT, command.args(words).arg(copy))
}

struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_check_of_a_function_runs_once_more_for_its_picture_and_for_that_of_a_right_answer() {
    let copy = Copy(Path::new(env!("CARGO_TARGET_TMPDIR")).join("shown"));
    let _of_an_earlier_run = fs::remove_dir_all(&copy.0);
    let _begun = course(&["start", "ipc-pipe/iter"], &copy.0).expect_success();
    let wrong = course(&["check"], &copy.0).expect_code(1);
    assert!(wrong.out.contains("As a picture"), "{wrong:?}");
    let shown = course(&["show"], &copy.0).expect_success();
    let lines = shown.lines();
    assert_eq!(lines[0], "The check `all`, run once more");
    assert!(!shown.out.contains("this time it holds"), "{shown:?}");
    // The untouched body receives nothing. That of a right answer goes on to the last sender.
    let events = |name: &str| {
        let address = format!("file://{}", copy.0.join(name).display());
        assert!(shown.out.contains(&address), "{shown:?}");
        let page = fs::read_to_string(copy.0.join(name)).unwrap_or_default();
        assert!(
            page.contains("ipc-pipe/iter") && page.contains("sender"),
            "{name}"
        );
        page.matches("data-i=").count()
    };
    let (theirs, right) = (events("fault.html"), events("right.html"));
    assert!(theirs < right, "{theirs} marks of events, and {right}");
    // Nothing is left of the runs, and what was kept is there for another look.
    let again = course(&["show"], &copy.0).expect_success();
    assert_eq!(again.lines()[0], lines[0]);
}

#[test]
fn the_report_of_a_grading_has_the_page_of_such_a_check_too() {
    let out = Copy(Path::new(env!("CARGO_TARGET_TMPDIR")).join("shown-out"));
    let _of_an_earlier_run = fs::remove_dir_all(&out.0);
    let answers =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons/ipc-pipe/exercises/iter");
    let mut grade = Command::new(env!("CARGO_BIN_EXE_course"));
    grade.args([
        "grade",
        "--no-sandbox",
        "--exercise",
        "ipc-pipe/iter",
        "--out",
    ]);
    grade.arg(&out.0).arg(answers.join("wrong/skips.rs"));
    let graded = run_within(LIMIT, &mut grade).expect_success();
    assert!(graded.out.contains(": fail, "), "{graded:?}");
    let reports: Vec<_> = fs::read_dir(&out.0).unwrap().flatten().collect();
    let page = fs::read_to_string(reports[0].path().join("run.html")).unwrap();
    assert!(
        reports.len() == 1 && page.contains("ipc-pipe/iter"),
        "{reports:?}"
    );
}
