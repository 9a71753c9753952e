//! Processes that change shared values in a loop are killed at random moments: the lock is handed
//! on, poisoned if its owner was in the middle of a change, and no process hangs.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ipc_shared::{Array, AtomicValue, LockError, Value};
use lesson_test::{Seeded, rounds, spin, until};
use multiprocess::{Exit, Process};
use nix::sys::signal::Signal;

lesson_test::forking_tests![within 60;
    a_value_is_right_or_poisoned_whenever_its_owner_is_killed,
    an_array_is_whole_or_poisoned_whenever_its_owner_is_killed,
    an_atomic_counts_every_addition_of_the_killed,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The number of kills in each test.
const KILLS: usize = 500;

/// Starts two processes that call `change` in a loop until it returns false, kills the first at a
/// random moment, and calls `look` while the second goes on; then stops that one, too.
fn kill_one_of_two<F>(seeded: &mut Seeded, change: F, mut look: impl FnMut())
where
    F: Fn() -> bool + Clone + 'static,
{
    let at_work = AtomicValue::new(AtomicU64::new(0)).unwrap();
    let [mut victim, mut other] = ["victim", "other"].map(|name| {
        let (at_work, change) = (at_work.clone(), change.clone());
        let target = move || {
            at_work.fetch_add(1, Ordering::Relaxed);
            while change() {}
        };
        Process::start(name, target).unwrap()
    });
    until("both are at work", || at_work.load(Ordering::Relaxed) == 2);
    spin(seeded.duration_below(Duration::from_micros(100)));
    victim.kill().unwrap();
    // The victim may have ended before, with the error of a poisoned lock.
    let exit = victim
        .wait_timeout(LIMIT)
        .unwrap()
        .expect("the killed one ends");
    assert_eq!(exit, Exit::Signal(Signal::SIGKILL as i32));
    let asked = Instant::now();
    look();
    assert!(asked.elapsed() < LIMIT, "a process waits for a dead owner");
    other.kill().unwrap();
    assert!(other.wait_timeout(LIMIT).unwrap().is_some());
}

/// Both numbers are raised together, so they differ only in a change that was interrupted.
fn a_value_is_right_or_poisoned_whenever_its_owner_is_killed() {
    let value = Value::new([0_u64; 2]).unwrap();
    let mut seeded = Seeded::new(1);
    for _ in 0..rounds(KILLS) {
        let theirs = value.clone();
        let change = move || {
            let raise = |[one, other]: &mut [u64; 2]| (*one, *other) = (*one + 1, *other + 1);
            theirs.update(raise).is_ok()
        };
        kill_one_of_two(&mut seeded, change, || {
            let found = value.get();
            assert!(found.is_err() || found.is_ok_and(|[one, other]| one == other));
        });
        // Both processes are dead now, so no other process changes the value.
        match value.get() {
            Ok([one, other]) => assert_eq!(one, other, "half-done, and not poisoned"),
            Err(LockError::Poisoned) => {
                let mut held = value.recover().unwrap();
                assert!(held[0] == held[1] || held[0] == held[1] + 1, "{held:?}");
                held[1] = held[0];
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(value.update(|[one, other]| *one - *other), Ok(0));
    }
}

/// Each change writes the same number to all elements.
fn an_array_is_whole_or_poisoned_whenever_its_owner_is_killed() {
    let array = Array::<u64>::zeroed(1000).unwrap();
    let mut seeded = Seeded::new(2);
    for _ in 0..rounds(KILLS) {
        let theirs = array.clone();
        let change = move || {
            theirs.lock().is_ok_and(|mut held| {
                let next = held[0] + 1;
                held.fill(next);
                true
            })
        };
        let is_whole = |numbers: &[u64]| numbers.iter().all(|number| *number == numbers[0]);
        kill_one_of_two(&mut seeded, change, || {
            let found = array.to_vec();
            assert!(found.is_err() || found.is_ok_and(|numbers| is_whole(&numbers)));
        });
        match array.to_vec() {
            Ok(numbers) => assert!(is_whole(&numbers), "half-done, and not poisoned"),
            Err(LockError::Poisoned) => {
                let mut held = array.recover().unwrap();
                let highest = held[0];
                assert!(held.iter().all(|&number| number + 1 >= highest));
                held.fill(highest);
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// An addition is done or not done; the victim notes each one after it is done.
fn an_atomic_counts_every_addition_of_the_killed() {
    let sum = AtomicValue::new(AtomicU64::new(0)).unwrap();
    let mut seeded = Seeded::new(3);
    for _ in 0..rounds(KILLS) {
        let before = sum.load(Ordering::SeqCst);
        let noted = AtomicValue::new(AtomicU64::new(0)).unwrap();
        let (theirs, note) = (sum.clone(), noted.clone());
        let mut victim = Process::start("victim", move || -> () {
            loop {
                theirs.fetch_add(1, Ordering::SeqCst);
                note.fetch_add(1, Ordering::SeqCst);
            }
        })
        .unwrap();
        until("it is at work", || noted.load(Ordering::Relaxed) > 0);
        spin(seeded.duration_below(Duration::from_micros(50)));
        victim.kill().unwrap();
        assert!(victim.wait_timeout(LIMIT).unwrap().is_some());
        let (added, noted) = (
            sum.load(Ordering::SeqCst) - before,
            noted.load(Ordering::SeqCst),
        );
        assert!(added == noted || added == noted + 1, "{added}, {noted}");
    }
}
