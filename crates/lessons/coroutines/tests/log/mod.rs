//! Notes that tasks write, to be read after they have ended.

use std::cell::RefCell;
use std::rc::Rc;

use coroutines::yield_now;

/// Notes of several tasks, in the order in which they were made.
pub(crate) type Log = Rc<RefCell<Vec<String>>>;

pub(crate) fn note(log: &Log, text: impl Into<String>) {
    log.borrow_mut().push(text.into());
}

/// Gives every task many turns.
pub(crate) async fn many_turns() {
    for _ in 0..20 {
        yield_now().await;
    }
}
