//! The log of shared values, also when the processes that write it are killed.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use common::{Kind, Settings};
use ipc_shared::{Array, AtomicValue, Lock, TryLockError, Value};
use lesson_test::until;
use multiprocess::Process;
use timeline::{ReadError, Run};

lesson_test::forking_tests![within 60;
    no_line_of_the_log_is_broken_by_a_kill,
    each_change_is_in_the_log_between_the_lock_and_its_release,
    a_change_by_a_destructor_during_a_panic_is_in_the_log,
    two_processes_that_take_two_locks_in_opposite_order_and_back_off_are_no_deadlock,
];

/// Begins a run that is recorded in `log`.
fn begin(log: &Path) {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log.to_owned()),
    };
    common::begin("recorder", &settings).unwrap();
}

/// Starts four processes that record as fast as they can for as long as they live.
fn record_without_end(log: &Path) {
    begin(log);
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

/// Kills the first of the processes, and with it the four; returns the log.
fn killed_after(delay: Duration, log: &Path) -> Vec<u8> {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let childs = log.to_owned();
    let recorder = Process::start("recorder", move || {
        let _open_in_all = theirs;
        record_without_end(&childs);
    });
    let recorder = recorder.unwrap();
    // A different moment each time, so there is nothing to wait for.
    thread::sleep(delay);
    recorder.kill().unwrap();
    drop(recorder);
    // The stream ends when the last of the five processes is gone.
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
            // It was killed before its first line.
            Err(error) => assert!(matches!(error, ReadError::NotALog) && bytes.is_empty()),
        }
    }
    fs::remove_file(log).unwrap();
    assert!(events > 200, "only {events} events were recorded in all");
}

fn each_change_is_in_the_log_between_the_lock_and_its_release() {
    use Kind::{Acquire, Release, Set, Wait};

    let log = std::env::temp_dir().join(format!("changes-{}.jsonl", std::process::id()));
    let childs = log.clone();
    // In a process of its own, because its log stays open until that process ends.
    let recorder = Process::start("recorder", move || {
        begin(&childs);
        let value = Value::new(4_u8).unwrap();
        value.update(|value| *value += 1).unwrap();
        *value.lock().unwrap() = 6;
        assert_eq!(value.get().unwrap(), 6);
        let array = Array::from_slice(&[1_u8, 2]).unwrap();
        assert_eq!(array.set(1, 7).unwrap(), Some(2));
        assert_eq!(array.set(2, 7).unwrap(), None);
    });
    recorder.unwrap().join().unwrap();

    let run = Run::read(&*fs::read(&log).unwrap()).unwrap();
    fs::remove_file(log).unwrap();
    let of = |thing: &str| {
        let is_it = |place: usize| run.things[place].name.starts_with(thing);
        let its = run
            .events
            .iter()
            .filter(|event| event.on.is_some_and(is_it));
        let its = its.map(|event| (event.kind, event.what.to_string()));
        its.collect::<Vec<_>>()
    };
    let taken = |what: Option<&str>| {
        let what = what.map(|what| (Set, what.to_owned()));
        let around = |kind| (kind, String::new());
        let begin = [around(Wait), around(Acquire)].into_iter();
        begin
            .chain(what)
            .chain([around(Release)])
            .collect::<Vec<_>>()
    };
    let changes = [None, Some("5"), Some("6"), None].map(taken).concat();
    assert_eq!(of("value"), changes);
    let changes = [None, Some("[1, 7]"), None].map(taken).concat();
    assert_eq!(of("array"), changes);
}

fn a_change_by_a_destructor_during_a_panic_is_in_the_log() {
    struct Changes(Value<u8>, Array<u8>);
    impl Drop for Changes {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = 5;
            self.1.lock().unwrap()[0] = 6;
        }
    }
    let log = std::env::temp_dir().join(format!("panicking-{}.jsonl", std::process::id()));
    let childs = log.clone();
    let recorder = Process::start("recorder", move || -> () {
        begin(&childs);
        let half = Value::new(1_u8).unwrap();
        let mut half = half.lock().unwrap();
        *half = 2;
        let _dropped = Changes(Value::new(4).unwrap(), Array::from_slice(&[1]).unwrap());
        // This is in the middle of a change, which may be half-done and is not recorded.
        panic!("on purpose");
    });
    recorder.unwrap().join().unwrap_err();
    let run = Run::read(&*fs::read(&log).unwrap()).unwrap();
    fs::remove_file(log).unwrap();
    let sets = run.events.iter().filter(|event| event.kind == Kind::Set);
    let sets: Vec<_> = sets.map(|event| &*event.what).collect();
    assert_eq!(sets, ["5", "[6]"]);
}

/// Takes `first`, and fails to take `second` in time. The two processes count themselves in at
/// `at`, so that each step of both is over before either begins the next.
fn back_off(first: &Lock, second: &Lock, at: &AtomicU32) {
    let both_are_at = |step: u32| {
        at.fetch_add(1, Ordering::AcqRel);
        until("both have come", || at.load(Ordering::Acquire) >= 2 * step);
    };
    let first = first.acquire().unwrap();
    both_are_at(1);
    let second = second.acquire_timeout(Duration::from_millis(20));
    assert!(matches!(second, Err(TryLockError::WouldBlock)));
    both_are_at(2);
    drop(first);
}

fn two_processes_that_take_two_locks_in_opposite_order_and_back_off_are_no_deadlock() {
    use Kind::{Acquire, GiveUp, Release, WaitLimit};

    let log = std::env::temp_dir().join(format!("backs-off-{}.jsonl", std::process::id()));
    let childs = log.clone();
    let recorder = Process::start("recorder", move || {
        begin(&childs);
        let (a, b) = (Lock::new().unwrap(), Lock::new().unwrap());
        let at = AtomicValue::new(AtomicU32::new(0)).unwrap();
        let others = (a.clone(), b.clone(), at.clone());
        let other = Process::start("other", move || back_off(&others.1, &others.0, &others.2));
        back_off(&a, &b, &at);
        other.unwrap().join().unwrap();
    });
    recorder.unwrap().join().unwrap();

    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    let run = Run::read(text.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{text}");
    assert_eq!(run.things.len(), 2, "{text}");
    for lock in &run.things {
        let kinds = lock.events.iter().map(|&event| run.events[event].kind);
        // Leave out how the first lock was taken; the test is about the wait that gave up.
        let kinds: Vec<_> = kinds.filter(|kind| *kind != Kind::Wait).collect();
        assert_eq!(kinds, [Acquire, WaitLimit, GiveUp, Release], "{text}");
    }
}
