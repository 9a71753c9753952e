//! The two functions, alone and together, in every schedule.

use std::time::Duration;

use check::{Check, explored, explored_again};

use crate::two_locks::{a_to_b, b_to_a};
use crate::worlds::two_locks::{count, moves, story};

/// A body that does not end takes a check with it.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) const CHECKS: [Check; 4] = [
    Check::new(
        "alone",
        "each moves what it has to, when it is alone",
        alone,
    )
    .within(LIMIT),
    Check::new(
        "both",
        "both end and have moved their money, in every schedule",
        both,
    )
    .within(LIMIT),
    Check::new(
        "alike",
        "two threads that move the same way do not wait for a third",
        alike,
    )
    .within(LIMIT),
    Check::new(
        "three",
        "three threads end, and no money is lost between them",
        three,
    )
    .within(LIMIT),
];

fn alone() {
    explored(|| moves(&[(a_to_b, 1)], &[]));
    explored(|| moves(&[(b_to_a, -2)], &[]));
}

fn both() {
    explored_again(
        || story(a_to_b, b_to_a),
        "cargo run -p sync -- --explore two-locks",
    );
}

fn alike() {
    explored(|| moves(&[(a_to_b, 1), (a_to_b, 1)], &[count]));
    explored(|| moves(&[(b_to_a, -2), (b_to_a, -2)], &[count]));
}

fn three() {
    explored(|| moves(&[(a_to_b, 1), (b_to_a, -2), (a_to_b, 1)], &[count]));
    explored(|| moves(&[(b_to_a, -2), (a_to_b, 1), (b_to_a, -2)], &[count]));
}
