//! A mark, while other processes mark items, too.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::Ours;
use ipc_shared::AtomicValue;
use multiprocess::Process;

use crate::done::{Done, NothingOutstanding};
use crate::{beyond, new};

/// Other processes mark a few times in between, or so often that a fixed number of attempts is not enough.
pub(crate) fn one_step() {
    refused_is_never_seen();
    mark_of_another_process();
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

/// The stages of a process that marks: it waits, it is told to mark, it was refused, it has marked.
const WAITS: u32 = 0;
const MARKS: u32 = 1;
const REFUSED: u32 = 2;
const MARKED: u32 = 3;
/// For how many naps of a millisecond a look waits for that mark.
const NAPS: u32 = 1500;

/// A real process marks the only item between the look and the mark of this one. A mutex or a flag of one
/// process does not keep it away. In the other cases, one thread makes both marks, and would wait for itself.
fn mark_of_another_process() {
    let stage = AtomicValue::new(AtomicU32::new(WAITS)).ours("memory to share");
    let (done, its_stage) = (new(), stage.clone());
    let others = done.clone();
    let marks = move || {
        while its_stage.load(Ordering::SeqCst) == WAITS {
            sleep(Duration::from_millis(1));
        }
        let is_marked = others.task_done(beyond(1)).is_ok();
        its_stage.store(if is_marked { MARKED } else { REFUSED }, Ordering::SeqCst);
    };
    let other = Process::start("other", marks).ours("process");
    let tell = || stage.compare_exchange(WAITS, MARKS, Ordering::SeqCst, Ordering::SeqCst);
    let look = |count| {
        let outstanding = beyond(1)(count);
        let _told_before = tell();
        let mut naps = 0..NAPS;
        while stage.load(Ordering::SeqCst) == MARKS && naps.next().is_some() {
            sleep(Duration::from_millis(1));
        }
        outstanding
    };
    let is_marked = done.task_done(look).is_ok();
    // An answer that has never looked has not told it.
    let _told_before = tell();
    other.join().expect("a process that marks ends by itself");
    let of_others = u32::from(stage.load(Ordering::SeqCst) == MARKED);
    expect_counted(&done, 1, of_others, is_marked);
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
    expect_counted(&done, put, of_others.get(), is_marked);
}

/// Checks the result of this process's mark, and the count, after marks of other processes in between.
fn expect_counted(done: &Done, put: u32, of_others: u32, is_marked: bool) {
    let count = done.outstanding(|count| count);
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
