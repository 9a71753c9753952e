//! A wait that ended at its limit is in the log, so that a reader does not take it for a deadlock.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::Barrier;
use std::time::Duration;

use common::{Kind, lane};
use lesson_test::recorded;
use sync::{Condition, Event, Lock, RLock, Semaphore};
use timeline::Run;

const SHORT: Duration = Duration::from_millis(20);

/// Runs two threads of the crate `threads`: they are lanes with a start and a join.
fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    threads::scope(|scope| {
        scope.start("Thread_1", one)?;
        scope.start("Thread_2", other).map(drop)
    })
    .unwrap();
}

/// The kinds of the events of `thing`, on any lane, in the order of time.
fn kinds(run: &Run, thing: &str) -> Vec<Kind> {
    let thing = run.things.iter().find(|other| other.name == thing).unwrap();
    let kind = |&event: &usize| run.events[event].kind;
    thing.events.iter().map(kind).collect()
}

#[test]
fn two_threads_that_take_two_locks_in_opposite_order_and_back_off_are_no_deadlock() {
    let log = recorded(
        "two_threads_that_take_two_locks_in_opposite_order_and_back_off_are_no_deadlock",
        || {
            let (a, b) = (Lock::named("A", ()), Lock::named("B", ()));
            let have_one = Barrier::new(2);
            let have_asked = Barrier::new(2);
            let back_off = |first: &Lock<()>, second: &Lock<()>| {
                let first = first.lock();
                have_one.wait();
                assert!(second.lock_timeout(SHORT).is_none());
                have_asked.wait();
                drop(first);
            };
            both(|| back_off(&a, &b), || back_off(&b, &a));
        },
    );
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
    for lock in ["A", "B"] {
        use Kind::{Acquire, GiveUp, Release, WaitLimit};
        assert_eq!(kinds(&run, lock), [Acquire, WaitLimit, GiveUp, Release]);
    }
}

#[test]
fn every_wait_with_a_limit_is_recorded_as_one_and_when_it_gave_up() {
    let log = recorded(
        "every_wait_with_a_limit_is_recorded_as_one_and_when_it_gave_up",
        || {
            let lock = Lock::named("lock", ());
            let condition = Condition::named("condition");
            assert!(condition.wait_timeout(lock.lock(), SHORT).is_err());
            assert!(!Semaphore::named("semaphore", 0).acquire_timeout(SHORT));
            assert!(!Event::new().wait_timeout(SHORT));
            let party = sync::Barrier::new(2).unwrap();
            assert!(party.wait_timeout(SHORT).is_err());
            let rlock = RLock::named("rlock", ());
            let held = rlock.lock();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    lane::enter("other");
                    assert!(rlock.lock_timeout(SHORT).is_none());
                });
            });
            drop(held);
        },
    );
    let run = Run::read(log.as_bytes()).unwrap();
    let count = |kind| run.events.iter().filter(|event| event.kind == kind).count();
    assert!(count(Kind::GiveUp) >= 5, "{log}");
    assert_eq!(count(Kind::Wait), 0, "{log}");
    let mut gave_up = run.lanes.iter().map(|lane| {
        let kinds = lane.events.iter().map(|&event| run.events[event].kind);
        let kinds: Vec<_> = kinds.collect();
        let pairs = kinds.windows(2);
        pairs
            .filter(|pair| pair[1] == Kind::GiveUp)
            .all(|pair| pair[0] == Kind::WaitLimit)
    });
    assert!(gave_up.all(|paired| paired), "{log}");
}
