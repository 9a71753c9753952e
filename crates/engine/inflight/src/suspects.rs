//! A worker has died: is the task in its hand lost, and is another worker to take its place?
//!
//! Pure: no process, no clock, no queue. The owner of a pool asks [`Deaths`] about tasks, the
//! supervisor asks [`Vacancies`] about places, and tests ask both in every order of events.

use std::ops::Range;

use crate::error::Cause;

/// How far a worker has come, as its hand shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It makes its state.
    Starting,
    /// It has made it, and has had no task.
    Ready,
    /// It has had a task, and has answered it.
    Idle,
    /// It has the task of this number in hand.
    Busy(u64),
}

/// A task that a dead worker had in hand, and the packet that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suspect {
    pub(crate) task: u64,
    pub(crate) cause: Cause,
    /// Where the ledger has the packet.
    pub(crate) place: u32,
    /// The tasks of the packet.
    pub(crate) tasks: Range<u64>,
    /// How many packets were put into the queue before it.
    pub(crate) position: u64,
}

/// Which packets are lost with their workers.
///
/// A worker shows a task before it takes it from the queue, and shows it until it has answered. So
/// the packet of a task that a dead worker has shown may still be in the queue, or in the hand of
/// another worker that has taken it since, or answered. It is lost if it is in none of the three.
/// It goes from the queue to a hand and from there to the answers, so they must be looked at in
/// that order, or it could pass the owner unseen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Deaths {
    /// With each: whether it was neither in the queue nor in a hand.
    suspects: Vec<(Suspect, bool)>,
}

impl Deaths {
    /// Whether there is nothing to judge.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.suspects.is_empty()
    }

    /// A worker has died with this task in its hand. Of several that died with the same packet, one
    /// had taken it, and the others had only shown it, which is its first task: who was further on
    /// is the one that lost it.
    pub(crate) fn died(&mut self, suspect: Suspect) {
        let is_same = |(other, _): &&mut (Suspect, bool)| other.tasks == suspect.tasks;
        match self.suspects.iter_mut().find(is_same) {
            Some((other, _)) if suspect.task < other.task => {}
            Some(same) => *same = (suspect, false),
            None => self.suspects.push((suspect, false)),
        }
    }

    /// The first step: the owner has looked at the queue, where all packets from this position on
    /// still are, and after that at the task in each hand.
    pub(crate) fn look(&mut self, first_in_queue: u64, hands: &[Option<u64>]) {
        for (suspect, is_nowhere) in &mut self.suspects {
            let is_in_hand = |task: &u64| suspect.tasks.contains(task);
            *is_nowhere =
                suspect.position < first_in_queue && !hands.iter().flatten().any(is_in_hand);
        }
    }

    /// The second step, after all answers that were there by then have been taken in. Returns the
    /// suspects that are lost, and forgets them and those that were answered.
    pub(crate) fn judge(&mut self, is_unanswered: impl Fn(&Suspect) -> bool) -> Vec<Suspect> {
        self.suspects.retain(|(suspect, _)| is_unanswered(suspect));
        let lost = self.suspects.extract_if(.., |(_, is_nowhere)| *is_nowhere);
        lost.map(|(suspect, _)| suspect).collect()
    }
}

/// This number of workers in vain for each place, with none of use in between, is no accident.
const MOST_IN_VAIN: u32 = 10;

/// What becomes of the place of a worker that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another worker, now.
    Replace,
    /// Another worker, after a pause.
    ReplaceLater,
    /// There is no work any more.
    NotNeeded,
    /// No worker can live, it seems.
    GiveUp,
}

/// What there is to do when a worker has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// There are packets in the queue.
    Waits,
    /// There may be some later.
    MayCome,
    /// Every task has been answered, and no other will come.
    IsDone,
}

/// Counts the workers that were of no use, one after the other.
///
/// Only a worker that dies with a task in hand, or after one, has been of use, and each such death
/// takes a task with it: there are no more of them than tasks. All others could go on without an
/// end, so they are counted.
#[derive(Debug)]
pub(crate) struct Vacancies {
    most: u32,
    /// Could not be started, or died at their start, or before they took a task that was there.
    in_vain: u32,
    /// Those, and the ones that died while there was nothing to do.
    without_task: u32,
}

impl Vacancies {
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
            (_, Work::IsDone) => return Verdict::NotNeeded,
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
            Verdict::GiveUp
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
#[path = "../tests/units/deaths.rs"]
mod tests;
