//! Tests `cargo course` from outside, without building or grading anything.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use lesson_test::{Ran, limited, run, run_within};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

mod scratch;

use scratch::Scratch;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
const ID: &str = "ipc-pipe/forgotten-end";

fn course(words: &[&str]) -> Ran {
    run_within(Duration::from_secs(120), Command::new(COURSE).args(words))
}

#[test]
fn exercises_are_listed_for_people_and_for_programs() {
    let listed = run(COURSE, &[]).expect_success();
    assert!(listed.out.contains(&format!("start {ID}")), "{listed:?}");
    assert!(
        listed.lines().iter().all(|line| line.chars().count() <= 80),
        "{listed:#?}"
    );
    let listed = run(COURSE, &["--json"]).expect_success();
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    let one = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == ID)
        .unwrap();
    assert_eq!((&one["minutes"], &one["points"]), (&15.into(), &5.into()));
    assert_eq!(one["kind"], "repair");
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for words in [
        &["start"][..],
        &["start", "ipc-pipe/forgotten"],
        &["start", "no-such-exercise"],
        &["begin"],
        &["hint", "two", "words"],
        &["grade"],
        &["grade", "--format", "xml", "x"],
        &["grade", "--seed", "many", "x"],
        &["grade", "--exercise", "no-such-exercise", "x"],
        &["verify", "no-such-exercise"],
        &["verify", "--full", "--mutants"],
        &["handout", ID],
        &["handout", "--out", "x"],
        &["check", "/"],
        &["--wrong"],
        &["grade", "--json", "x"],
        &["verify", "--jobs", "2"],
        &["check", "--out", "x"],
        &["--full"],
        &["grade", "--seed", "1", "--seed", "2", "/"],
        &["grade", "--out", "x", "--out", "y", "/"],
        &["grade", "--no-sandbox", "--jobs", "8", "/"],
        &["grade", "--exercise", ID, "/", "no-such-submission"],
    ] {
        let ran = run(COURSE, words).expect_complaint(2);
        assert!(ran.err.starts_with("course: "), "{words:?}: {ran:?}");
    }
    assert!(
        run(COURSE, &["help"])
            .expect_success()
            .out
            .contains("handout")
    );
}

#[test]
fn a_practice_copy_stands_on_its_own_and_an_existing_folder_is_not_touched() {
    let scratch = Scratch::new("practice");
    let copy = scratch.at("copy");
    let begun = course(&["start", ID, &copy]).expect_success();
    assert!(begun.out.contains("talk in"), "{begun:?}");
    assert!(
        begun
            .out
            .contains("\n    crates/lessons/ipc-pipe/src/tiny.rs\n"),
        "{begun:?}"
    );
    let again = course(&["start", ID, &copy]).expect_complaint(1);
    assert!(again.err.contains("exists already"), "{again:?}");
    // The build of the copy must not need any file of the course.
    let mut cargo = Command::new("cargo");
    cargo
        .args(["metadata", "--locked", "--format-version", "1", "--no-deps"])
        .current_dir(&copy);
    let metadata = run_within(Duration::from_secs(60), &mut cargo).expect_code(0);
    let metadata: Value = serde_json::from_str(&metadata.out).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: Vec<_> = packages
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"ipc-pipe") && names.contains(&"ring"),
        "{names:?}"
    );
    for above in ["ipc-queue", "pool", "course", "sandbox"] {
        assert!(!names.contains(&above), "{names:?}");
    }
    assert!(
        !Path::new(&copy)
            .join("crates/lessons/ipc-pipe/exercises/forgotten-end/right")
            .exists()
    );
}

/// A disk that is full now may have room at the next save. Here no file may be longer than a block.
#[test]
fn watch_waits_for_the_next_save_after_an_error_of_the_machine() {
    let scratch = Scratch::new("watch-goes-on");
    let copy = scratch.at("copy");
    let _begun = course(&["start", ID, &copy]).expect_success();
    let mut watch = Command::new("sh");
    watch.args(["-c", "ulimit -f 1; exec \"$0\" watch \"$1\"", COURSE, &copy]);
    watch.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watching = watch.spawn().unwrap();
    let lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let waits = |line: String| line.starts_with("Save a file");
    let is_waiting = limited(Duration::from_secs(120), move || {
        lines.map_while(Result::ok).any(waits)
    });
    kill(Pid::from_raw(watching.id().cast_signed()), Signal::SIGINT).unwrap();
    let ended = watching.wait_with_output().unwrap();
    assert!(is_waiting, "{ended:?}");
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert!(complaint.contains("File too large"), "{complaint}");
}

/// The copy is inside the course's folder, so cargo merges its aliases with the course's.
#[test]
fn cargo_course_is_the_courses_in_a_practice_copy_too() {
    let scratch = Scratch::new("alias");
    let copy = scratch.at("a copy");
    let _begun = course(&["start", ID, &copy]).expect_success();
    let mut cargo = Command::new("cargo");
    cargo.arg("--list").current_dir(&copy);
    let listed = run_within(Duration::from_secs(60), &mut cargo).expect_success();
    let alias_of = |name: &str| {
        let mut words = listed
            .out
            .lines()
            .filter_map(|line| line.trim().split_once(' '));
        let its = words.find(|(word, _)| *word == name).unwrap_or_default().1;
        its.trim().trim_start_matches("alias: ").to_owned()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let root = root.canonicalize().unwrap();
    let runs = format!(
        "run --quiet --manifest-path {}/Cargo.toml --package course --",
        root.display()
    );
    assert_eq!(alias_of(&alias_of("course")), runs, "{listed:?}");
}

/// Kills a command when it has begun to write, and repeats it.
fn cut_off(scratch: &Scratch, words: &[&str], made: &str) {
    let mut command = Command::new(COURSE);
    let mut child = command.args(words).stdout(Stdio::null()).spawn().unwrap();
    let begun = || fs::read_dir(&scratch.0).unwrap().next().is_some();
    limited(Duration::from_secs(60), || {
        while !begun() {
            thread::sleep(Duration::from_millis(1));
        }
    });
    child.kill().unwrap();
    let _killed = child.wait().unwrap();
    let _begun = course(words).expect_success();
    assert!(Path::new(made).join("exercise.txt").exists());
    let all = fs::read_dir(&scratch.0).unwrap().count();
    assert_eq!(all, 1, "nothing is left of the first one");
    fs::remove_dir_all(made).unwrap();
}

/// A copy whose making was interrupted does not count as a copy.
#[test]
fn a_start_or_a_handout_that_was_cut_off_does_not_stand_in_the_way() {
    let scratch = Scratch::new("cut-off");
    let (copy, handout) = (scratch.at("copy"), scratch.at("handout"));
    cut_off(&scratch, &["start", ID, &copy], &copy);
    cut_off(&scratch, &["handout", ID, "--out", &handout], &handout);
    // An existing empty folder is filled.
    fs::create_dir(scratch.0.join("empty")).unwrap();
    let begin = || {
        let _begun = course(&["start", ID, &scratch.at("empty")]).expect_success();
        assert!(scratch.0.join("empty/exercise.txt").exists());
        fs::remove_dir_all(scratch.0.join("empty")).unwrap();
        let practice = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../practice");
        let places = fs::read_to_string(practice.join("places.txt")).unwrap();
        let is_it = |place: &&str| place.ends_with("cut-off/empty");
        places.lines().filter(is_it).count()
    };
    // A place is recorded once, however often a copy is begun there.
    let noted = begin();
    assert!(noted > 0);
    assert_eq!(begin(), noted);
}

#[test]
fn hints_come_one_after_the_other_and_a_damaged_mark_loses_nothing() {
    let scratch = Scratch::new("hints");
    let copy = scratch.at("copy");
    let _begun = course(&["start", ID, &copy]).expect_success();
    for count in [1, 2, 3, 3] {
        let hinted = run(COURSE, &["hint", &copy]).expect_success();
        assert_eq!(hinted.lines().len(), count, "{hinted:?}");
    }
    // A damaged mark must not lose the copy.
    let mark = Path::new(&copy).join("exercise.txt");
    fs::write(&mark, format!("exercise {ID}\nhints many\n\u{0}\n")).unwrap();
    assert_eq!(
        run(COURSE, &["hint", &copy]).expect_success().lines().len(),
        1
    );
    let shown = run(COURSE, &["show", &copy]).expect_complaint(1);
    assert!(shown.err.contains("no recorded run"), "{shown:?}");
    // An empty file is what `check` keeps of a fault if the check runs no program.
    fs::write(Path::new(&copy).join("last-fault.txt"), "").unwrap();
    let shown = run(COURSE, &["show", &copy]).expect_complaint(1);
    assert!(shown.err.contains("there is no picture of it"), "{shown:?}");
}

/// `check` prints the parts that would be refused or ignored before it builds anything.
#[test]
fn a_check_names_changes_that_grading_ignores() {
    let scratch = Scratch::new("taken");
    let copy = scratch.at("copy");
    let started = course(&["start", ID, &copy]).expect_success();
    assert!(started.out.contains("Refused are"), "{started:?}");
    let file = Path::new(&copy).join("crates/lessons/ipc-pipe/src/bin/pipe-forgotten-end.rs");
    let source = fs::read_to_string(&file).unwrap();
    let body = "pub fn more() {}\n\nfn talk(words: &[String]) -> StoryResult {";
    let changed = source.replacen("fn talk(words: &[String]) -> StoryResult {", body, 1);
    assert_ne!(source, changed);
    let exits = changed.replacen(body, &format!("{body} std::process::exit(0);"), 1);
    fs::write(&file, exits).unwrap();
    let checked = course(&["check", &copy]).expect_code(1);
    assert!(
        checked.out.contains("process::exit is not allowed"),
        "{checked:?}"
    );
    // The compiler reports text that is not Rust.
    fs::write(&file, changed + "fn").unwrap();
    let checked = course(&["check", &copy]).expect_code(1);
    assert!(checked.out.contains("WRONG it compiles"), "{checked:?}");
}

/// Two checks at the same time would write their programs to one place, and judge those of the other.
#[test]
fn two_checks_in_one_checkout_go_one_after_the_other() {
    let scratch = Scratch::new("two-checks");
    let copy = scratch.at("copy");
    let _begun = course(&["start", ID, &copy]).expect_success();
    let file = Path::new(&copy).join("crates/lessons/ipc-pipe/src/bin/pipe-forgotten-end.rs");
    let source = fs::read_to_string(&file).unwrap();
    // This does not compile, so no program is built from it.
    fs::write(
        &file,
        source.replacen("= pipe()?;", "= unsafe { pipe()? };", 1),
    )
    .unwrap();
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let other = File::create(checkout.join("target/check.lock")).unwrap();
    let limit = Duration::from_secs(120);
    limited(limit, || other.lock()).unwrap();
    let start = || {
        let mut check = Command::new(COURSE);
        check.args(["check", &copy]).stdout(Stdio::null());
        let mut check = check.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(check.stderr.take().unwrap());
        let mut line = String::new();
        limited(limit, || stderr.read_line(&mut line)).unwrap();
        assert!(line.contains("waiting for another check"), "{line}");
        assert_eq!(check.try_wait().unwrap(), None);
        (check, stderr)
    };
    let (mut interrupted, mut stderr) = start();
    let pid = i32::try_from(interrupted.id()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
    let mut rest = String::new();
    limited(limit, || stderr.read_to_string(&mut rest)).unwrap();
    assert!(rest.contains("ended by a signal"), "{rest}");
    let _ended = limited(limit, || interrupted.wait()).unwrap();
    let (mut waits, _stderr) = start();
    drop(other);
    let ended = limited(limit, || waits.wait()).unwrap();
    assert_eq!(ended.code(), Some(1));
}

#[test]
fn a_fault_of_an_explored_exercise_is_shown_in_steps_and_as_a_page() {
    let scratch = Scratch::new("explored");
    let copy = scratch.at("copy");
    let _begun = course(&["start", "sync/semaphore", &copy]).expect_success();
    // The files that `check` keeps: the log of a run, and no command that reproduces it.
    let event = |n: u32, lane: &str, rest: &str| {
        let (v, tid) = (common::log::VERSION, u32::from(lane != "main") + 1);
        format!(
            "{{\"v\":{v},\"t\":{n}000000,\"pid\":1,\"tid\":{tid},\"n\":{n},\"lane\":\"{lane}\",{rest}}}\n"
        )
    };
    let log = [
        event(1, "main", r#""k":"run","what":"every schedule""#),
        event(2, "main", r#""k":"fork","what":"Thread_1""#),
        event(3, "Thread_1", r#""k":"start","c":"1.2""#),
        event(4, "Thread_1", r#""k":"wait","on":"permits""#),
    ];
    let file = |name: &str| Path::new(&copy).join(name);
    fs::write(file("last-fault.jsonl"), log.concat()).unwrap();
    fs::write(file("last-fault.txt"), "").unwrap();
    let shown = run(COURSE, &["show", &copy]).expect_success();
    assert!(shown.out.contains("permits"), "{shown:?}");
    let page = fs::read_to_string(file("fault.html")).unwrap();
    assert!(
        page.contains("Thread_1") && page.contains("permits"),
        "{page}"
    );
    // The page is longer than a file may be now. The one that was there stays.
    let mut limit = Command::new("sh");
    limit.args([
        "-c",
        "ulimit -f 1 && exec \"$@\"",
        "sh",
        COURSE,
        "show",
        &copy,
    ]);
    let cut = run_within(Duration::from_secs(60), &mut limit).expect_complaint(1);
    assert!(cut.err.contains("fault.html"), "{cut:?}");
    assert_eq!(fs::read_to_string(file("fault.html")).unwrap(), page);
    assert!(!file(".fault.html.new").exists());
}
