//! Decides whether a task is accepted: a known one again, a new one if there is room, or never.

use super::Machine;
use crate::events::Effect;
use crate::ledger::TASK_BYTES;
use crate::limits::KIND_LIMIT;
use crate::record::Record;
use crate::task::{Call, Key};
use crate::wire::FromScheduler;

impl Machine {
    /// Whether no task is lent because the kept results take all the room.
    #[must_use]
    pub fn is_full_of_results(&self) -> bool {
        self.counted() > self.rules.most_bytes
    }

    /// The cost that counts beside the unfinished tasks.
    fn counted(&self) -> usize {
        match self.rules.counts_results {
            true => self.ledger.kept,
            false => 0,
        }
    }

    /// The answer to a submission whose key is taken: `Accepted` if the task is the same, `Refused`
    /// if it is another. `None` if the key is free.
    #[must_use]
    pub fn compare(&self, key: Key, call: &Call) -> Option<FromScheduler> {
        let id = self.ledger.batches.find(key)?;
        if self.ledger.is_call_of(id, call) {
            return Some(FromScheduler::Accepted { id, key });
        }
        let Key { batch, index } = key;
        let why = format!(
            "batch {batch} has another task with number {index}: give these tasks a batch of \
             their own, or forget that one"
        );
        Some(FromScheduler::Refused { why })
    }

    /// Records how many tasks a batch will have in all, if the batch exists by now.
    ///
    /// # Errors
    /// When another number was declared before: these are other tasks.
    pub fn expect(&mut self, batch: u64, tasks: u64, out: &mut Vec<Effect>) -> Result<(), String> {
        match self.ledger.batches.expected(batch) {
            Some(0) if tasks > 0 => {
                let first = self.ledger.batches.tasks(batch).next();
                if let Some(id) = first {
                    self.keep(Record::Expected { id, tasks }, out);
                }
            }
            Some(of) if of != tasks && tasks > 0 => {
                return Err(format!(
                    "batch {batch} was handed in with {of} tasks, and not with {tasks}: give these \
                     tasks a batch of their own, or forget that one"
                ));
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn submit(&mut self, key: Key, call: Call, out: &mut Vec<Effect>) -> FromScheduler {
        if let Some(known) = self.compare(key, &call) {
            return known;
        }
        let length = call.kind.len();
        if length > KIND_LIMIT {
            let why =
                format!("the name of a kind has {KIND_LIMIT} bytes at most, and not {length}");
            return FromScheduler::Refused { why };
        }
        let (takes, most) = (TASK_BYTES + call.body.len(), self.rules.most_bytes);
        if takes > most {
            let why = format!(
                "a task takes {takes} bytes, and there will never be room for it in {most} (--memory)"
            );
            return FromScheduler::Refused { why };
        }
        let has = self.ledger.bytes + self.counted();
        if self.drains.is_some() || has + takes > most {
            return FromScheduler::Busy { key };
        }
        let id = self.ledger.next_id();
        self.keep(Record::Accepted { id, key, call }, out);
        FromScheduler::Accepted { id, key }
    }
}
