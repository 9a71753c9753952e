//! Submits arguments while results are read, a limited number ahead: a window of tasks in flight.

use std::rc::Rc;

use common::Message;

use crate::error::TaskError;
use crate::ledger::State;
use crate::queues::Queues;
use crate::waiting::{OwnerCell, submit_promised};

/// The most tasks per worker that are under way at a time. With fewer, quick workers would wait for
/// the next argument.
const AHEAD_EACH: usize = 128;

/// Arguments that were promised to the owner, and have not been submitted yet.
#[derive(Debug)]
pub struct Feed<I, R: Message, Q: Queues<R>> {
    owner: OwnerCell<R, Q>,
    /// `None` when there are no more.
    arguments: Option<I>,
}

impl<I, R: Message, Q: Queues<R>> Feed<I, R, Q> {
    /// Promises the arguments.
    ///
    /// # Errors
    /// When the owner accepts no more tasks.
    pub fn new(owner: &OwnerCell<R, Q>, arguments: I) -> Result<Self, TaskError> {
        owner.borrow_mut().open_feed()?;
        Ok(Self {
            owner: Rc::clone(owner),
            arguments: Some(arguments),
        })
    }

    /// The owner to which they are submitted.
    #[inline]
    pub fn owner(&self) -> &OwnerCell<R, Q> {
        &self.owner
    }

    /// Submits the next argument as a task, unless too many tasks are unanswered; `under_way` is
    /// their number. Waits only if the iterator does. Returns the number of the task's entry in the
    /// ledger; `None` if there is no argument, or no room for a task. `state` makes the state of
    /// the entry. An argument that is refused also has an entry, with the error.
    pub fn submit_next(&mut self, under_way: usize, state: impl Fn() -> State<R>) -> Option<u32>
    where
        I: Iterator<Item: Message>,
    {
        let owner = self.owner.borrow();
        let most = AHEAD_EACH * owner.workers();
        if under_way >= most || under_way > 0 && owner.has_backlog() {
            return None;
        }
        drop(owner);
        // Without a borrow: the caller's iterator may use the owner.
        let Some(argument) = self.arguments.as_mut()?.next() else {
            self.end();
            return None;
        };
        let submitted = submit_promised(&self.owner, argument, state());
        // The error holds the argument, so it is dropped before the owner is borrowed.
        let submitted = submitted.map_err(|error| error.to_string());
        let mut owner = self.owner.borrow_mut();
        let entry = submitted.unwrap_or_else(|why| owner.refuse(state(), why));
        let may_go_on = owner.takes_promised();
        drop(owner);
        if !may_go_on {
            self.end();
        }
        Some(entry)
    }

    fn end(&mut self) {
        if self.arguments.take().is_some() {
            self.owner.borrow_mut().close_feed();
        }
    }
}

impl<I, R: Message, Q: Queues<R>> Drop for Feed<I, R, Q> {
    fn drop(&mut self) {
        self.end();
    }
}
