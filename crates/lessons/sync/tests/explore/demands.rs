//! What a story demands of its threads besides what it asserts.

use std::time::Duration;

use explore::primitives::{Condvar, Mutex, sleep};
use explore::{
    Body, FIVE_YEARS, Wrong, explore, for_good, is_waiting, makes_progress, now, panics, slices,
    time_jumps, time_passes, together, without_sleep,
};
use sync::{Event, Lock};

/// A limit that no story reaches by itself.
const LIMIT: Duration = Duration::from_secs(1);

fn fault(story: Body) -> Option<String> {
    explore(story, 1000).fault.map(|fault| fault.what)
}

#[test]
fn a_limit_in_a_wait_that_must_have_none_is_a_fault_also_if_its_panic_is_caught() {
    fn waits() {
        let event = Event::new();
        let is_refused = panics(|| {
            for_good(|| event.wait_timeout(LIMIT));
        });
        assert!(is_refused);
    }
    let what = fault(waits).expect("it has a limit");
    assert!(what.contains("this wait must have none"), "{what}");
    assert_eq!(
        fault(|| {
            let event = Event::new();
            event.set();
            assert!(for_good(|| event.wait_timeout(LIMIT)));
        }),
        None
    );
}

#[test]
fn a_sleep_is_a_fault_in_a_call_that_must_not_sleep() {
    let what = fault(|| without_sleep(|| sleep(LIMIT))).expect("it sleeps");
    assert!(what.contains("a thread sleeps"), "{what}");
    assert!(fault(|| for_good(|| sleep(LIMIT))).is_some());
    assert_eq!(fault(|| sleep(LIMIT)), None);
}

#[test]
fn only_a_long_story_that_makes_progress_has_an_end() {
    fn locks(lock: &Lock<()>) {
        (0..600).for_each(|_| drop(lock.lock()));
    }
    let goes_on = || {
        let lock = Lock::new(());
        (0..10).for_each(|_| locks(&lock));
    };
    let found = explore(goes_on, 1).fault.expect("it has too many turns");
    assert_eq!(found.wrong, Wrong::NoEnd);
    let gets_on = || {
        let lock = Lock::new(());
        for _ in 0..10 {
            locks(&lock);
            makes_progress();
        }
    };
    assert_eq!(fault(gets_on), None);
}

#[test]
fn a_thread_waits_while_it_sleeps_at_any_condition() {
    fn story() {
        let (is_due, changed) = (Mutex::new(false), Condvar::new());
        let wait = || {
            assert!(!is_waiting(1));
            let mut is_due = is_due.lock();
            while !*is_due {
                is_due = changed.wait(is_due);
            }
            assert!(!is_waiting(1));
        };
        let notify = || {
            *is_due.lock() = true;
            // To see that it is found asleep in some schedule.
            assert!(!is_waiting(1), "it sleeps");
            changed.notify_all();
        };
        together(&[&wait, &notify]);
    }
    assert_eq!(fault(story).as_deref(), Some("it sleeps"));
}

#[test]
fn time_jumps_and_the_slices_of_a_limit_are_counted() {
    fn story() {
        let event = Event::new();
        time_jumps(FIVE_YEARS);
        assert_eq!(now(), FIVE_YEARS);
        time_passes(LIMIT);
        for slice in 1..=3 {
            assert!(!event.wait_timeout(LIMIT));
            assert_eq!(slices(), slice);
        }
    }
    assert_eq!(fault(story), None);
}
