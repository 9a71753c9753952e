//! A worker has ended: is another one to take its place? Pure: no process and no clock.

use crate::Stage;

/// This number of workers in vain for each slot, with none of use in between, is no accident.
const MOST_IN_VAIN: u32 = 10;

/// What there is to do when a worker has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// There are tasks in the queue.
    Waits,
    /// There may be some later.
    MayCome,
    /// Every task has been answered, and no other will come.
    IsDone,
}

/// What becomes of the slot of a worker that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another worker, now.
    Replace,
    /// Another worker, after a pause.
    ReplaceLater,
    /// No other worker, here or in another slot: there is no work any more, or no worker can live,
    /// it seems.
    Stop,
}

/// Counts the workers that were of no use, one after the other.
///
/// Only a worker that dies with a task in hand, or after one, has been of use, and each such death
/// takes a task with it: there are no more of them than tasks. All others could go on without an
/// end, so they are counted.
#[derive(Debug)]
pub(crate) struct Restarts {
    most: u32,
    /// Could not be started, or died at their start, or before they took a task that was there.
    in_vain: u32,
    /// Those, and the ones that died while there was nothing to do.
    without_task: u32,
}

impl Restarts {
    pub(crate) fn new(workers: usize) -> Self {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX);
        Self {
            most: MOST_IN_VAIN.saturating_mul(workers),
            in_vain: 0,
            without_task: 0,
        }
    }

    /// A worker has ended, badly or with the queue.
    pub(crate) fn judge(&mut self, stage: Stage, work: Work) -> Verdict {
        match (stage, work) {
            // However badly it ended: the next one would do nothing but end as well.
            (_, Work::IsDone) => return Verdict::Stop,
            (Stage::Starting, _) | (Stage::Ready, Work::Waits) => self.in_vain += 1,
            // Killed from outside, perhaps: the pool keeps its size, but not at any pace.
            (Stage::Ready, Work::MayCome) => {}
            (Stage::Idle | Stage::Busy(_), _) => {
                (self.in_vain, self.without_task) = (0, 0);
                return Verdict::Replace;
            }
        }
        self.without_task = self.without_task.saturating_add(1);
        if self.in_vain >= self.most {
            Verdict::Stop
        } else if self.without_task >= self.most {
            Verdict::ReplaceLater
        } else {
            Verdict::Replace
        }
    }

    /// No worker could be started.
    pub(crate) fn judge_refusal(&mut self, work: Work) -> Verdict {
        match self.judge(Stage::Starting, work) {
            Verdict::Replace => Verdict::ReplaceLater,
            other => other,
        }
    }
}

#[cfg(test)]
#[path = "../tests/units/restarts.rs"]
mod tests;
