//! Hostile and invalid submissions: each gets a clear verdict, and the next one is graded as usual.
//! Needs bubblewrap, so a plain `cargo test` leaves it out (`cargo test -p course --test traps`).
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::Stat;
use lesson_test::{limited, run_within};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

mod scratch;

use scratch::Scratch;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
/// The time limit for all submissions of a test, including the first build.
const LIMIT: Duration = Duration::from_secs(900);

fn right() -> PathBuf {
    let lesson = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons/ipc-pipe");
    lesson.join("exercises/forgotten-end/right/closes-first.rs")
}

/// Grades the submissions, and returns the results by file name.
fn graded(submissions: &[PathBuf]) -> BTreeMap<String, Value> {
    graded_as("forgotten-end", submissions)
}

fn graded_as(exercise: &str, submissions: &[PathBuf]) -> BTreeMap<String, Value> {
    let mut command = Command::new(COURSE);
    command.args(["grade", "--format", "json", "--exercise", exercise]);
    command.args(submissions);
    let ran = run_within(LIMIT, &mut command).expect_code(0);
    let results: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:#?}"));
    let results = match results {
        Value::Array(results) => results,
        one => vec![one],
    };
    let name = |result: &Value| {
        let path = Path::new(result["submission"].as_str().unwrap());
        path.file_name().unwrap().to_string_lossy().into_owned()
    };
    results
        .into_iter()
        .map(|result| (name(&result), result))
        .collect()
}

fn verdict(result: &Value) -> &str {
    result["verdict"].as_str().unwrap()
}

#[test]
fn a_body_that_means_harm_ends_with_a_clear_word_and_harms_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
    let mut traps = submissions_in(&folder);
    traps.sort();
    let scratch = Scratch::new("traps");
    let mut submissions = Vec::new();
    // Each is followed by a right answer, which must be judged as usual.
    for (number, (trap, _)) in traps.iter().enumerate() {
        let copy = scratch.0.join(format!("right-{number}.rs"));
        fs::copy(right(), &copy).unwrap();
        submissions.extend([trap.clone(), copy]);
    }
    let results = graded(&submissions);
    let mut wrong = Vec::new();
    for (trap, words) in &traps {
        let result = &results[&*trap.file_name().unwrap().to_string_lossy()];
        let is_expected = words.iter().any(|word| word == verdict(result));
        if !is_expected || result["points"] != 0 {
            wrong.push(result.to_string());
        }
    }
    let rights = results
        .iter()
        .filter(|(name, _)| name.starts_with("right-"));
    wrong.extend(
        rights
            .filter(|(_, result)| verdict(result) != "pass")
            .map(|(_, result)| result.to_string()),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The submissions in a folder, each with the verdicts that it may get, from its first line.
fn submissions_in(folder: &Path) -> Vec<(PathBuf, Vec<String>)> {
    let files = fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let (words, _) = text.trim_start_matches("// ").split_once(':').unwrap();
        (path, words.split(' ').map(str::to_owned).collect())
    });
    files.collect()
}

/// Each submission is in a folder with the name of its exercise.
#[test]
fn a_body_that_would_speak_to_its_judge_gains_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forgeries");
    for exercise in fs::read_dir(folder).unwrap() {
        let exercise = exercise.unwrap();
        let its = submissions_in(&exercise.path());
        let files: Vec<PathBuf> = its.iter().map(|(path, _)| path.clone()).collect();
        let results = graded_as(&exercise.file_name().to_string_lossy(), &files);
        for (path, words) in its {
            let result = &results[&*path.file_name().unwrap().to_string_lossy()];
            assert!(words.iter().any(|word| word == verdict(result)), "{result}");
        }
    }
}

/// Returns whether a compiler that this process has started has worked for this many hundredths of a second.
fn compiles_for(ticks: u64, top: u32) -> bool {
    let is_below = |pid: i32| {
        let parent = |&pid: &i32| Some(Stat::of(pid)?.parent).filter(|&parent| parent > 1);
        std::iter::successors(Some(pid), parent).any(|pid| pid == top.cast_signed())
    };
    let is_at_it = |stat: &Stat| stat.name.starts_with("rustc") && stat.ticks > ticks;
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.any(|pid| Stat::of(pid).is_some_and(|stat| is_at_it(&stat)) && is_below(pid))
}

/// The signal goes to the grader alone, while a box works that would not end for half a minute.
#[test]
fn a_signal_ends_the_boxes_of_a_grading_too() {
    let scratch = Scratch::new("signal");
    let trap = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps/compiles-for-ever.rs");
    let text = fs::read_to_string(trap).unwrap();
    let endless = "#[allow(long_running_const_eval)]\nconst SUM";
    let answer = scratch.0.join("answer.rs");
    fs::write(&answer, text.replacen("const SUM", endless, 1)).unwrap();
    let mut grading = Command::new(COURSE);
    grading.args(["grade", "--format", "json", "--exercise", "forgotten-end"]);
    grading
        .arg(answer)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let grading = grading.spawn().unwrap();
    let compiles_for = |ticks| {
        let begun = Instant::now();
        limited(LIMIT, || {
            while !compiles_for(ticks, grading.id()) {
                thread::sleep(Duration::from_millis(50));
            }
        });
        begun.elapsed()
    };
    let _first = compiles_for(10);
    // Files that compile at all take less. On a busy machine this takes longer, and so does everything after it.
    let five_seconds = compiles_for(500);
    kill(Pid::from_raw(grading.id().cast_signed()), Signal::SIGTERM).unwrap();
    let begun = Instant::now();
    let ended = limited(LIMIT, || grading.wait_with_output()).unwrap();
    let took = begun.elapsed();
    assert!(
        took < 4 * five_seconds,
        "{took:?}, {five_seconds:?}: {ended:?}"
    );
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "[]");
}

/// Writes a tar archive with these members: name, kind, and contents or the target of a link.
fn archive(path: &Path, members: &[(&str, tar::EntryType, &str)]) {
    let mut archive = tar::Builder::new(File::create(path).unwrap());
    for (name, kind, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        // Written directly, because the crate's own calls refuse a name that leads out of the archive.
        let bytes = name.as_bytes();
        header.as_gnu_mut().unwrap().name[..bytes.len()].copy_from_slice(bytes);
        let is_file = kind.is_file();
        if !is_file {
            header.set_link_name(text).unwrap();
        }
        header.set_size(if is_file { text.len() as u64 } else { 0 });
        header.set_cksum();
        let data = if is_file { text.as_bytes() } else { b"" };
        archive.append(&header, data).unwrap();
    }
    archive.finish().unwrap();
}

/// The path of the file in the crates folder.
const INSIDE: &str = "crates/lessons/ipc-pipe/src/bin/pipe-forgotten-end.rs";

fn tars(scratch: &Scratch, right: &str) {
    let at = |name: &str| scratch.0.join(name);
    let file = tar::EntryType::Regular;
    archive(&at("a.tar"), &[(INSIDE, file, right)]);
    archive(
        &at("leads-out.tar"),
        &[
            ("../../../tmp/leads-out.rs", file, right),
            ("/etc/leads-out.rs", file, right),
        ],
    );
    archive(
        &at("link.tar"),
        &[(INSIDE, tar::EntryType::Symlink, "/etc/passwd")],
    );
    archive(&at("device.tar"), &[(INSIDE, tar::EntryType::Block, "x")]);
    fs::write(at("cut-off.tar"), &fs::read(at("a.tar")).unwrap()[..700]).unwrap();
}

fn zips(scratch: &Scratch, right: &str) {
    let at = |name: &str| scratch.0.join(name);
    let options = zip::write::SimpleFileOptions::default();
    let mut good = zip::ZipWriter::new(File::create(at("a.zip")).unwrap());
    good.start_file(format!("me/{INSIDE}"), options).unwrap();
    good.write_all(right.as_bytes()).unwrap();
    good.finish().unwrap();
    let mut bomb = zip::ZipWriter::new(File::create(at("bomb.zip")).unwrap());
    bomb.start_file(INSIDE, options).unwrap();
    for _ in 0..1 << 10 {
        bomb.write_all(&[b' '; 1 << 20]).unwrap();
    }
    bomb.finish().unwrap();
}

fn folders_and_files(scratch: &Scratch, right: &str) {
    let at = |name: &str| scratch.0.join(name);
    fs::create_dir_all(at("nested/a/b/src/bin")).unwrap();
    fs::write(at("nested/a/b/src/bin/pipe-forgotten-end.rs"), right).unwrap();
    // Files that are not asked for are ignored.
    fs::write(at("nested/Cargo.toml"), "not a manifest").unwrap();
    fs::write(at("nested/build.rs"), "fn main() { panic!() }").unwrap();
    fs::create_dir_all(at("links/src/bin")).unwrap();
    symlink("/etc/passwd", at("links/src/bin/pipe-forgotten-end.rs")).unwrap();
    symlink("/", at("links/root")).unwrap();
    fs::create_dir_all(at("empty")).unwrap();
    fs::write(at("empty.rs"), "").unwrap();
    fs::write(at("latin-1.rs"), b"fn talk() { \"\xe9\" }").unwrap();
    fs::write(at("single.rs"), right).unwrap();
    fs::create_dir_all(at("two/one")).unwrap();
    fs::create_dir_all(at("two/other")).unwrap();
    for folder in ["two/one", "two/other"] {
        fs::write(at(folder).join("pipe-forgotten-end.rs"), right).unwrap();
    }
}

#[test]
fn a_submission_in_any_wrapping_is_read_or_refused_with_a_word() {
    let scratch = Scratch::new("wrappings");
    let right = fs::read_to_string(right()).unwrap();
    tars(&scratch, &right);
    zips(&scratch, &right);
    folders_and_files(&scratch, &right);
    let expected = [
        ("a.tar", "pass"),
        ("leads-out.tar", "refused"),
        ("link.tar", "refused"),
        ("device.tar", "refused"),
        ("cut-off.tar", "refused"),
        ("a.zip", "pass"),
        ("bomb.zip", "refused"),
        ("nested", "pass"),
        ("links", "refused"),
        ("empty", "refused"),
        ("empty.rs", "refused"),
        ("latin-1.rs", "refused"),
        ("single.rs", "pass"),
        ("two", "refused"),
    ];
    let results = graded(&expected.map(|(name, _)| scratch.0.join(name)));
    for (name, word) in expected {
        let result = &results[name];
        assert_eq!(verdict(result), word, "{result}");
        let lines = &result["checks"][0]["said"];
        assert!(
            word == "pass" || lines.as_array().is_some_and(|lines| !lines.is_empty()),
            "{result}"
        );
    }
}

#[test]
fn an_error_of_the_compiler_names_the_line_of_the_student() {
    let trap = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps/does-not-compile.rs");
    let results = graded(&[trap]);
    let result = &results["does-not-compile.rs"];
    let text = result["checks"][0]["said"].to_string();
    assert!(
        text.contains("pipe-forgotten-end.rs:3: error[E0308]"),
        "{text}"
    );
    // It must not reveal where it was compiled.
    assert!(
        !text.contains("/work") && !text.contains("target"),
        "{text}"
    );
}

#[test]
fn a_warning_of_the_compiler_stands_beside_the_fault_and_costs_nothing() {
    let scratch = Scratch::new("warned");
    let right = fs::read_to_string(right()).unwrap();
    let begin = "-> StoryResult {";
    let warned = right.replacen(begin, &format!("{begin}\n    let unused = 1;"), 1);
    assert_ne!(warned, right);
    let wrong = warned.replacen("drop(writing_end);", "", 1);
    assert_ne!(wrong, warned);
    let files = [("right.rs", warned), ("wrong.rs", wrong)];
    let paths = files.each_ref().map(|(name, _)| scratch.0.join(name));
    for (path, (_, text)) in paths.iter().zip(&files) {
        fs::write(path, text).unwrap();
    }
    let results = graded(&paths);
    assert_eq!(verdict(&results["right.rs"]), "pass");
    let wrong = &results["wrong.rs"];
    let mut checks = wrong["checks"].as_array().unwrap().iter();
    let fault = checks.find(|check| check["verdict"] != "pass").unwrap();
    let text = fault["said"].to_string();
    assert!(text.contains("unused variable: `unused`"), "{wrong}");
}

#[test]
fn two_gradings_in_one_checkout_go_one_after_the_other() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    // The lock that another grading holds while it runs.
    let other = File::create(checkout.join("target/grading.lock")).unwrap();
    limited(LIMIT, || other.lock()).unwrap();
    let mut command = Command::new(COURSE);
    command.args(["grade", "--exercise", "forgotten-end"]);
    command
        .arg(right())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut grading = command.spawn().unwrap();
    let mut stderr = BufReader::new(grading.stderr.take().unwrap());
    let mut line = String::new();
    limited(LIMIT, || stderr.read_line(&mut line)).unwrap();
    assert!(line.contains("waiting for another grading"), "{line}");
    assert_eq!(grading.try_wait().unwrap(), None);
    drop(other);
    let ended = limited(LIMIT, || grading.wait()).unwrap();
    assert!(ended.success(), "{ended}");
}
