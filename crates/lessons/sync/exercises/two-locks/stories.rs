//! The two functions, alone and together, in every schedule.

use std::time::Duration;

use check::{Check, explored, explored_again};
use explore::tell;

use crate::two_locks::{a_to_b, b_to_a};
use crate::worlds::two_locks::{Move, World, count, moves, story};

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);

/// Moves 1 from A to B.
const TO_B: Move = (a_to_b, [-1, 1]);
/// Moves 2 from B to A.
const TO_A: Move = (b_to_a, [2, -2]);

pub(crate) const CHECKS: [Check; 5] = [
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
    Check::new(
        "paid",
        "money that another thread pays in meanwhile is kept",
        paid,
    )
    .within(LIMIT),
];

fn alone() {
    explored(|| moves(&[TO_B], &[]));
    explored(|| moves(&[TO_A], &[]));
}

fn both() {
    explored_again(
        || story(a_to_b, b_to_a),
        "cargo run -p sync -- --explore two-locks",
    );
    explored(|| moves(&[TO_B_AT_ONCE, TO_A], &[]));
}

/// Only this thread moves an odd number, and it does so before it returns.
const TO_B_AT_ONCE: Move = (
    |world| {
        a_to_b(world);
        let a = *world.a.lock();
        assert!(
            a % 2 != 0,
            "a_to_b has returned, and {a} is in A: its 1 was not moved yet"
        );
    },
    [-1, 1],
);

fn alike() {
    explored(|| moves(&[TO_B, TO_B], &[count]));
    explored(|| moves(&[TO_A, TO_A], &[count]));
}

fn three() {
    explored(|| moves(&[TO_B, TO_A, TO_B], &[count]));
    explored(|| moves(&[TO_A, TO_B, TO_A], &[count]));
}

/// The sum of both accounts is not always 200, and an account may change while its lock is free.
fn paid() {
    fn pay_in(world: &World) {
        *world.a.lock() += 50;
        tell!("paid 50 into A");
        *world.b.lock() += 50;
        tell!("paid 50 into B");
    }
    const PAY_IN: Move = (pay_in, [50, 50]);
    explored(|| moves(&[TO_B, PAY_IN], &[]));
    explored(|| moves(&[TO_A, PAY_IN], &[]));
}
