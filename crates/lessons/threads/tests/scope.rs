//! Threads in a scope.

use std::sync::atomic::{AtomicU32, Ordering};

use common::thread_name;
use threads::{live, scope};

/// Row T10.
#[test]
fn t10_ten_threads_add_to_a_counter_they_borrow() {
    let counter = AtomicU32::new(0);
    scope(|scope| {
        for _ in 0..10 {
            let add = || counter.fetch_add(1, Ordering::Relaxed);
            scope.start("adder", add).unwrap();
        }
    });
    assert_eq!(counter.into_inner(), 10);
}

#[test]
fn a_scoped_thread_has_its_name_and_returns_its_value() {
    let given = scope(|scope| {
        let thread = scope.start("Scoped_1", || (thread_name(), live())).unwrap();
        thread.join().unwrap()
    });
    assert_eq!(given.0, "Scoped_1");
    assert!(given.1.contains(&"Scoped_1".to_owned()));
    assert!(!live().contains(&"Scoped_1".to_owned()));
}

#[test]
fn a_panic_that_was_not_joined_goes_on_after_the_scope() {
    let panicked = std::panic::catch_unwind(|| {
        scope(|scope| {
            scope.start("boom", || panic!("boom")).unwrap();
        });
    });
    assert!(panicked.is_err());
    assert!(!live().contains(&"boom".to_owned()));
}
