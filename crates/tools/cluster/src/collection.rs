//! The results of a batch on their way to its client: which have come, and what to ask next.

use std::collections::BTreeMap;
use std::time::Duration;

use scheduler::TaskId;
use scheduler::task::{Ended, TaskOutcome};
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::wire::{FromCluster, ToCluster};

/// Whether the scheduler at the other end of the line still has all tasks that were accepted.
#[derive(PartialEq, Eq)]
enum Trust {
    Unsure,
    Asks,
    Sure,
}

/// Results by the number of their task in the batch. The scheduler may have to name the number of
/// results first.
pub(crate) struct Collection {
    batch: u64,
    kind: String,
    count: Option<u64>,
    /// The scheduler has accepted at least this many tasks of the batch.
    accepted: u64,
    /// The place among the ends of the batch at which the next results begin.
    since: u64,
    outcomes: BTreeMap<u32, (TaskId, TaskOutcome)>,
    trust: Trust,
    /// A request for results is under way on this line.
    is_asked: bool,
    /// The number of results comes from the scheduler.
    is_count_reported: bool,
    /// How many tasks the scheduler has last reported on this line.
    reported: Option<u64>,
    /// All tasks handed in have ended, and none was added for a while: the rest may never come.
    is_left_in_part: bool,
}

pub(crate) fn unknown(batch: u64) -> String {
    format!("there is no batch {batch}: it was never handed in, or is forgotten")
}

impl Collection {
    /// Waits for `count` results or, if `None`, for all that the scheduler reports. At least
    /// `accepted` tasks are known to be in the batch.
    pub(crate) fn new(batch: u64, count: Option<u64>, accepted: u64) -> Self {
        Self {
            batch,
            kind: String::new(),
            count,
            accepted,
            since: 0,
            outcomes: BTreeMap::new(),
            trust: Trust::Unsure,
            is_asked: false,
            is_count_reported: count.is_none(),
            reported: None,
            is_left_in_part: false,
        }
    }

    /// Whether nothing more has to come. A question that is under way is waited for even after the
    /// last result: its answer would be taken for the answer to the next one.
    pub(crate) fn is_over(&self) -> bool {
        let is_whole = self.count.is_some_and(|count| self.ended() >= count);
        self.trust != Trust::Asks && (is_whole || self.is_left_in_part)
    }

    /// The error text when the collection is over, and results are missing.
    pub(crate) fn missing(&self) -> Option<String> {
        let (handed_in, batch, count) = (self.accepted, self.batch, self.count?);
        (self.ended() < count).then(|| {
            format!(
                "{handed_in} of the {count} tasks of batch {batch} were handed in, and these have ended: \
                 hand all of them in again with --batch {batch}, which adds those that are missing"
            )
        })
    }

    /// How many results there will be, if known.
    pub(crate) fn count(&self) -> Option<u64> {
        self.count
    }

    /// How many results have come.
    pub(crate) fn ended(&self) -> u64 {
        self.outcomes.len() as u64
    }

    /// Whether tasks may be handed in: only when it is known that earlier ones are not lost.
    pub(crate) fn is_sure(&self) -> bool {
        self.trust == Trust::Sure
    }

    /// Begins on a new line: everything is asked again, since the scheduler may be another one.
    pub(crate) fn begin(&mut self) {
        (self.is_asked, self.reported) = (false, None);
        self.trust = match self.accepted == 0 && self.count.is_some() {
            true => Trust::Sure,
            false => Trust::Unsure,
        };
    }

    /// No result has come for long, so the next question is whether the tasks are lost.
    pub(crate) fn doubt(&mut self) {
        self.trust = Trust::Unsure;
    }

    /// The next question, if there is one now.
    pub(crate) fn next(&mut self) -> Option<ToCluster> {
        let (batch, since) = (self.batch, self.since);
        let question = match self.trust {
            Trust::Unsure => {
                self.trust = Trust::Asks;
                ToScheduler::Batch { batch }
            }
            Trust::Sure if !self.is_asked && !self.is_over() => {
                self.is_asked = true;
                ToScheduler::Results { batch, since }
            }
            Trust::Asks | Trust::Sure => return None,
        };
        Some(ToCluster::Machine(question))
    }

    /// Takes in an answer. By now the scheduler has accepted at least this many tasks.
    ///
    /// # Errors
    /// When there is no such batch, or the scheduler has lost tasks of it.
    pub(crate) fn take_in(&mut self, message: FromCluster, accepted: u64) -> Result<(), String> {
        self.accepted = self.accepted.max(accepted);
        match message {
            FromCluster::Machine(FromScheduler::Results { since, next, ended })
                if self.is_asked && since == self.since =>
            {
                self.take(next, ended);
            }
            FromCluster::Machine(FromScheduler::Batch {
                batch,
                kind,
                tasks,
                of,
                ended,
            }) if batch == self.batch => {
                self.judge(tasks, of, ended)?;
                self.kind = kind;
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, next: u64, ended: Vec<Ended>) {
        self.is_asked = false;
        if next <= self.since {
            // The scheduler does not have this batch, or has its ends in another order.
            (self.since, self.trust) = (0, Trust::Unsure);
            return;
        }
        self.since = next;
        for end in ended {
            // A task that was dead, and was tried again meanwhile, ends twice.
            self.outcomes.insert(end.index, (end.id, end.outcome));
        }
    }

    fn judge(&mut self, tasks: u64, of: u64, ended: u64) -> Result<(), String> {
        let (batch, accepted) = (self.batch, self.accepted);
        if tasks < accepted {
            return Err(format!(
                "the scheduler has lost tasks of batch {batch}: it had accepted {accepted}, and has \
                 {tasks} of them. It was restarted and is --volatile, or they were forgotten: hand \
                 them in again"
            ));
        }
        if self.count.is_none() {
            if tasks == 0 {
                return Err(unknown(batch));
            }
            if accepted > 0 && tasks > accepted {
                return Err(format!(
                    "batch {batch} has {tasks} tasks, and {accepted} were handed in here: give these a \
                     batch of their own, or see `cluster results {batch}`"
                ));
            }
            self.count = Some(tasks.max(of));
        }
        if self.is_count_reported {
            let all_have_come = ended == tasks && self.ended() >= tasks;
            self.is_left_in_part = all_have_come && self.reported.replace(tasks) == Some(tasks);
            self.accepted = tasks;
        }
        if ended == tasks && self.ended() < tasks && self.since >= tasks {
            // The missing ends are at places passed with another scheduler: begin at 0.
            (self.since, self.is_asked) = (0, false);
        }
        self.trust = Trust::Sure;
        Ok(())
    }

    /// How many results have come, and how to wait for the rest.
    pub(crate) fn so_far(&self) -> String {
        let (ended, batch) = (self.ended(), self.batch);
        let again = format!("`cluster results {batch}` waits again");
        match self.count {
            Some(all) => format!("{ended} of {all} results have come; {again}"),
            None => again,
        }
    }

    /// The error when not all results have come within this time.
    pub(crate) fn late(&self, limit: Duration) -> String {
        let (ended, all, batch) = (self.ended(), self.count.unwrap_or(0), self.batch);
        format!(
            "{ended} of {all} tasks of batch {batch} have ended after {limit:?}: is a worker running? \
             `cluster results {batch}` waits again"
        )
    }

    /// The kind of the tasks, if the scheduler was asked, and their outcomes by number.
    pub(crate) fn outcomes(self) -> (String, BTreeMap<u32, (TaskId, TaskOutcome)>) {
        (self.kind, self.outcomes)
    }
}

#[cfg(test)]
mod tests;
