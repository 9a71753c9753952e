//! Tests the report on the student's file that a check in a handout prints before it judges the file.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use lesson_test::run_within;

const FILE: &str = "src/bin/pipe-forgotten-end.rs";
const LIMIT: Duration = Duration::from_secs(120);

/// A handout with only that part of its check that compares files; dropping the value removes it.
struct Handout {
    folder: PathBuf,
    source: String,
}

impl Handout {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("as-handed-out");
        let _of_an_earlier_run = fs::remove_dir_all(&folder);
        let mut handout = Command::new(env!("CARGO_BIN_EXE_course"));
        handout.args(["handout", "ipc-pipe/forgotten-end", "--out"]);
        let _made = run_within(LIMIT, handout.arg(&folder)).expect_success();
        let mut handout = Self {
            folder,
            source: String::new(),
        };
        let lesson = handout.lesson();
        handout.source = fs::read_to_string(lesson.join(FILE)).unwrap();
        let main = lesson.join("exercises/forgotten-end/main.rs");
        let text = "mod as_handed_out;\nfn main() { as_handed_out::look() }\n";
        fs::write(&main, text).unwrap();
        let mut rustc = Command::new("rustc");
        rustc.arg(main).arg("-o").arg(handout.folder.join("look"));
        rustc.env("CARGO_MANIFEST_DIR", lesson);
        let _built = run_within(LIMIT, &mut rustc).expect_success();
        handout
    }

    fn lesson(&self) -> PathBuf {
        self.folder.join("crates/lessons/ipc-pipe")
    }

    /// The parts reported as not taken when `from` in the file is replaced by `to`.
    fn not_taken(&self, from: &str, to: &str) -> Vec<String> {
        let changed = self.source.replacen(from, to, 1);
        assert_ne!(changed, self.source, "{from}");
        fs::write(self.lesson().join(FILE), changed).unwrap();
        let mut look = Command::new(self.folder.join("look"));
        let ran = run_within(LIMIT, &mut look).expect_success();
        let lines = ran.lines().into_iter().skip(1);
        let of_file = format!("  {FILE}: ");
        lines
            .map(|line| line.strip_prefix(&of_file).unwrap().to_owned())
            .collect()
    }
}

impl Drop for Handout {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

const TALK: &str = "fn talk(words: &[String]) -> StoryResult {";

/// Private items, which are all taken.
const PRIVATE: &str = "\
use std::fmt;
struct Own(u8);
impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, \"{}\", self.0) }
}
trait Half { fn half(&self) -> u8; }
impl Half for u8 { fn half(&self) -> u8 { self / 2 } }
// Another comment.
fn talk(all: &[String]) -> StoryResult {
    let words = all;";

#[test]
fn a_check_in_a_handout_names_changes_that_grading_ignores() {
    let handout = Handout::new();
    assert_eq!(handout.not_taken(TALK, PRIVATE), [""; 0]);
    let recv_all = ["fn recv_all(pipe: &PipeEnd) -> i32"];
    assert_eq!(handout.not_taken("300_u16", "3_u16"), recv_all);
    let more = "        let _more = 1;\n        match frame";
    assert_eq!(handout.not_taken("        match frame", more), recv_all);
    for item in ["pub fn more() {}", "impl Clone for Lesson {}"] {
        let with_item = format!("{item}\n{TALK}");
        assert_eq!(handout.not_taken(TALK, &with_item), [item]);
    }
}
