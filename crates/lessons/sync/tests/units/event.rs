//! A part of `src/event.rs`, because this test has to set and to clear in one step.

use std::thread;

use super::*;

/// Row S10, the case that a bare look at the flag would miss: it is never to be seen set.
#[test]
fn s10_a_waiter_wakes_though_the_event_is_cleared_before_it_can_look() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(Duration::from_secs(5)));
        // However late the waiter comes, one of these finds it waiting.
        while !waiter.is_finished() {
            let mut state = event.state.lock();
            state.is_set = true;
            state.times_set += 1;
            event.state.notify_all();
            state.is_set = false;
            drop(state);
            thread::sleep(Duration::from_millis(1));
        }
        assert!(waiter.join().unwrap());
    });
}
