//! What each mistake program shows. Repairing one turns its test here red, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p sync --test mistakes` runs it).

#[path = "support/log.rs"]
mod log;

use lesson_test::{Ran, field, run, run_recorded};
use log::assert_in_turn;

const MESSAGE_LIES: &str = env!("CARGO_BIN_EXE_lock-message-lies");
const NO_JOIN: &str = env!("CARGO_BIN_EXE_lock-no-join");
const NEVER_RELEASED: &str = env!("CARGO_BIN_EXE_lock-never-released");
const TWICE: &str = env!("CARGO_BIN_EXE_lock-twice");
const ORDER: &str = env!("CARGO_BIN_EXE_lock-order");
const LOST_UPDATE: &str = env!("CARGO_BIN_EXE_lost-update");

fn at_once(program: &str) -> Ran {
    run(program, &["--pace", "0"])
}

/// B33.
#[test]
fn b33_a_message_after_the_release_lies() {
    let ran = at_once(MESSAGE_LIES).expect_success();
    let lines = ran.lines();
    let at = |text| {
        lines
            .iter()
            .position(|line| line.starts_with(text))
            .unwrap()
    };
    assert!(at("Thread_1 locked") < at("Thread_2 locked"), "{ran:#?}");
    assert!(at("Thread_2 locked") < at("Thread_1 released"), "{ran:#?}");
    assert_eq!(lines[at("Thread_1 released")], "Thread_1 released,Number:2");
}

/// B34.
#[test]
fn b34_without_a_join_only_the_main_thread_prints() {
    let ran = at_once(NO_JOIN).expect_success();
    assert_eq!(ran.lines(), ["end of main"]);
}

/// B35.
#[test]
fn b35_an_error_between_acquire_and_release_leaves_the_lock_held() {
    let ran = at_once(NEVER_RELEASED).expect_success();
    let expected = [
        "Thread_1 locked",
        "Thread_1 failed: invalid digit found in string",
        "Thread_2 waited 300ms: still locked",
    ];
    assert_eq!(ran.lines(), expected);
}

/// B36; row S04.
#[test]
fn s04_a_thread_that_locks_twice_does_not_get_the_lock() {
    let ran = at_once(TWICE).expect_success();
    let expected = [
        "MainThread locked,Number:0",
        "MainThread locked again? No, not in 300ms",
    ];
    assert_eq!(ran.lines(), expected);
}

/// B25, B37.
#[test]
fn b37_updates_are_lost_when_the_lock_is_free_between_read_and_write() {
    for chaos in [&[][..], &["--chaos", "1"], &["--chaos", "2"]] {
        let ran = run(LOST_UPDATE, &[&["--pace", "0"], chaos].concat()).expect_success();
        assert_eq!(ran.lines().last(), Some(&"Number:2 of 4"));
    }
}

#[test]
fn two_locks_in_opposite_order_are_a_circle() {
    let ran = at_once(ORDER).expect_success();
    let gave_up = |line: &&str| line.ends_with("in 300ms");
    assert_eq!(
        ran.lines().into_iter().filter(gave_up).count(),
        2,
        "{ran:#?}"
    );
}

#[test]
fn a_picture_does_not_call_a_circle_a_deadlock_that_both_have_left() {
    let ran = run(ORDER, &["--pace", "0", "--lanes"]).expect_success();
    assert!(ran.out.contains("has not got"), "{ran:#?}");
    assert!(!ran.out.contains("Deadlock"), "{ran:#?}");
}

/// Both threads meet at a barrier between read and write.
#[test]
fn the_lock_in_a_barrier_is_given_up_while_a_thread_waits() {
    let (_, events) = run_recorded(env!("CARGO_BIN_EXE_lost-update"));
    assert_in_turn(&events, "barrier 1: lock");
    let waits =
        |event: &String| field(event, "on") == "barrier 1" && field(event, "k") == "wait-limit";
    assert!(events.iter().any(waits), "{events:#?}");
}
