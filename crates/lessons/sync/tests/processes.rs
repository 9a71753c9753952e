//! Locks between threads in several processes: each process has its own, whatever their names.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use common::Settings;
use multiprocess::Process;
use sync::{Lock, RLock, Semaphore};
use timeline::Run;

lesson_test::forking_tests![locks_of_one_name_in_different_processes_are_two_locks_in_the_log,];

static COPIED: Lock<u32> = Lock::new(0);

/// Locks with a name and without one, a lock that was made before the fork, and a semaphore, which
/// has a lock inside.
fn use_locks() {
    *COPIED.lock() += 1;
    *Lock::named("named", 0).lock() += 1;
    *Lock::new(0).lock() += 1;
    drop(RLock::named("re-entrant", 0).lock());
    Semaphore::named("places", 2).acquire();
}

/// A run of three processes.
fn record_to(log: PathBuf) {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log),
    };
    common::begin("processes", &settings).unwrap();
    use_locks();
    let children = [1, 2].map(|_| Process::start("child", use_locks).unwrap());
    for child in children {
        child.join().unwrap();
    }
}

fn locks_of_one_name_in_different_processes_are_two_locks_in_the_log() {
    let log = std::env::temp_dir().join(format!("processes-{}.jsonl", std::process::id()));
    let childs = log.clone();
    // In a process of its own, whose log stays open until it ends.
    let first = Process::start("first", move || record_to(childs)).unwrap();
    first.join().unwrap();
    let run = Run::read(&*fs::read(&log).unwrap()).unwrap();
    fs::remove_file(log).unwrap();
    let mut users = HashMap::<usize, u32>::new();
    for event in &run.events {
        let Some(lock) = event.on else { continue };
        let pid = run.lanes[event.lane].pid;
        let user = *users.entry(lock).or_insert(pid);
        assert_eq!(user, pid, "{}", run.things[lock].name);
    }
    assert_eq!(users.len(), 3 * 6, "six in each process");
}
