//! What waits until the broker confirms a message.

use lapin::PublisherConfirm;
use scheduler::TaskId;

use crate::broker::messages::Task;

/// Deliveries to be acknowledged, and the task that the worker need not keep any longer.
#[derive(Default)]
pub(super) struct Finished {
    pub(super) tags: Vec<u64>,
    pub(super) id: Option<TaskId>,
    /// The round of the task that has ended.
    pub(super) round: u32,
}

impl Finished {
    pub(super) fn of(tags: Vec<u64>) -> Self {
        Self {
            tags,
            ..Self::default()
        }
    }
}

/// What to do when a message is confirmed.
pub(super) enum After {
    Done(Finished),
    AllDone(Vec<Finished>),
    /// A task was put back. If its queue is full, it waits elsewhere.
    PutBack(Vec<u64>, Task),
}

/// A message that was published and is not confirmed yet.
pub(super) struct Confirming {
    pub(super) confirm: PublisherConfirm,
    pub(super) after: After,
}
