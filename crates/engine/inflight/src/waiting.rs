//! The calls of a shared owner that wait for its workers: one turn of the work, and the two ways to
//! end, when all is done or now.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::thread::panicking;
use std::time::Duration;

use common::Message;

use crate::error::UnseenFailures;
use crate::owner::{Owner, TURN};
use crate::queues::Queues;

/// An owner, as handles and iterators share it.
pub type OwnerCell<R, Q> = Rc<RefCell<Owner<R, Q>>>;

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
