//! The log of a run whose processes are killed while they write it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use timeline::{ReadError, Run};

/// Kills the lesson's first process, and with it its four children, all of which record as fast
/// as they can; gives the log.
fn killed_after(delay: Duration, log: &Path) -> Vec<u8> {
    let mut lesson = Command::new(env!("CARGO_BIN_EXE_ipc-shared"))
        .arg("--record")
        .arg(log)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A different moment each time: not something to wait for.
    thread::sleep(delay);
    lesson.kill().unwrap();
    // The end of its output has come when the last of the children is gone.
    let mut output = Vec::new();
    lesson
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut output)
        .unwrap();
    lesson.wait().unwrap();
    std::fs::read(log).unwrap_or_default()
}

#[test]
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
    std::fs::remove_file(log).unwrap();
    assert!(events > 10_000, "only {events} events were recorded in all");
}
