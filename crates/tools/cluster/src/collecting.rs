//! The results of a batch, collected in the order of its tasks, or what has become of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use scheduler::TaskId;
use scheduler::task::TaskOutcome;
use scheduler::wire::ToScheduler;

use crate::client::{Client, DOUBT};

/// How often the progress is shown.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) struct Collecting {
    batch: u64,
    pub(crate) kind: String,
    /// How many tasks the batch has.
    pub(crate) tasks: u64,
    /// By the number in the batch.
    pub(crate) outcomes: BTreeMap<u32, (TaskId, TaskOutcome)>,
}

pub(crate) fn unknown(batch: u64) -> String {
    format!("there is no batch {batch}: it was never handed in, or is forgotten")
}

impl Collecting {
    /// Begins with a batch. The client knows how many of its tasks were accepted, if it has handed
    /// them in itself.
    pub(crate) fn begin(
        client: &mut Client,
        batch: u64,
        accepted: Option<u64>,
    ) -> Result<Self, String> {
        let known = match accepted {
            Some(accepted) => client.still_has(batch, accepted)?,
            None => client.batch(ToScheduler::Batch { batch })?,
        };
        if known.tasks == 0 {
            return Err(unknown(batch));
        }
        Ok(Self {
            batch,
            kind: known.kind,
            tasks: known.tasks,
            outcomes: BTreeMap::new(),
        })
    }

    /// Waits until all tasks have ended, or for `limit` at most. `told` is called with the number of
    /// those that have, now and then.
    pub(crate) fn wait(
        &mut self,
        client: &mut Client,
        limit: Option<Duration>,
        mut told: impl FnMut(u64),
    ) -> Result<(), String> {
        let (batch, begun) = (self.batch, Instant::now());
        let (mut since, mut heard) = (0, begun);
        while self.ended() < self.tasks {
            let left = limit.map_or(LOOK, |limit| {
                limit.saturating_sub(begun.elapsed()).min(LOOK)
            });
            let Some((next, ended)) = client.results(batch, since, left)? else {
                if let Some(limit) = limit.filter(|&limit| begun.elapsed() >= limit) {
                    return Err(self.late(limit));
                }
                if heard.elapsed() >= DOUBT {
                    let known = client.still_has(batch, self.tasks)?;
                    if known.ended == known.tasks {
                        // All that is missing has ended, at places that were told by another scheduler.
                        since = 0;
                    }
                    heard = Instant::now();
                }
                told(self.ended());
                continue;
            };
            if next <= since {
                client.still_has(batch, self.tasks)?;
            }
            (since, heard) = (next, Instant::now());
            for end in ended {
                // One that was dead, and was tried again meanwhile, ends twice.
                self.outcomes.insert(end.index, (end.id, end.outcome));
            }
            told(self.ended());
        }
        Ok(())
    }

    fn ended(&self) -> u64 {
        self.outcomes.len() as u64
    }

    fn late(&self, limit: Duration) -> String {
        let (ended, all, batch) = (self.ended(), self.tasks, self.batch);
        format!(
            "{ended} of {all} tasks of batch {batch} have ended after {limit:?}: is a worker running? \
             `cluster results {batch}` waits again"
        )
    }
}
