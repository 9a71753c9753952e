//! What a process does during its turn.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::mem::take;
use std::time::Duration;

use common::{Kind, observe};
use ipc_queue::{GetError, Receiver};

use crate::{Lucky, other, put, queue};

/// A queue, the number of items that were in it at the end of each turn, and what was done out of turn.
struct Watched {
    receiver: Receiver<Lucky>,
    left: Vec<usize>,
    has_turn: bool,
    got_out_of_turn: bool,
}

thread_local! {
    static WATCHED: RefCell<Option<Watched>> = const { RefCell::new(None) };
}

/// Records the number of items when the lock reports its release, just before it, and whether an item comes
/// out of the ring without a turn.
fn at_event(kind: Kind, _: &str, _: Arguments<'_>) {
    WATCHED.with_borrow_mut(|watched| {
        let Some(watched) = watched else { return };
        match kind {
            Kind::Acquire => watched.has_turn = true,
            Kind::Release => {
                watched.has_turn = false;
                watched.left.push(watched.receiver.len());
            }
            Kind::Recv => watched.got_out_of_turn |= !watched.has_turn,
            _ => {}
        }
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
        got_out_of_turn: false,
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
        let left = WATCHED.with_borrow_mut(|watched| {
            let watched = watched.as_mut();
            watched
                .map(|watched| take(&mut watched.left))
                .unwrap_or_default()
        });
        let gone = 5 - place;
        assert!(
            !left.is_empty() && left.iter().all(|&left| left == gone),
            "item {place} of 1, 13, 2, 13, 3, 13 was read (13 cannot be decoded), which leaves {gone} items. \
             At the end of each turn, {left:?} were in the queue: remove the item in the same turn in which \
             you look at it"
        );
    }
    expect_none_out_of_turn();
}

fn expect_none_out_of_turn() {
    // Dropping a receiver is an event, too, so it has to come after the borrow.
    let watched = WATCHED.take();
    assert!(
        watched.is_some_and(|watched| !watched.got_out_of_turn),
        "an item was looked at by a process that did not have its turn: another process may be reading then, \
         whether or not the call waits"
    );
}
