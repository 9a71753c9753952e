//! The log of a run.

#[path = "support/log.rs"]
mod log;

use lesson_test::run_recorded;
use log::assert_in_turn;

#[test]
fn each_acquire_of_an_rlock_is_caused_by_the_release_before() {
    let (_, events) = run_recorded(env!("CARGO_BIN_EXE_sync"));
    assert_in_turn(&events, "mylock");
}

#[test]
fn each_acquire_of_a_lock_is_caused_by_the_release_before() {
    let (_, events) = run_recorded(env!("CARGO_BIN_EXE_lock-counter"));
    assert_in_turn(&events, "number");
}

#[test]
fn a_recorded_run_counts_as_often_as_a_picture_has_room_for() {
    let (_, events) = run_recorded(env!("CARGO_BIN_EXE_lock-counter"));
    assert!(events.len() < 400, "{} events", events.len());
}

#[test]
fn a_lock_without_a_name_is_called_by_its_kind_and_a_number() {
    let (_, events) = run_recorded(env!("CARGO_BIN_EXE_rlock-reentrant"));
    assert_in_turn(&events, "lock 1");
}
