//! What a process does during its turn.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::mem::take;
use std::time::Duration;

use common::{Kind, observe};
use ipc_queue::{GetError, Receiver};

use crate::{Lucky, other, put, queue};

/// A queue, the number of items that were in it at the end of each turn in which one was looked at, and what
/// was done out of turn.
struct Watched {
    receiver: Receiver<Lucky>,
    left: Vec<usize>,
    has_turn: bool,
    has_looked: bool,
    looked_out_of_turn: bool,
}

thread_local! {
    static WATCHED: RefCell<Option<Watched>> = const { RefCell::new(None) };
}

/// Records the number of items when the lock reports its release, just before it. In a turn in which no item
/// is looked at, none has to be removed: a call may first take the lock only to see whether it is free.
fn at_event(kind: Kind, _: &str, _: Arguments<'_>) {
    with_watched(|watched| match kind {
        Kind::Acquire => watched.has_turn = true,
        Kind::Release => {
            watched.has_turn = false;
            if take(&mut watched.has_looked) {
                watched.left.push(watched.receiver.len());
            }
        }
        _ => {}
    });
}

/// Called when an item is decoded, also one that cannot be: of that the lesson records no event.
pub(crate) fn looks() {
    with_watched(|watched| {
        watched.has_looked = watched.has_turn;
        watched.looked_out_of_turn |= !watched.has_turn;
    });
}

/// After the turn, another process may have its own, and a removal may hit that process's item.
pub(crate) fn removed_in_turn() {
    let (sender, receiver) = queue();
    put(&sender, [1, 13, 2, 13, 3, 13].map(Lucky));
    observe(at_event);
    WATCHED.set(Some(Watched {
        receiver: other(&receiver),
        left: Vec::new(),
        has_turn: false,
        has_looked: false,
        looked_out_of_turn: false,
    }));
    let an_hour = Duration::from_secs(3600);
    for place in 0..6 {
        let got = match place / 2 {
            0 => receiver.get(),
            1 => receiver.try_get(),
            _ => receiver.get_timeout(an_hour),
        };
        let is_as_expected = match got {
            Ok(_) => place % 2 == 0,
            Err(GetError::Decode(_)) => place % 2 == 1,
            Err(_) => false,
        };
        assert!(is_as_expected, "item {place} of 1, 13, 2, 13, 3, 13");
        expect_none_out_of_turn();
        let left = with_watched(|watched| take(&mut watched.left)).unwrap_or_default();
        let gone = 5 - place;
        assert!(
            !left.is_empty() && left.iter().all(|&left| left == gone),
            "item {place} of 1, 13, 2, 13, 3, 13 was read (13 cannot be decoded), which leaves {gone} items. \
             At the end of each turn, {left:?} were in the queue: remove the item in the same turn in which \
             you look at it"
        );
    }
    // Dropping a receiver is an event, too, so it has to come after the borrow.
    drop(WATCHED.take());
}

fn with_watched<R>(does: impl FnOnce(&mut Watched) -> R) -> Option<R> {
    WATCHED.with_borrow_mut(|watched| watched.as_mut().map(does))
}

fn expect_none_out_of_turn() {
    assert!(
        with_watched(|watched| watched.looked_out_of_turn) == Some(false),
        "an item was looked at by a process that did not have its turn: another process may be reading then, \
         whether or not the call waits"
    );
}
