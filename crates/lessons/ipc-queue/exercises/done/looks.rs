//! What the last look finds: a mark that was made in time counts, and the error has the number that is left.

use std::cell::Cell;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::done::{Done, JoinError};
use crate::new;

pub(crate) fn last() {
    // A receiver marks its item and goes, just before the wait asks whether a receiver is left.
    let done = new();
    let marked = Cell::new(false);
    let is_gone = || {
        marked.set(true);
        true
    };
    let outstanding = || u32::from(!marked.get());
    let joined = done.join_timeout(Duration::from_secs(3600), outstanding, is_gone);
    assert_eq!(
        joined,
        Ok(()),
        "the last receiver marks the last item and goes, between two looks: all items are done"
    );
    // The mark comes when the limit is almost over.
    let limit = Duration::from_millis(80);
    let begun = Instant::now();
    let outstanding = || u32::from(begun.elapsed() < limit);
    let joined = done.join_timeout(limit, outstanding, || false);
    assert_eq!(
        joined,
        Ok(()),
        "the last item is marked when the limit is over, and not later"
    );
    during_a_look(&done);
}

/// The last item is marked in time, but during a look that began before and ends after the limit.
fn during_a_look(done: &Done) {
    let limit = Duration::from_millis(80);
    let is_first = Cell::new(true);
    let outstanding = || {
        let items = u32::from(is_first.replace(false));
        sleep(2 * limit * items);
        items
    };
    let joined = done.join_timeout(limit, outstanding, || false);
    assert_eq!(
        joined,
        Ok(()),
        "a look finds one item, and takes until the limit is over; the item was marked meanwhile, so one more \
         look is due"
    );
}

/// Three of five items are marked while it waits.
pub(crate) fn left() {
    let done = new();
    of_one_look(&done);
    let looks = Cell::new(0);
    let outstanding = || {
        looks.set(looks.get() + 1);
        5 - looks.get().min(3)
    };
    let joined = done.join_timeout(Duration::from_millis(300), outstanding, || false);
    assert_eq!(
        joined,
        Err(JoinError::Timeout(2)),
        "three of five items are marked while it waits, and then its time is over"
    );
    let (looks, asked) = (Cell::new(0), Cell::new(0));
    let outstanding = || {
        looks.set(looks.get() + 1);
        5 - looks.get().min(3)
    };
    let is_gone = || {
        asked.set(asked.get() + 1);
        asked.get() > 6 && looks.get() > 3
    };
    let joined = done.join_timeout(Duration::from_secs(3600), outstanding, is_gone);
    assert_eq!(
        joined,
        Err(JoinError::Disconnected(2)),
        "three of five items are marked while it waits, and then the last receiver goes"
    );
}

/// The error has the number that the deciding look found: by the next look, all items may be marked.
fn of_one_look(done: &Done) {
    for (limit, is_gone) in [(Duration::ZERO, false), (Duration::from_secs(3600), true)] {
        let looks = Cell::new(0);
        let outstanding = || u32::from(looks.replace(looks.get() + 1) == 0);
        let joined = done.join_timeout(limit, outstanding, || is_gone);
        let told = match joined {
            Ok(()) => None,
            Err(JoinError::Disconnected(items) | JoinError::Timeout(items)) => Some(items),
            Err(JoinError::NotHeld) => Some(0),
        };
        assert_ne!(
            told,
            Some(0),
            "an error reports that no item is left: {joined:?}. The first look finds one, later looks none"
        );
    }
}
