//! The log of a run whose processes are killed while they write it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use common::Settings;
use ipc_shared::Value;
use multiprocess::Process;
use timeline::{ReadError, Run};

lesson_test::forking_tests![within 60;
    no_line_of_the_log_is_broken_by_a_kill,
];

/// Four processes which record as fast as they can, and for as long as they live.
fn record_without_end(log: &Path) {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log.to_owned()),
    };
    common::begin("recorder", &settings).unwrap();
    let number = Value::new(0_u64).unwrap();
    let start = |_| {
        let number = number.clone();
        let add = move || -> () {
            loop {
                number.update(|number| *number += 1).unwrap();
            }
        };
        Process::start("adder", add).unwrap()
    };
    let _adders = [0; 4].map(start);
    thread::sleep(Duration::MAX);
}

/// Kills the first of the processes, and with it the four; gives the log.
fn killed_after(delay: Duration, log: &Path) -> Vec<u8> {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let childs = log.to_owned();
    let recorder = Process::start("recorder", move || {
        let _open_in_all = theirs;
        record_without_end(&childs);
    });
    let recorder = recorder.unwrap();
    // A different moment each time: not something to wait for.
    thread::sleep(delay);
    recorder.kill().unwrap();
    drop(recorder);
    // The end comes when the last of the five is gone.
    let _no_bytes = ours.read_to_end(&mut Vec::new()).unwrap();
    fs::read(log).unwrap_or_default()
}

fn no_line_of_the_log_is_broken_by_a_kill() {
    let log = std::env::temp_dir().join(format!("killed-{}.jsonl", std::process::id()));
    let mut events = 0;
    for number in 0..200 {
        let bytes = killed_after(Duration::from_micros(number * 150), &log);
        assert_eq!(bytes.len() % 512, 0, "after kill {number}");
        match Run::read(&*bytes) {
            Ok(run) => {
                assert!(
                    run.damage.is_none(),
                    "after kill {number}: {:?}",
                    run.damage
                );
                events += run.events.len();
            }
            // Killed before its first line.
            Err(error) => assert!(matches!(error, ReadError::NotALog) && bytes.is_empty()),
        }
    }
    fs::remove_file(log).unwrap();
    assert!(events > 200, "only {events} events were recorded in all");
}
