//! Programs that run in a process of their own and record what they do.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process};

use common::Settings;
use multiprocess::{Exit, Process};

/// Starts `program` in a process of its own that records into `log`.
pub(crate) fn start(log: &Path, program: impl FnOnce() + 'static) -> Process<()> {
    let record = Some(log.to_owned());
    let begun = move || {
        let settings = Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record,
        };
        common::begin("program", &settings).unwrap();
        program();
    };
    Process::start("program", begun).unwrap()
}

/// Runs `program` to its end in a process of its own that records; returns its pid and its log.
pub(crate) fn recorded(program: impl FnOnce() + 'static) -> (u32, String) {
    let log: PathBuf = env::temp_dir().join(format!("recorded-{}.log", process::id()));
    let mut child = start(&log, program);
    let ended = child.wait_timeout(Duration::from_secs(5)).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    assert!(matches!(ended, Some(Exit::Code(_))), "{ended:?} {text}");
    (child.pid(), text)
}
