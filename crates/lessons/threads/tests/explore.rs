//! Every schedule of a start, a join, a join with a limit, and a scope.
//!
//! Only with `RUSTFLAGS="--cfg explore"`.
#![cfg(explore)]

use std::sync::Arc;
use std::time::Duration;

use explore::primitives::atomic::{AtomicU64, Ordering};
use explore::primitives::yield_now;
use explore::{Reach, explore, never_fails, threads_may_panic};
use threads::{JoinError, Thread, live, scope, start};

/// Adds one, and returns a value that the join has to return.
fn add_one(number: &AtomicU64) -> u64 {
    number.fetch_add(1, Ordering::SeqCst);
    42
}

/// Row T01.
#[test]
fn t01_a_join_returns_after_the_end_and_with_its_value_in_any_schedule() {
    fn story() {
        let number = Arc::new(AtomicU64::new(0));
        let two = [1, 2].map(|thread| {
            let number = Arc::clone(&number);
            start(format!("joined_{thread}"), move || add_one(&number)).unwrap()
        });
        for thread in two {
            assert_eq!(thread.join(), Ok(42));
        }
        assert_eq!(number.load(Ordering::SeqCst), 2);
        assert!(live().iter().all(|name| !name.starts_with("joined")));
    }
    never_fails(story);
}

/// Row T07. Unless a story allows it, the panic of a thread is its fault.
#[test]
fn t07_a_join_returns_the_panic_in_any_schedule() {
    fn panics() {
        let joined = start("Thread_1", || -> u32 { panic!("no more") })
            .unwrap()
            .join();
        let (thread, message) = ("Thread_1".to_owned(), "no more".to_owned());
        assert_eq!(joined, Err(JoinError::Panicked { thread, message }));
    }
    fn story() {
        threads_may_panic();
        panics();
    }
    never_fails(story);
    let fault = explore(panics, 1).fault.expect("a thread panics");
    assert_eq!(fault.what, "no more");
}

/// Row T06, in a world without time: no limit expires, so the end has to be reported.
#[test]
fn t06_a_join_with_a_limit_sees_the_end_in_any_schedule() {
    fn story() {
        let thread = start("Thread_1", || 42).unwrap();
        assert_eq!(thread.join_timeout(Duration::MAX).unwrap(), Ok(42));
    }
    assert_eq!(never_fails(story), Reach::All);
}

/// Row T09.
#[test]
fn t09_a_thread_that_joins_itself_gets_an_error_in_any_schedule() {
    fn story() {
        type Place = explore::primitives::Mutex<Option<Thread<()>>>;
        let place = Arc::new(Place::new(None));
        let theirs = Arc::clone(&place);
        let thread = start("selfish", move || {
            // The other thread may not have stored the handle there yet.
            if let Some(itself) = theirs.lock().take() {
                let thread = "selfish".to_owned();
                assert_eq!(itself.join(), Err(JoinError::Itself { thread }));
            }
        });
        *place.lock() = Some(thread.unwrap());
        let mine = place.lock().take();
        drop(mine);
    }
    never_fails(story);
}

/// Row T10.
#[test]
fn t10_the_end_of_a_scope_is_after_the_end_of_its_threads_in_any_schedule() {
    fn story() {
        let number = AtomicU64::new(0);
        scope(|scope| {
            scope.start("scoped_1", || add_one(&number)).unwrap();
            scope.start("scoped_2", || add_one(&number)).unwrap();
        });
        assert_eq!(number.into_inner(), 2);
        assert!(live().iter().all(|name| !name.starts_with("scoped")));
    }
    never_fails(story);
}

/// Row T15: dropping a handle waits.
#[test]
fn t15_a_dropped_handle_has_waited_in_any_schedule() {
    fn story() {
        let number = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&number);
        let thread = start("Thread_1", move || {
            yield_now();
            add_one(&theirs)
        });
        drop(thread.unwrap());
        assert_eq!(number.load(Ordering::SeqCst), 1);
    }
    assert_eq!(never_fails(story), Reach::All);
}

/// The purpose of the explorer: without the join, some order is wrong.
#[test]
fn a_story_that_does_not_join_is_found_and_its_threads_are_named() {
    fn story() {
        let number = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&number);
        let thread = start("Thread_1", move || add_one(&theirs)).unwrap();
        assert_eq!(number.load(Ordering::SeqCst), 1, "it has not run yet");
        drop(thread);
    }
    let fault = explore(story, 1000).fault.expect("main may go first");
    let steps = explore::lanes(&fault.steps).join("\n");
    assert!(fault.what.contains("it has not run yet"), "{}", fault.what);
    assert!(steps.contains("starts Thread_1"), "{steps}");
}
