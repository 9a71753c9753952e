//! The calls of a shared owner by way of which code of a caller's can run, or wait for the workers: a
//! task is submitted; one turn of the work; the two ways to end, when all is done or now.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::thread::panicking;
use std::time::Duration;

use common::{Message, encode_into};

use crate::door::Door;
use crate::error::{SubmitError, UnseenFailures};
use crate::ledger::State;
use crate::owner::{Owner, TURN};
use crate::queues::Queues;

/// An owner, as handles and iterators share it.
pub type OwnerCell<R, Q> = Rc<RefCell<Owner<R, Q>>>;

/// Submits one task; returns the entry of its packet in the ledger. Does not wait.
///
/// # Errors
/// [`SubmitError`], with the argument.
#[inline]
pub fn submit<A: Message, R: Message, Q: Queues<R>>(
    owner: &OwnerCell<R, Q>,
    argument: A,
    state: State<R>,
) -> Result<u32, SubmitError<A>> {
    submit_if(Door::is_open, owner, argument, state)
}

/// Submits one task of an iterator that was made before the owner was closed.
pub(crate) fn submit_promised<A: Message, R: Message, Q: Queues<R>>(
    owner: &OwnerCell<R, Q>,
    argument: A,
    state: State<R>,
) -> Result<u32, SubmitError<A>> {
    submit_if(Door::takes_promised, owner, argument, state)
}

/// The owner is not borrowed while the argument is encoded, nor while it or the callback of a refused
/// task is dropped: they are the caller's, and may use it.
#[inline]
fn submit_if<A: Message, R: Message, Q: Queues<R>>(
    is_open: fn(&Door) -> bool,
    owner: &OwnerCell<R, Q>,
    argument: A,
    state: State<R>,
) -> Result<u32, SubmitError<A>> {
    // No larger than need be: a million of them may wait for a worker.
    let mut bytes = Vec::new();
    if let Err(error) = encode_into(&argument, &mut bytes) {
        return Err(SubmitError::Encode(argument, error));
    }
    if !is_open(owner.borrow().door()) {
        return Err(SubmitError::Closed(argument));
    }
    Ok(owner.borrow_mut().accept_one(bytes, state))
}

/// One turn of the work, which waits up to `limit`; then calls the callbacks whose results are there.
/// The owner is not borrowed during these calls, since they may use it.
pub fn turn<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>, limit: Duration) {
    owner.borrow_mut().turn(limit);
    call_due(owner);
}

/// When a callback panics, the others are left for the next turn.
fn call_due<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) {
    let mut due = owner.borrow_mut().take_due();
    while let Some((callback, result)) = due.pop_front() {
        let called = catch_unwind(AssertUnwindSafe(|| callback(result)));
        if let Err(panic) = called {
            owner.borrow_mut().put_back(due);
            resume_unwind(panic);
        }
    }
}

/// Accepts no more tasks, waits until every accepted one is done, and for the end of all processes.
///
/// # Errors
/// [`UnseenFailures`], if there are any.
pub fn finish<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) -> Result<(), UnseenFailures> {
    owner.borrow_mut().shut();
    while owner.borrow().is_under_way() {
        turn(owner, TURN);
    }
    owner.borrow().unseen()
}

/// Ends all processes now. What is not done is an error.
pub fn stop<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) {
    owner.borrow_mut().stop();
    // Not in the middle of a panic: a second one, out of a callback, would abort the program.
    if !panicking() {
        call_due(owner);
    }
}
