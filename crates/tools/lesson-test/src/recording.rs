//! The log of a piece of a test.

use std::env;
use std::fs;
use std::process::{self, Command};

use common::Settings;

use crate::outside::{LIMIT, run_within};

/// The environment variable with the path of the log, in a test that is run again for its log.
const LOG: &str = "LESSON_TEST_LOG";

/// Runs `body` as the main lane of a run that is recorded, and returns the log. `test` is the name
/// of the calling test: a recorder is for a whole process, so this test's program is run once more
/// for it, with this test alone.
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
