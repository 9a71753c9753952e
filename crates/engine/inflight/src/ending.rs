//! The two ways to end: when all is done, or now.

use std::thread::panicking;

use common::Message;

use crate::error::UnseenFailures;
use crate::owner::{OwnerCell, TURN, call_due, turn};
use crate::queues::Queues;

/// Accepts no more tasks, waits until every accepted one is done, and for the end of all processes.
///
/// # Errors
/// [`UnseenFailures`], if there are any.
pub fn finish<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) -> Result<(), UnseenFailures> {
    owner.borrow_mut().shut();
    while owner.borrow().is_under_way() {
        turn(owner, TURN);
    }
    owner.borrow().ledger.unseen()
}

/// Ends all processes now. What is not done is an error.
pub fn stop<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) {
    owner.borrow_mut().stop();
    // Not in the middle of a panic: a second one, out of a callback, would abort the program.
    if !panicking() {
        call_due(owner);
    }
}
