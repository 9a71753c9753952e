//! The calls of a shared owner that may run a caller's code, or wait for the workers: submitting a
//! task; one turn of the work; the two ways to end, when all is done or now.

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

/// An owner that handles and iterators share.
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

/// Submits one task. The owner is not borrowed while the argument is encoded, or while the argument
/// or callback of a refused task is dropped: that is the caller's code, which may use the owner.
#[inline]
fn submit_if<A: Message, R: Message, Q: Queues<R>>(
    is_open: fn(&Door) -> bool,
    owner: &OwnerCell<R, Q>,
    argument: A,
    state: State<R>,
) -> Result<u32, SubmitError<A>> {
    // No larger than necessary: a million of them may wait for a worker.
    let mut bytes = Vec::new();
    if let Err(error) = encode_into(&argument, &mut bytes) {
        return Err(SubmitError::Encode(argument, error));
    }
    if !is_open(owner.borrow().door()) {
        return Err(SubmitError::Closed(argument));
    }
    Ok(owner.borrow_mut().accept_one(bytes, state))
}

/// Runs one turn of the work, which waits up to `limit`; then calls the callbacks whose results
/// have arrived. The owner is not borrowed during these calls, since they may use it.
pub fn turn<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>, limit: Duration) {
    owner.borrow_mut().turn(limit);
    call_due(owner);
}

/// Calls the callbacks that are due. If one panics, the others are left for the next turn.
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

/// Accepts no more tasks; blocks until every accepted task is done and all processes have ended.
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

/// Ends all processes now. Each task that is not done becomes an error.
pub fn stop<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) {
    owner.borrow_mut().stop();
    // Not during a panic: a second one, from a callback, would abort the program.
    if !panicking() {
        call_due(owner);
    }
}
