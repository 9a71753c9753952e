//! A mark, while other processes mark items, too.

use std::cell::Cell;

use crate::done::NothingOutstanding;
use crate::{beyond, new};

/// Other processes mark a few times in between, or so often that a fixed number of attempts is not enough.
pub(crate) fn one_step() {
    refused_is_never_seen();
    for others in 1..=4 {
        for put in 1..=6 {
            mark_among_others(others, put);
        }
    }
    for put in [60, 61] {
        mark_among_others(60, put);
    }
    while_items_are_put();
}

/// Between the look and the mark, another process puts an item, and then marks the first one: an item is left
/// at every moment.
fn while_items_are_put() {
    let (done, put) = (new(), Cell::new(1));
    let look = |count| {
        let outstanding = beyond(put.get())(count);
        if put.get() == 1 {
            put.set(2);
            let of_other = done.task_done(beyond(2));
            assert_eq!(of_other, Ok(()), "the mark of another process");
        }
        outstanding
    };
    assert_eq!(
        done.task_done(look),
        Ok(()),
        "a mark, while another process puts a second item and then marks the first one"
    );
}

/// At each of this process's first `others` looks, another one marks between the look and this one's mark.
/// An answer may look only once, and so fewer processes than that may come in between.
fn mark_among_others(others: u32, put: u32) {
    let (done, left, of_others) = (new(), Cell::new(others), Cell::new(0));
    let look = |count: u32| {
        let outstanding = beyond(put)(count);
        if left.get() > 0 {
            left.set(left.get() - 1);
            let is_marked = done.task_done(beyond(put)).is_ok();
            of_others.set(of_others.get() + u32::from(is_marked));
        }
        outstanding
    };
    let is_marked = done.task_done(look).is_ok();
    let (of_others, count) = (of_others.get(), done.outstanding(|count| count));
    let accepted = of_others + u32::from(is_marked);
    let meanwhile = format!(
        "other processes marked {of_others} of {put} items while this one looked and marked"
    );
    assert!(
        accepted <= put,
        "{meanwhile}, and the mark of this process was accepted, too: {accepted} marks of {put} items"
    );
    assert_eq!(
        count, accepted,
        "{meanwhile}, and {accepted} marks were accepted in all: how many items are marked in the end"
    );
    assert!(
        is_marked || accepted == put,
        "{meanwhile}, and its own mark was refused, although an item was left to be marked"
    );
}

/// When the only item is marked, other processes must never see a second mark, not even for a moment.
fn refused_is_never_seen() {
    let done = new();
    assert_eq!(done.task_done(beyond(1)), Ok(()), "the mark of one item");
    let seen = Cell::new(0);
    let look = |count| {
        seen.set(seen.get().max(done.outstanding(beyond(1))));
        beyond(1)(count)
    };
    let refused = done.task_done(look);
    assert_eq!(
        (refused, seen.get()),
        (Err(NothingOutstanding), 0),
        "one mark more than items, and how many items other processes see as outstanding while it is \
         refused: a mark that is made first and then taken back is visible in between"
    );
}
