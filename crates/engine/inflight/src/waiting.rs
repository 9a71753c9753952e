//! The calls of a shared owner that may run a caller's code, or wait for the workers: submitting a
//! task; one turn of the work; the two ways to end, when all is done or now.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::thread::panicking;
use std::time::Duration;

use common::{Message, encode_into, end_of_panic};

use crate::door::Door;
use crate::error::{SubmitError, UnseenFailures};
use crate::ledger::{DueCall, State};
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

/// Calls the callbacks that are due, also after one of them has panicked. The first panic then goes on,
/// unless this thread panics already: a second one would abort the program.
fn call_due<R: Message, Q: Queues<R>>(owner: &OwnerCell<R, Q>) {
    let due = owner.borrow_mut().take_due();
    let call =
        |(callback, result): DueCall<R>| catch_unwind(AssertUnwindSafe(|| callback(result))).err();
    let mut panics = due.into_iter().filter_map(call);
    let first = panics.next();
    panics.for_each(|panic| drop(end_of_panic(panic)));
    match first {
        None => {}
        Some(panic) if panicking() => drop(end_of_panic(panic)),
        Some(panic) => resume_unwind(panic),
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
    call_due(owner);
}
