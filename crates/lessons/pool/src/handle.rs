//! The handles of tasks. A call that waits for a result does turns of the pool's work meanwhile.

use std::rc::Rc;
use std::time::{Duration, Instant};

use common::Message;
use inflight::{Gathered, PacketResult, TURN, single, turn};

use crate::TaskError;
use crate::start::OwnerCell;

/// The handle of a task that was accepted, with its result when it is done.
///
/// Dropping a handle does not stop its task.
#[derive(Debug)]
#[must_use = "the result, and the error if there is one, is in the handle: get it"]
pub struct TaskHandle<R: Message> {
    owner: OwnerCell<R>,
    /// The entry of its packet in the ledger; `None` once the result was taken.
    entry: Option<u32>,
}

impl<R: Message> TaskHandle<R> {
    /// Waits until the task is done, and returns its value.
    ///
    /// # Errors
    /// [`TaskError`]: the task failed or panicked, its worker died, or the pool was stopped. The
    /// wait ends in each of these cases.
    pub fn get(self) -> Result<R, TaskError> {
        single(self.get_packet())
    }

    /// Waits until the task is done, at most for `limit`; returns whether it is done.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.wait_until(Instant::now().checked_add(limit))
    }

    /// Makes the handle of the packet that has this entry in the ledger.
    pub(crate) fn new(owner: &OwnerCell<R>, entry: u32) -> Self {
        Self {
            owner: Rc::clone(owner),
            entry: Some(entry),
        }
    }

    /// Returns whether the result is there.
    pub(crate) fn is_done(&self) -> bool {
        let owner = self.owner.borrow();
        (self.entry).is_none_or(|entry| owner.is_answered(entry))
    }

    /// Waits for the results of a packet, which may have several tasks.
    pub(crate) fn get_packet(mut self) -> PacketResult<R> {
        let entry = self.entry.take().expect("taken only here, where it ends");
        loop {
            if let Some(done) = self.owner.borrow_mut().take(entry) {
                return done;
            }
            turn(&self.owner, TURN);
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
            turn(&self.owner, left);
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return self.is_done();
            }
        }
    }
}

impl<R: Message> Drop for TaskHandle<R> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry {
            self.owner.borrow_mut().forget(entry);
        }
    }
}

/// The handle of many tasks that were accepted together; their results are in the order of the arguments.
#[derive(Debug)]
#[must_use = "the results, and the errors, are in the handle: get them"]
pub struct MapHandle<R: Message>(pub(crate) Vec<TaskHandle<R>>);

impl<R: Message> MapHandle<R> {
    /// Waits until all tasks are done, and returns their values.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn get(self) -> Result<Vec<R>, TaskError> {
        let mut gathered = Gathered::with_capacity(0);
        // Read all packets, even after a failure, so that no failure stays unread.
        for packet in self.0 {
            gathered.add(packet.get_packet());
        }
        gathered.finish()
    }

    /// Waits until all tasks are done, at most for `limit`; returns whether they are done.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.0.iter().all(|packet| packet.wait_until(deadline))
    }
}
