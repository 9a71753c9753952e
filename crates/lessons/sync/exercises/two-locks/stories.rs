//! The two functions, alone and together, in every schedule.

use std::time::Duration;

use check::{Check, explored, explored_again};

use crate::two_locks::{a_to_b, b_to_a};
use crate::worlds::two_locks::{count, moves, story};

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) const CHECKS: [Check; 4] = [
    Check::new(
        "alone",
        "each function moves its money when it is alone",
        alone,
    )
    .within(LIMIT),
    Check::new(
        "both",
        "in every schedule both threads end and have moved their money",
        both,
    )
    .within(LIMIT),
    Check::new(
        "alike",
        "two threads that move money the same way both end",
        alike,
    )
    .within(LIMIT),
    Check::new(
        "three",
        "three threads end, and no money is missing in between",
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
