//! `check` judges exactly what `grade` judges: the original with the bodies and the private items
//! of the student.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use lesson_test::{Ran, limited, run_within};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
const ID: &str = "ipc-pipe/forgotten-end";
const FILE: &str = "crates/lessons/ipc-pipe/src/bin/pipe-forgotten-end.rs";
/// The time limit of a check. The first one also builds the crates below the lesson.
const LIMIT: Duration = Duration::from_secs(900);

fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// A practice copy; dropping it removes it.
struct Practice(PathBuf);

impl Practice {
    fn begin(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _of_an_earlier_run = fs::remove_dir_all(&folder);
        let practice = Self(folder);
        let mut start = Command::new(COURSE);
        start.args(["start", ID]).arg(&practice.0);
        let _begun = run_within(LIMIT, &mut start).expect_success();
        practice
    }

    /// Writes the original file with these replacements.
    fn write(&self, changes: &[(&str, &str)], before: &str) {
        let mut text = fs::read_to_string(course().join(FILE)).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}: {text}");
            text = text.replacen(from, to, 1);
        }
        fs::write(self.0.join(FILE), format!("{before}{text}")).unwrap();
    }

    /// The number of the line that contains these words.
    fn line_of(&self, words: &str) -> usize {
        let text = fs::read_to_string(self.0.join(FILE)).unwrap();
        1 + text.lines().position(|line| line.contains(words)).unwrap()
    }

    /// Checks the file that [`write`](Self::write) makes.
    fn checked(&self, changes: &[(&str, &str)], before: &str) -> Ran {
        self.write(changes, before);
        let mut check = Command::new(COURSE);
        check.arg("check").arg(&self.0);
        run_within(LIMIT, &mut check)
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

const TALK: &str = "fn talk(words: &[String]) -> StoryResult {";
/// The mistake, and its repair.
const MISTAKE: &str = "exit_now(recv_all(&reading_end)),";
const REPAIR: &str = "{
            drop(writing_end);
            exit_now(recv_all(&reading_end))
        }";

#[test]
fn an_answer_is_judged_here_as_it_is_graded() {
    let practice = Practice::begin("judged");
    of_this_copy(&practice);
    a_second_copy_costs_nothing();
    practice.write(&[(MISTAKE, REPAIR)], "\u{feff}");
    let right = checked_beside_a_sleep(&practice);
    assert!(
        right.expect_success().out.contains("ok "),
        "a byte order mark is no fault"
    );

    let private = "\
type Words = [String];
trait Count { fn count(&self) -> usize; }
impl Count for Words { fn count(&self) -> usize { self.len() } }
macro_rules! count { ($words:expr) => { Count::count($words) }; }

fn talk(words: &[String]) -> StoryResult {
    let unused = count!(words);";
    let right = practice.checked(&[(MISTAKE, REPAIR), (TALK, private)], "");
    let right = right.expect_success();
    let warning = "warning[unused_variables]: unused variable: `unused`";
    assert!(right.out.contains(warning), "{right:?}");

    let public = format!("pub fn more() {{}}\n\n{TALK}\n    more();");
    let lost = practice
        .checked(&[(MISTAKE, REPAIR), (TALK, &public)], "")
        .expect_code(1);
    assert!(lost.out.contains("Not taken: more"), "{lost:?}");
    assert!(lost.out.contains("cannot find function `more`"), "{lost:?}");

    let elsewhere = (
        "still waits: no message, and no end.",
        "sees the end of the stream.",
    );
    let wrong = practice.checked(&[elsewhere], "").expect_code(1);
    assert!(wrong.out.contains("Not taken: recv_all"), "{wrong:?}");
}

/// Checks the copy as a shell does that has started a process, and then replaces itself by the check. The
/// process becomes the check's child, and is left alone.
fn checked_beside_a_sleep(practice: &Practice) -> Ran {
    let pid = practice.0.join("pid");
    // Without the mark by which the test looks for processes that are left.
    let script = "env -u LESSON_TEST_RUN sleep 900 >/dev/null 2>&1 & echo $! >\"$0\"; exec \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(&pid);
    shell.args([COURSE, "check"]).arg(&practice.0);
    let ran = run_within(LIMIT, &mut shell);
    let sleeper = fs::read_to_string(&pid).unwrap();
    fs::remove_file(pid).unwrap();
    let was_there = kill(
        Pid::from_raw(sleeper.trim().parse().unwrap()),
        Signal::SIGKILL,
    );
    assert_eq!(was_there, Ok(()), "{ran:?}");
    ran
}

/// A loop that goes on for a long time, and prints a line every 50 ms.
const PRINTS_ON: &str = "
    while words.len() < 1000 {
        say!(\"still here\");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }";

/// Another copy can be built while the programs of a check run. A check that Ctrl-C ends leaves no file.
#[test]
fn a_check_does_not_keep_another_one_waiting_while_its_programs_run() {
    let practice = Practice::begin("judged-busy");
    let busy = format!("{TALK}{PRINTS_ON}");
    practice.write(&[(TALK, &busy)], "");
    let mut check = Command::new(COURSE);
    check.arg("check").arg(&practice.0).stdout(Stdio::piped());
    let temporary = practice.0.join("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut check = check.env("TMPDIR", &temporary).spawn().unwrap();
    let folder = course().join("target/checks").join(check.id().to_string());
    limited(LIMIT, || {
        while !has_log(&folder) && !has_log(&temporary) {
            assert_eq!(check.try_wait().unwrap(), None);
            sleep(Duration::from_millis(5));
        }
    });
    let _only = no_check_builds();
    let pid = i32::try_from(check.id()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
    let ended = limited(LIMIT, || check.wait_with_output()).unwrap();
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    // The check runs the program for ten seconds, then again for thirty, so there is no result yet.
    let printed = String::from_utf8_lossy(&ended.stdout);
    assert!(!printed.contains("WRONG"), "{printed}");
    assert!(!folder.exists());
}

/// Returns whether a program of a check writes its log here.
fn has_log(folder: &Path) -> bool {
    let mut names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.any(|entry| entry.path().extension().is_some_and(|end| end == "jsonl"))
}

/// Waits until no check builds, and keeps checks from building until the file is closed.
fn no_check_builds() -> File {
    let only = File::create(course().join("target/check.lock")).unwrap();
    limited(LIMIT, || only.lock()).unwrap();
    only
}

/// The libraries and programs that were built for all copies in the course's own target folder.
/// Files that were only checked (`.rmeta`) do not count: an editor may build these meanwhile. No
/// check builds while this looks, because a program that is being rebuilt is missing for a moment.
fn built() -> BTreeSet<PathBuf> {
    let _only = no_check_builds();
    let folder = course().join("target/debug/deps");
    let names = fs::read_dir(folder).unwrap().flatten();
    let names = names.map(|entry| PathBuf::from(entry.file_name()));
    let is_built = |name: &PathBuf| name.extension().is_none_or(|end| end == "rlib");
    names.filter(is_built).collect()
}

/// The crates below a lesson are built once, and the lesson once for all of its copies, also for the
/// compiler's word on a body that does not compile or is no Rust.
fn a_second_copy_costs_nothing() {
    let before = built();
    let second = Practice::begin("judged-second");
    let wrong = second.checked(&[], "// Another file.\n").expect_code(1);
    assert!(wrong.out.contains("WRONG"), "{wrong:?}");
    for (begin, word) in [
        ("let word: u8 = words;", "error[E0308]: mismatched types"),
        ("let word = ;", "error: expected expression"),
    ] {
        let body = format!("{TALK}\n    {begin}");
        let wrong = second.checked(&[(TALK, &body)], "").expect_code(1);
        assert!(wrong.out.contains("WRONG it compiles\n"), "{wrong:?}");
        let line = second.line_of(begin);
        let place = format!("src/bin/pipe-forgotten-end.rs:{line}: {word}");
        assert!(wrong.out.contains(&place), "{place}: {wrong:?}");
    }
    let more: Vec<_> = built().difference(&before).cloned().collect();
    assert!(more.is_empty(), "{more:?}");
}

/// All copies are built in one folder, and none gets the build results of another one.
fn of_this_copy(practice: &Practice) {
    let wrong = practice.checked(&[], "").expect_code(1);
    assert!(wrong.out.contains("WRONG"), "{wrong:?}");
    let before = built();
    let mut show = Command::new(COURSE);
    let shown = run_within(LIMIT, show.arg("show").arg(&practice.0)).expect_success();
    assert!(shown.out.contains("Right: "), "{shown:?}");
    let more: Vec<_> = built().difference(&before).cloned().collect();
    assert!(
        more.is_empty(),
        "what was checked is built, and the right answer in its place: {more:?}"
    );
    let mut check = Command::new(COURSE);
    let again = run_within(LIMIT, check.arg("check").arg(&practice.0)).expect_code(1);
    assert!(again.out.contains("WRONG"), "{again:?}");
    // A program that is started inside the copy is not confused either.
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--offline", "--bin", "pipe-forgotten-end"]);
    let ran = run_within(LIMIT, cargo.current_dir(&practice.0));
    assert!(ran.out.contains("no end"), "{ran:?}");
}
