//! Waits until one of several readers is ready.

use std::time::{Duration, Instant};

use common::log::what;
use common::{is_recording, life};

use crate::MessageReader;
use crate::sleep::sleep;
use crate::tuning::wait_awake;

/// Waits until one of `readers` has something to read, a message or the end, for `limit` at most;
/// returns its index in the list, the first one if there are several. The message stays in the
/// ring. For an empty list it returns `None` at once.
#[must_use]
pub fn wait_any<T: ?Sized>(readers: &[&MessageReader<T>], limit: Duration) -> Option<usize> {
    if readers.is_empty() {
        return None;
    }
    let deadline = Instant::now().checked_add(limit);
    match is_recording() {
        true => wait_and_record(readers, deadline),
        false => wait_until(readers, deadline),
    }
}

/// Like [`wait_until`], and records the wait if it is longer than a quick check.
#[cold]
fn wait_and_record<T: ?Sized>(
    readers: &[&MessageReader<T>],
    deadline: Option<Instant>,
) -> Option<usize> {
    let now = Instant::now();
    let is_there = wait_until(readers, Some(now));
    if is_there.is_some() || deadline.is_some_and(|deadline| deadline <= now) {
        return is_there;
    }
    let whichever = what::any_of(readers.iter().map(|reader| reader.name()));
    let wait = || wait_until(readers, deadline);
    life::record_wait(whichever, deadline.is_some(), wait, Option::is_some)
}

/// Waits as [`wait_any`] does; without a deadline, for as long as it takes.
fn wait_until<T: ?Sized>(
    readers: &[&MessageReader<T>],
    deadline: Option<Instant>,
) -> Option<usize> {
    // As for a single reader: first awake, then asleep.
    let has_piece = |reader: &&MessageReader<T>| reader.reader.borrow().has_piece();
    wait_awake(deadline, || readers.iter().any(has_piece));
    loop {
        // All of them, not only up to the first that is ready: each sets its sleep flag.
        let prepare = |reader: &&MessageReader<T>| reader.reader.borrow_mut().prepare_sleep();
        let sleeps: Vec<Option<Duration>> = readers.iter().map(prepare).collect();
        if let Some(place) = sleeps.iter().position(Option::is_none) {
            return Some(place);
        }
        let longest = sleeps.into_iter().flatten().min().unwrap_or_default();
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return None;
        }
        let borrowed: Vec<_> = readers.iter().map(|one| one.reader.borrow()).collect();
        let mut bells: Vec<_> = borrowed.iter().map(|one| one.as_poll_fd()).collect();
        sleep(&mut bells, deadline, longest);
    }
}
