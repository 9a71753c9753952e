//! One turn of a pool's work: what every call does that waits.

use std::cell::RefCell;
use std::mem;
use std::time::Duration;

use common::Message;

use crate::dispatcher::Dispatcher;
use crate::ledger::Due;

/// How long one turn waits; the next one asks again.
pub(crate) const TURN: Duration = Duration::from_millis(100);

/// One turn of the work, up to `limit`; and then those are called who wanted it, with the
/// dispatcher free: they may use the pool.
pub(crate) fn turn<R: Message>(dispatcher: &RefCell<Dispatcher<R>>, limit: Duration) {
    dispatcher.borrow_mut().turn(limit);
    call_due(dispatcher);
}

/// Calls those who are to be called with a result.
pub(crate) fn call_due<R>(dispatcher: &RefCell<Dispatcher<R>>) {
    let due = mem::take(&mut dispatcher.borrow_mut().ledger.due);
    let mut calls = Calls { due, dispatcher };
    while let Some((callback, result)) = calls.due.pop_front() {
        callback(result);
    }
}

/// The calls that are left to do. When a callback panics, the others are left for the next turn.
struct Calls<'a, R> {
    due: Due<R>,
    dispatcher: &'a RefCell<Dispatcher<R>>,
}

impl<R> Drop for Calls<'_, R> {
    fn drop(&mut self) {
        let later = &mut self.dispatcher.borrow_mut().ledger.due;
        self.due.append(later);
        mem::swap(&mut self.due, later);
    }
}
