//! Restores the records of an earlier scheduler, before the first step.

use std::time::Duration;

use super::{Machine, Record};
use crate::ledger::{Phase, Task};
use crate::task::TaskId;

/// How long restored results are kept in any case, unless all results are kept for less: the clock
/// that shows their age may be wrong.
const SPARED: Duration = Duration::from_hours(1);

impl Machine {
    /// Applies a record that an earlier scheduler has kept; called for one record after the other,
    /// before the first step. Steps apply their records in the same way, so that both agree.
    pub fn restore(&mut self, record: Record) {
        if let Some(loser) = self.ledger.apply(record) {
            self.queue_up(loser);
        }
    }

    /// Whether a record can come after those that were restored. A record about an unknown task
    /// changes nothing.
    #[must_use]
    pub fn can_follow(&self, record: &Record) -> bool {
        let phase = |id| self.ledger.get(id).map(|task| &task.phase);
        match *record {
            Record::Accepted { key, .. } => self.ledger.batches.find(key).is_none(),
            Record::Ended { id, .. } => !matches!(phase(id), Some(Phase::Ended { .. })),
            Record::Revived { id } => phase(id).is_none() || self.ledger.is_dead(id),
            _ => true,
        }
    }

    /// Records that the task ended `ago` before the first step. To be called after its end was
    /// restored. Otherwise its results are kept as if it had ended at the first step. Returns whether
    /// that is longer than results are kept; then they are kept for an hour.
    pub fn restore_age(&mut self, id: TaskId, ago: Duration) -> bool {
        let Some(&Task { key, .. }) = self.ledger.get(id) else {
            return false;
        };
        let keep = self.rules.keep.unwrap_or(Duration::MAX);
        let most = keep.saturating_sub(SPARED);
        self.ledger.batches.age(key.batch, ago.min(most));
        ago > keep
    }
}
