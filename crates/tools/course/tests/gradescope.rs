//! Tests the script that Gradescope runs, with a fake cargo that prints the results of a grading.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use lesson_test::{Ran, run_within};

mod scratch;

use scratch::Scratch;

/// Runs the script with a `cargo course grade` that prints these results and exits with this code.
fn run_autograder(scratch: &Scratch, results: &str, code: i32) -> Ran {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = script.join("../../../docs/gradescope/run_autograder");
    for folder in ["course", "source", "submission", "home/.cargo/bin"] {
        fs::create_dir_all(scratch.0.join(folder)).unwrap();
    }
    // A line may be empty or end as in Windows, and the last one may lack its end.
    let exercises = "sync/event\r\n\n \nsync/lock";
    fs::write(scratch.at("source/exercises.txt"), exercises).unwrap();
    fs::write(scratch.at("submission/event.rs"), "").unwrap();
    let cargo = scratch.at("home/.cargo/bin/cargo");
    let fake = format!("#!/bin/sh\necho \"$@\" >>\"$HOME/asked\"\necho '{results}'\nexit {code}\n");
    fs::write(&cargo, fake).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("bash");
    command.arg(script);
    command.env("AUTOGRADER", &scratch.0);
    command.env("HOME", scratch.at("home"));
    run_within(Duration::from_secs(60), &mut command)
}

#[test]
fn results_are_handed_on_also_where_the_grader_has_failed_on_one_exercise() {
    let scratch = Scratch::new("gradescope");
    for (results, code) in [
        ("{\"score\": 5}", 0),
        ("{\"output\": \"no points yet\"}", 1),
    ] {
        let _ended = run_autograder(&scratch, results, code).expect_code(code);
        let written = fs::read_to_string(scratch.at("results/results.json")).unwrap();
        assert_eq!(written.trim_end(), results);
    }
    let asked = fs::read_to_string(scratch.at("home/asked")).unwrap();
    let exercises = "--exercise sync/event --exercise sync/lock";
    assert!(asked.contains(exercises), "{asked}");
    assert_eq!(asked.matches("--exercise").count(), 2 * 2, "{asked}");
    // The files that the student has handed in are unchanged.
    let handed: Vec<_> = fs::read_dir(scratch.at("submission")).unwrap().collect();
    assert_eq!(handed.len(), 1, "{handed:?}");
}
