//! The types whose threads wait for each other: Condition, Event, the semaphores and Barrier, in
//! every schedule. A wait that never ends is a deadlock, and is found as one.

use std::time::Duration;

use explore::primitives::atomic::{AtomicBool, AtomicUsize, Ordering};
use sync::{Barrier, BoundedSemaphore, BrokenBarrier, Condition, Event, Full, Lock, Semaphore};

use explore::{Act, explore, is_waiting, now, wakes_late};

use super::{never_fails, never_fails_at_all, together};

/// Row S13.
#[test]
fn s13_a_wait_until_ends_when_it_is_true_in_any_schedule() {
    fn story() {
        let (number, changed) = (Lock::new(0), Condition::new());
        let wait = || {
            let guard = changed.wait_until(number.lock(), |&number| number == 2);
            assert_eq!(*guard, 2);
        };
        let add = || {
            for _ in 0..2 {
                *number.lock() += 1;
                changed.notify_one();
            }
        };
        together(&[&wait, &add]);
    }
    never_fails_at_all(story);
}

/// Row S11.
#[test]
fn s11_as_many_go_on_as_there_are_items_in_any_schedule() {
    fn story() {
        let (items, changed) = (Lock::new(0_u32), Condition::new());
        let take = || {
            let mut items = changed.wait_until(items.lock(), |&items| items > 0);
            *items -= 1;
        };
        let put = || {
            *items.lock() += 2;
            changed.notify(2);
        };
        together(&[&take, &take, &put]);
        assert_eq!(items.into_inner(), 0);
    }
    never_fails(story);
}

/// Row S10.
#[test]
fn s10_a_set_wakes_all_in_any_schedule() {
    fn story() {
        let event = Event::new();
        let wait = || {
            event.wait();
            assert!(event.is_set());
        };
        together(&[&wait, &wait, &|| event.set()]);
    }
    never_fails(story);
}

/// Row S10: a thread that comes before the last set goes on, however often the event is cleared.
#[test]
fn s10_a_set_after_a_clear_wakes_in_any_schedule() {
    fn story() {
        let event = Event::new();
        let set_twice = || {
            event.set();
            event.clear();
            event.set();
        };
        together(&[&|| event.wait(), &set_twice]);
    }
    never_fails_at_all(story);
}

/// Row S10, the case that a bare look at the flag would miss: it is never to be seen set.
#[test]
fn s10_a_waiter_wakes_though_the_event_is_cleared_before_it_can_look_in_any_schedule() {
    fn story() {
        let event = Event::named("event");
        let set_and_clear = || {
            let is_late = is_waiting(1) && is_waiting(2);
            event.set();
            if is_late {
                event.clear();
            }
        };
        let wait = || assert!(event.wait_timeout(Duration::MAX));
        together(&[&|| event.wait(), &wait, &set_and_clear]);
    }
    never_fails(story);
}

/// Row T11.
#[test]
fn t11_never_more_inside_than_permits_in_any_schedule() {
    fn story() {
        let (semaphore, inside) = (Semaphore::new(2), AtomicUsize::new(0));
        let visit = || {
            let _permit = semaphore.permit();
            assert!(
                inside.fetch_add(1, Ordering::SeqCst) < 2,
                "three are inside"
            );
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        together(&[&visit, &visit, &visit]);
        let left = [(); 3].map(|()| semaphore.try_acquire());
        assert_eq!(left, [true, true, false]);
    }
    never_fails(story);
}

/// Row S14: who takes and who gives are others.
#[test]
fn s14_a_permit_given_wakes_one_that_waits_in_any_schedule() {
    fn story() {
        let semaphore = Semaphore::new(0);
        let give_two = || {
            semaphore.release();
            semaphore.release();
        };
        together(&[&|| semaphore.acquire(), &|| semaphore.acquire(), &give_two]);
        assert!(!semaphore.try_acquire());
    }
    never_fails(story);
}

/// Row S14: the permit came in time, so the thread that is woken for it takes it.
#[test]
fn s14_a_permit_given_is_taken_by_one_that_wakes_after_its_limit_in_any_schedule() {
    const LIMIT: Duration = Duration::from_secs(1);
    fn story() {
        wakes_late();
        let semaphore = Semaphore::named("permits", 0);
        let has_to_be_late = AtomicBool::new(false);
        let give = || {
            has_to_be_late.store(is_waiting(1), Ordering::SeqCst);
            semaphore.release();
        };
        together(&[&|| assert!(semaphore.acquire_timeout(LIMIT)), &give]);
        let is_late = now() > LIMIT;
        assert!(is_late || !has_to_be_late.into_inner());
        assert!(!semaphore.try_acquire());
    }
    never_fails_at_all(story);
}

/// Row S14.
#[test]
fn s14_of_two_releases_of_one_permit_one_is_an_error_in_any_schedule() {
    fn story() {
        let semaphore = BoundedSemaphore::new(1);
        semaphore.acquire();
        let errors = AtomicUsize::new(0);
        let release = || {
            if let Err(Full { most, .. }) = semaphore.release() {
                assert_eq!(most, 1);
                errors.fetch_add(1, Ordering::SeqCst);
            }
        };
        together(&[&release, &release]);
        assert_eq!(errors.into_inner(), 1);
        assert!(semaphore.try_acquire() && !semaphore.try_acquire());
    }
    never_fails_at_all(story);
}

/// Row S15.
#[test]
fn s15_no_thread_is_a_round_ahead_in_any_schedule() {
    fn story() {
        let barrier = Barrier::new(2).unwrap();
        let [arrived, leaders] = [const { AtomicUsize::new(0) }; 2];
        let pass_twice = || {
            for round in 1..=2 {
                arrived.fetch_add(1, Ordering::SeqCst);
                let place = barrier.wait().unwrap();
                assert!(arrived.load(Ordering::SeqCst) >= 2 * round, "too early");
                leaders.fetch_add(usize::from(place == 0), Ordering::SeqCst);
            }
        };
        together(&[&pass_twice, &pass_twice]);
        assert_eq!(leaders.into_inner(), 2);
    }
    never_fails(story);
}

/// Row S16.
#[test]
fn s16_an_abort_leaves_no_thread_waiting_in_any_schedule() {
    fn story() {
        let barrier = Barrier::new(3).unwrap();
        let wait = || assert_eq!(barrier.wait(), Err(BrokenBarrier));
        together(&[&wait, &wait, &|| barrier.abort()]);
        assert_eq!(barrier.wait(), Err(BrokenBarrier));
    }
    never_fails(story);
}

/// So the picture of an exercise's answer looks like that of the reference.
#[test]
fn a_change_of_a_monitors_value_is_recorded_by_the_monitor() {
    fn story() {
        let semaphore = Semaphore::named("permits", 1);
        let event = Event::named("event");
        semaphore.acquire();
        assert!(!semaphore.try_acquire());
        event.set();
        panic!("to see its steps");
    }
    let fault = explore(story, 1).fault.expect("it panics");
    let steps: Vec<_> = fault.steps.into_iter().map(|step| step.act).collect();
    let expected: Vec<_> = ["permits is now 0", "event is now true"]
        .map(|text| Act::Says(text.to_owned()))
        .into();
    let values = steps.iter().filter(|act| matches!(act, Act::Says(_)));
    assert!(values.eq(&expected), "{steps:#?}");
}
