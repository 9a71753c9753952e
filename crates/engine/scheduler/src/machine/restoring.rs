//! What an earlier scheduler has kept, before the first step.

use std::time::Duration;

use super::{Machine, Record};
use crate::ledger::{Phase, Task};
use crate::task::TaskId;

impl Machine {
    /// Takes in what an earlier scheduler has kept, one record after the other, before the first
    /// step. Steps change what is kept in the same way, so that both agree.
    pub fn restore(&mut self, record: Record) {
        if let Some(loser) = self.ledger.apply(record) {
            self.queue_up(loser);
        }
    }

    /// Whether a record can come after those that were restored. What is said of a task that is not there
    /// changes nothing.
    #[must_use]
    pub fn can_follow(&self, record: &Record) -> bool {
        let phase = |id| self.ledger.get(id).map(|task| &task.phase);
        match *record {
            Record::Ended { id, .. } => !matches!(phase(id), Some(Phase::Ended { .. })),
            Record::Revived { id } => phase(id).is_none() || self.ledger.is_dead(id),
            _ => true,
        }
    }

    /// To be called after the end of this task was restored: it ended `ago` before the first step. Without
    /// it, its results are kept as if it had ended at the first step.
    pub fn restore_age(&mut self, id: TaskId, ago: Duration) {
        if let Some(&Task { key, .. }) = self.ledger.get(id) {
            self.ledger.batches.age(key.batch, ago);
        }
    }
}
