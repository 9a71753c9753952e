//! The key, computed from every schedule, and the checks of an answer.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use check::{Check, Fault, Verdict, answers, fault};
use explore::{Reach, explore};

use crate::lost_update::add_one;
use crate::worlds::lost_update::number_after;

const ROUNDS: u32 = 3;

pub(crate) const CHECKS: [Check; 3] = [
    Check::new("numbers", "each answer is a number", numbers),
    Check::new("possible", "each number is left by some schedule", possible),
    Check::new("all", "no number that can be left is missing", all),
];

fn numbers() {
    let _all = answered();
}

fn possible() {
    let (schedules, left) = left_in_every_schedule();
    for number in answered() {
        if !left.contains(&number) {
            fault(format!(
                "There are {schedules} schedules, and none of them leaves {number}."
            ));
        }
    }
}

fn all() {
    let (_, left) = left_in_every_schedule();
    let missing = left.difference(&answered()).count();
    if missing > 0 {
        fault(format!(
            "All numbers that you named can be left, but there are more: {missing} missing."
        ));
    }
}

fn answered() -> BTreeSet<u64> {
    let words = answers(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/exercises/smallest/answer.txt"
    ));
    let number = |word: &str| {
        let no_number = |_| fault(format!("'{word}' is not a number: write `can: 7`, say."));
        word.parse().unwrap_or_else(no_number)
    };
    words.iter().map(|word| number(word)).collect()
}

/// Returns the number of schedules, and the numbers that they leave.
fn left_in_every_schedule() -> (usize, BTreeSet<u64>) {
    static LEFT: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    fn story() {
        let number = number_after(ROUNDS, add_one);
        LEFT.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(number);
    }
    let explored = explore(story, 1_000_000);
    if explored.reach != Reach::All || explored.fault.is_some() {
        let said = format!("the key is not whole: {:?}", explored.reach);
        Fault::of(Verdict::GraderError, said).raise();
    }
    let left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    (explored.schedules, left.iter().copied().collect())
}
