//! A worker has ended: is there to be another one in its place?
//!
//! Only a worker that dies with a task in hand, or after one, has been of use, and each such death
//! takes a task with it: there are no more of them than tasks. All others could go on without an
//! end, so they are counted.

use crate::hand::Stage;

/// So many workers in vain for each place, with none of use in between, are no accident.
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
    /// The queue is closed and empty: every task has been answered.
    IsDone,
}

/// Counts the workers that were of no use, one after the other.
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
                *self = Self {
                    in_vain: 0,
                    without_task: 0,
                    ..*self
                };
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
mod tests {
    use super::Stage::{Busy, Idle, Ready, Starting};
    use super::Work::{IsDone, MayCome, Waits};
    use super::*;

    const STAGES: [Stage; 4] = [Starting, Ready, Idle, Busy(7)];

    /// Up to so many deaths of one kind; the verdicts without those that repeat the one before.
    fn verdicts(deaths: u32, stage: Stage, work: Work) -> Vec<Verdict> {
        let mut vacancies = Vacancies::new(2);
        let mut verdicts: Vec<_> = (0..deaths).map(|_| vacancies.judge(stage, work)).collect();
        verdicts.dedup();
        verdicts
    }

    #[test]
    fn no_place_is_filled_once_all_is_done() {
        for stage in STAGES {
            assert_eq!(verdicts(100, stage, IsDone), [Verdict::NotNeeded]);
        }
        assert_eq!(Vacancies::new(1).judge_refusal(IsDone), Verdict::NotNeeded);
    }

    #[test]
    fn workers_that_die_before_they_take_a_task_are_given_up() {
        for (stage, work) in [(Starting, Waits), (Starting, MayCome), (Ready, Waits)] {
            let expected = [Verdict::Replace, Verdict::GiveUp];
            assert_eq!(verdicts(20, stage, work), expected, "{stage:?} {work:?}");
            assert_eq!(verdicts(19, stage, work), expected[..1]);
        }
    }

    #[test]
    fn workers_that_die_with_nothing_to_do_are_replaced_more_slowly_and_never_given_up() {
        let expected = [Verdict::Replace, Verdict::ReplaceLater];
        assert_eq!(verdicts(10_000, Ready, MayCome), expected);
    }

    #[test]
    fn a_worker_of_use_makes_up_for_all_before_it() {
        for stage in [Idle, Busy(3)] {
            for work in [Waits, MayCome] {
                let mut vacancies = Vacancies::new(1);
                for _ in 0..1000 {
                    let in_vain = (0..9).map(|_| vacancies.judge(Starting, work));
                    assert!(in_vain.eq([Verdict::Replace; 9]));
                    assert_eq!(vacancies.judge(stage, work), Verdict::Replace);
                }
            }
        }
    }

    #[test]
    fn a_system_without_room_is_asked_again_after_a_pause_and_not_without_an_end() {
        let mut vacancies = Vacancies::new(1);
        let verdicts = [0; 10].map(|_| vacancies.judge_refusal(MayCome));
        assert_eq!(verdicts[..9], [Verdict::ReplaceLater; 9]);
        assert_eq!(verdicts[9], Verdict::GiveUp);
    }

    /// Of deaths in any order: each verdict but the two that end it has a death of use before it
    /// among the last few.
    #[test]
    fn in_any_order_of_deaths_the_pool_starts_no_more_workers_than_it_has_tasks_and_patience_for() {
        let orders = (0..4_u32.pow(7)).map(|order| (0..7).map(move |at| order >> (2 * at) & 3));
        for order in orders {
            let mut vacancies = Vacancies {
                most: 3,
                ..Vacancies::new(1)
            };
            let mut in_vain = 0;
            for death in order {
                let stage = STAGES[death as usize];
                let verdict = vacancies.judge(stage, Waits);
                in_vain = if death < 2 { in_vain + 1 } else { 0 };
                assert_eq!(verdict == Verdict::GiveUp, in_vain >= 3);
            }
        }
    }
}
