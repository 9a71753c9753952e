//! Which workers are replaced, for deaths in any order.

use super::Work::{IsDone, MayCome, Waits};
use super::*;
use crate::Stage::{Busy, Idle, Ready, Starting};

const STAGES: [Stage; 4] = [Starting, Ready, Idle, Busy(7)];

/// The verdicts on `deaths` deaths of one kind; equal verdicts in a row count once.
fn verdicts(deaths: u32, stage: Stage, work: Work) -> Vec<Verdict> {
    let mut restarts = Restarts::new(2);
    let mut verdicts: Vec<_> = (0..deaths).map(|_| restarts.judge(stage, work)).collect();
    verdicts.dedup();
    verdicts
}

#[test]
fn no_place_is_filled_once_all_is_done() {
    for stage in STAGES {
        assert_eq!(verdicts(100, stage, IsDone), [Verdict::Stop]);
    }
    assert_eq!(Restarts::new(1).judge_refusal(IsDone), Verdict::Stop);
}

#[test]
fn workers_that_die_before_they_take_a_task_are_given_up() {
    for (stage, work) in [(Starting, Waits), (Starting, MayCome), (Ready, Waits)] {
        let expected = [Verdict::Replace, Verdict::Stop];
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
            let mut restarts = Restarts::new(1);
            for _ in 0..1000 {
                let in_vain = (0..9).map(|_| restarts.judge(Starting, work));
                assert!(in_vain.eq([Verdict::Replace; 9]));
                assert_eq!(restarts.judge(stage, work), Verdict::Replace);
            }
        }
    }
}

#[test]
fn a_system_without_room_is_asked_again_after_a_pause_and_not_without_an_end() {
    let mut restarts = Restarts::new(1);
    let verdicts = [0; 10].map(|_| restarts.judge_refusal(MayCome));
    assert_eq!(verdicts[..9], [Verdict::ReplaceLater; 9]);
    assert_eq!(verdicts[9], Verdict::Stop);
}

/// Of deaths in any order: each verdict but the two that end it has a death of use before it
/// among the last few.
#[test]
fn in_any_order_of_deaths_the_pool_starts_no_more_workers_than_it_has_tasks_and_patience_for() {
    let orders = (0..4_u32.pow(7)).map(|order| (0..7).map(move |at| order >> (2 * at) & 3));
    for order in orders {
        let mut restarts = Restarts {
            most: 3,
            ..Restarts::new(1)
        };
        let mut in_vain = 0;
        for death in order {
            let stage = STAGES[death as usize];
            let verdict = restarts.judge(stage, Waits);
            in_vain = if death < 2 { in_vain + 1 } else { 0 };
            assert_eq!(verdict == Verdict::Stop, in_vain >= 3);
        }
    }
}
