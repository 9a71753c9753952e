//! Event.

mod support;

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use support::{A_LITTLE, LIMIT, within_limit};
use sync::Event;

/// Row S10.
#[test]
fn s10_a_wait_with_a_limit_reports_not_set_when_it_is_over() {
    let event = Event::new();
    let limit = Duration::from_millis(200);
    let since = Instant::now();
    assert!(!event.wait_timeout(limit));
    assert!(since.elapsed() >= limit);
    assert!(!event.is_set());
}

/// Row S10.
#[test]
fn s10_all_five_wake_and_a_later_wait_returns_at_once() {
    within_limit(|| {
        let event = Event::new();
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..5 {
                let (event, sender) = (&event, sender.clone());
                scope.spawn(move || {
                    event.wait();
                    sender.send(()).unwrap();
                });
            }
            assert!(receiver.recv_timeout(A_LITTLE).is_err());
            event.set();
            for _ in 0..5 {
                receiver.recv_timeout(LIMIT).unwrap();
            }
        });
        assert!(event.is_set());
        event.wait();
        assert!(event.wait_timeout(Duration::ZERO));
    });
}

/// Row S10.
#[test]
fn s10_after_a_clear_a_wait_blocks_again() {
    let event = Event::new();
    event.set();
    event.clear();
    assert!(!event.is_set());
    assert!(!event.wait_timeout(A_LITTLE));
}
