//! Decides whether a worker that has ended is replaced. Pure: no process and no clock.

use crate::Stage;

/// This many useless workers per slot, with no useful one in between, are no accident.
const MOST_IN_VAIN: u32 = 10;

/// What is left to do when a worker has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// There are tasks in the queue.
    Waits,
    /// There may be tasks later.
    MayCome,
    /// Every task has been answered, and no other will come.
    IsDone,
}

/// What happens to the slot of a worker that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Start another worker, now.
    Replace,
    /// Start another worker, after a pause.
    ReplaceLater,
    /// Start no other worker, in this slot or another: no work is left, or it seems that no worker
    /// can live.
    Stop,
}

/// Counts consecutive workers that were of no use.
///
/// A worker has been of use if it dies with a task in hand, or after one. Each such death takes a
/// task with it, so there are no more of them than tasks. All other deaths could go on without an
/// end, so they are counted.
#[derive(Debug)]
pub(crate) struct Restarts {
    most: u32,
    /// Workers that could not be started, died at their start, or died before they took a waiting task.
    in_vain: u32,
    /// All of those, and the workers that died while there was nothing to do.
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

    /// Judges a worker that has ended, with an error or because the queue is closed.
    pub(crate) fn judge(&mut self, stage: Stage, work: Work) -> Verdict {
        match (stage, work) {
            // However it ended: a new worker would only find the queue closed and end.
            (_, Work::IsDone) => return Verdict::Stop,
            (Stage::Starting, _) | (Stage::Ready, Work::Waits) => self.in_vain += 1,
            // Perhaps killed from outside: the pool keeps its size, but not at any rate.
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

    /// Judges a failed start of a worker.
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
