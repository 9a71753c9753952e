//! The output of each mistake program. Fixing a program makes its test here fail, and no other
//! test: a plain `cargo test` leaves this file out (`cargo test -p pool --test mistakes` runs it).

use lesson_test::run;

#[test]
fn b11_the_error_of_task_2_is_hidden() {
    let ran = run(env!("CARGO_BIN_EXE_pool-hidden-error"), &[]).expect_success();
    assert_eq!(ran.lines().len(), 6, "{ran:?}");
    assert_eq!(ran.lines()[5], "All subprocess done.");
}

#[test]
fn b15_a_dropped_pool_does_nothing() {
    let ran = run(env!("CARGO_BIN_EXE_pool-dropped"), &[]).expect_success();
    let expected = |task| format!("task {task} was not done: the pool was stopped");
    let mut lines = ran.lines();
    assert!(
        lines.iter().all(|line| !line.ends_with("is done.")),
        "{ran:?}"
    );
    lines.retain(|line| !line.ends_with("is Running..."));
    assert_eq!(lines.pop(), Some("Results: 4."));
    assert_eq!(lines, [0, 1, 2, 3].map(expected));
}
