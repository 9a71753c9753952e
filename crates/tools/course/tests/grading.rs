//! Tests `cargo course grade` from outside, without building or grading anything.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use lesson_test::{limited, run, run_within};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

mod scratch;

use scratch::Scratch;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
const ID: &str = "ipc-pipe/forgotten-end";

#[test]
fn reports_are_not_written_beside_others_and_the_error_comes_before_any_grading() {
    let scratch = Scratch::new("reports");
    fs::write(scratch.0.join("old"), "").unwrap();
    let out = scratch.at("");
    for out in [&out, &scratch.at("old")] {
        let words = ["grade", "--exercise", ID, "--out", out, "/"];
        let refused = run(COURSE, &words).expect_complaint(1);
        assert!(refused.err.contains("--out"), "{refused:?}");
    }
}

#[test]
fn ctrl_c_ends_a_grading_that_waits_and_under_nohup_a_closed_terminal_does_not() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    fs::create_dir_all(checkout.join("target")).unwrap();
    let other = File::create(checkout.join("target/grading.lock")).unwrap();
    // Another test may grade at this time.
    limited(Duration::from_secs(900), || other.lock()).unwrap();
    let limit = Duration::from_secs(120);
    let mut grade = Command::new("env");
    grade.args(["--ignore-signal=HUP", "--default-signal=INT", COURSE]);
    grade.args(["grade", "--no-sandbox", "--exercise", ID, "/proc/self"]);
    grade.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut grade = grade.spawn().unwrap();
    let mut stderr = BufReader::new(grade.stderr.take().unwrap());
    let mut lines = String::new();
    limited(limit, || stderr.read_line(&mut lines)).unwrap();
    assert!(lines.contains("waiting for another grading"), "{lines}");
    let pid = i32::try_from(grade.id()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGHUP).unwrap();
    thread::sleep(Duration::from_millis(500));
    assert_eq!(grade.try_wait().unwrap(), None, "under nohup it goes on");
    kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
    limited(limit, || stderr.read_to_string(&mut lines)).unwrap();
    assert!(lines.contains("ended by a signal"), "{lines}");
    assert_eq!(limited(limit, || grade.wait()).unwrap().code(), Some(1));
}

/// The submission has no answer, so nothing is built.
#[test]
fn results_that_cannot_be_printed_are_an_error() {
    let scratch = Scratch::new("not-printed");
    fs::create_dir(scratch.0.join("empty")).unwrap();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for format in ["text", "csv"] {
        let mut grade = Command::new(COURSE);
        grade.args([
            "grade",
            "--no-sandbox",
            "--format",
            format,
            "--exercise",
            ID,
        ]);
        grade.arg(scratch.0.join("empty")).stdout(full());
        let ended = limited(Duration::from_secs(120), || {
            grade.stderr(Stdio::piped()).output()
        });
        let ended = ended.unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{format}: {errors}");
        let is_one = |line: &&str| line.contains("No space left");
        assert_eq!(errors.lines().filter(is_one).count(), 1, "{errors}");
    }
}

#[test]
fn a_bubblewrap_that_is_too_old_is_reported() {
    let scratch = Scratch::new("old-bwrap");
    let script = scratch.0.join("bwrap");
    // This script does as the bubblewrap of Ubuntu 22.04 does.
    let text = "#!/bin/sh\nfor word; do case $word in --disable-userns) \
                echo bwrap: Unknown option $word >&2; exit 1;; esac; done\n";
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", scratch.0.display(), env::var("PATH").unwrap());
    let mut grade = Command::new(COURSE);
    grade
        .args(["grade", "--exercise", ID, "/proc/self"])
        .env("PATH", path);
    let refused = run_within(Duration::from_secs(60), &mut grade).expect_complaint(1);
    assert!(
        refused.err.contains("too old") && refused.err.contains("0.8.0"),
        "{refused:?}"
    );
}
