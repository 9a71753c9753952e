//! Records the log of a program or of a part of a test.

use std::env;
use std::fs;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

use common::Settings;

use crate::outside::{LIMIT, Ran, run, run_within};

/// The environment variable with the path of the log, for the process that runs a test again.
const LOG: &str = "LESSON_TEST_LOG";

/// Runs `body` as the main lane of a recorded run and returns the log. `test` is the name of the
/// calling test: a recorder belongs to a whole process, so the test program is run once more with
/// this test alone.
///
/// # Panics
/// When `body` panics or hangs.
#[must_use]
pub fn recorded(test: &str, body: impl FnOnce()) -> String {
    if let Some(path) = env::var_os(LOG) {
        let settings = Settings {
            pace: 0.0,
            seed: Some(1),
            chaos: None,
            record: Some(path.into()),
        };
        common::begin(test, &settings).expect("the log can be written");
        body();
        assert_eq!(common::end(), None);
        process::exit(0);
    }
    let name = format!("{test}-{}.jsonl", process::id());
    let path = env::temp_dir().join(name);
    let mut again = Command::new(env::current_exe().expect("this program has a file"));
    again.args(["--exact", test, "--nocapture"]).env(LOG, &path);
    let _ran = run_within(LIMIT, &mut again).expect_code(0);
    let log = fs::read_to_string(&path).expect("the log was written");
    fs::remove_file(&path).expect("the log is ours");
    log
}

/// Runs a program of the lesson without pauses, and returns the events of its log, one a line.
///
/// # Panics
/// When the program fails or hangs.
#[must_use]
pub fn run_recorded(program: &str) -> (Ran, Vec<String>) {
    // Tests run at the same time, and several may run the same program.
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    let path = env::temp_dir().join(format!("run-{}-{number}.jsonl", process::id()));
    let word = path.to_str().expect("a path in /tmp is text");
    let ran = run(program, &["--pace", "0", "--record", word]).expect_success();
    let log = fs::read_to_string(&path).expect("the log was written");
    fs::remove_file(&path).expect("the log is ours");
    (ran, log.lines().map(str::to_owned).collect())
}

/// The text of a field of an event, without quotation marks. The text must not contain a comma.
///
/// # Panics
/// When the event has no such field.
#[must_use]
pub fn field<'a>(event: &'a str, name: &str) -> &'a str {
    let (_, rest) = event
        .split_once(&format!("\"{name}\":"))
        .expect("each event has all fields");
    let end = rest.find([',', '}']).expect("a field has an end");
    rest[..end].trim_matches('"')
}

/// The id by which later events refer to this one as their cause.
///
/// # Panics
/// When the line is not an event.
#[must_use]
pub fn event_id(event: &str) -> String {
    ["pid", "n"].map(|name| field(event, name)).join(".")
}
