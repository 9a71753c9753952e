//! A promise of a result.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::Message;

use crate::TaskError;
use crate::dispatcher::Dispatcher;
use crate::done::{Done, Gathered, single};
use crate::turn::{TURN, turn};

/// A task that was accepted, and the result that will come of it.
///
/// A handle that is dropped does not stop its task.
#[derive(Debug)]
#[must_use = "the result, and the error if there is one, is in the handle: get it"]
pub struct TaskHandle<R: Message>(Promise<R>);

impl<R: Message> TaskHandle<R> {
    pub(crate) fn new(dispatcher: Rc<RefCell<Dispatcher<R>>>, place: u32) -> Self {
        Self(Promise::new(dispatcher, place))
    }

    /// Whether the result is there.
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_done()
    }

    /// Waits until the task is done, and gives its value.
    ///
    /// # Errors
    /// [`TaskError`]: it failed, or panicked, or its worker died, or the pool was stopped. The
    /// wait ends in any case.
    pub fn get(self) -> Result<R, TaskError> {
        single(self.0.get())
    }

    /// Waits until the task is done, but not longer than `limit`; gives whether it is.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.0.wait_until(Instant::now().checked_add(limit))
    }
}

/// A packet that was accepted.
#[derive(Debug)]
pub(crate) struct Promise<R: Message> {
    dispatcher: Rc<RefCell<Dispatcher<R>>>,
    /// In the ledger; `None` once the result was taken.
    place: Option<u32>,
}

impl<R: Message> Promise<R> {
    pub(crate) fn new(dispatcher: Rc<RefCell<Dispatcher<R>>>, place: u32) -> Self {
        Self {
            dispatcher,
            place: Some(place),
        }
    }

    /// Whether the result is there.
    pub(crate) fn is_done(&self) -> bool {
        let ledger = &self.dispatcher.borrow().ledger;
        self.place.is_none_or(|place| !ledger.is_unanswered(place))
    }

    /// Waits for the result.
    pub(crate) fn get(mut self) -> Done<R> {
        let place = self.place.take().expect("taken only here, where it ends");
        loop {
            if let Some(done) = self.dispatcher.borrow_mut().ledger.take(place) {
                return done;
            }
            turn(&self.dispatcher, TURN);
        }
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        loop {
            if self.is_done() {
                return true;
            }
            let left = deadline.map_or(TURN, |deadline| {
                deadline.saturating_duration_since(Instant::now()).min(TURN)
            });
            turn(&self.dispatcher, left);
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return self.is_done();
            }
        }
    }
}

impl<R: Message> Drop for Promise<R> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.dispatcher.borrow_mut().ledger.forget(place);
        }
    }
}

/// Many tasks that were accepted together, and their results in the order of the arguments.
#[derive(Debug)]
#[must_use = "the results, and the errors, are in the handle: get them"]
pub struct MapHandle<R: Message>(Vec<Promise<R>>);

impl<R: Message> MapHandle<R> {
    pub(crate) fn new(packets: Vec<Promise<R>>) -> Self {
        Self(packets)
    }

    /// Waits until all are done, and gives their values.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn get(self) -> Result<Vec<R>, TaskError> {
        let mut gathered = Gathered::with_capacity(0);
        // All of them, also behind a failure: none is left behind that nobody looks at.
        self.0
            .into_iter()
            .for_each(|packet| gathered.add(packet.get()));
        gathered.finish()
    }

    /// Waits until all are done, but not longer than `limit`; gives whether they are.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.0.iter().all(|packet| packet.wait_until(deadline))
    }
}
