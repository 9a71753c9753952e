//! A promise of a result.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::Message;

use crate::TaskError;
use crate::dispatcher::Dispatcher;
use crate::pool::TURN;

/// A task that was accepted, and the result that will come of it.
///
/// A handle that is dropped does not stop its task.
#[derive(Debug)]
#[must_use = "the result, and the error if there is one, is in the handle: get it"]
pub struct TaskHandle<R: Message> {
    dispatcher: Rc<RefCell<Dispatcher<R>>>,
    number: u64,
}

impl<R: Message> TaskHandle<R> {
    pub(crate) fn new(dispatcher: Rc<RefCell<Dispatcher<R>>>, number: u64) -> Self {
        Self { dispatcher, number }
    }

    /// Waits until the task is done, and gives its value.
    ///
    /// # Errors
    /// [`TaskError`]: it failed, or panicked, or its worker died, or the pool was stopped. The
    /// wait ends in any case.
    pub fn get(self) -> Result<R, TaskError> {
        self.get_packet().remove(0)
    }

    /// Waits until the task is done, but not longer than `limit`; gives whether it is.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.wait_until(Instant::now().checked_add(limit))
    }

    /// What came of each task of the packet: of the one, or of as many as `map` put into it, or
    /// a single error that stands for all.
    fn get_packet(self) -> Vec<Result<R, TaskError>> {
        self.wait_until(None);
        let results = self.dispatcher.borrow_mut().ledger.take(self.number);
        results.expect("waited for, and taken only here, where the handle ends")
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        loop {
            let mut dispatcher = self.dispatcher.borrow_mut();
            if !dispatcher.ledger.is_unanswered(self.number) {
                return true;
            }
            let left = deadline.map_or(TURN, |deadline| {
                deadline.saturating_duration_since(Instant::now()).min(TURN)
            });
            dispatcher.turn(left);
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return !dispatcher.ledger.is_unanswered(self.number);
            }
        }
    }
}

impl<R: Message> Drop for TaskHandle<R> {
    fn drop(&mut self) {
        self.dispatcher.borrow_mut().ledger.forget(self.number);
    }
}

/// Many tasks that were accepted together, and their results in the order of the arguments.
#[derive(Debug)]
#[must_use = "the results, and the errors, are in the handle: get them"]
pub struct MapHandle<R: Message>(Vec<TaskHandle<R>>);

impl<R: Message> MapHandle<R> {
    pub(crate) fn new(handles: Vec<TaskHandle<R>>) -> Self {
        Self(handles)
    }

    /// Waits until all are done, and gives their values.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn get(self) -> Result<Vec<R>, TaskError> {
        // All of them first: a failure does not leave others behind that nobody looks at.
        let packets: Vec<_> = self.0.into_iter().map(TaskHandle::get_packet).collect();
        packets.into_iter().flatten().collect()
    }

    /// Waits until all are done, but not longer than `limit`; gives whether they are.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.0.iter().all(|handle| handle.wait_until(deadline))
    }
}
