//! The output of each mistake program. Fixing a program makes its test here fail, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p multiprocess --test mistakes` runs it).

use lesson_test::run;

#[test]
fn b03_a_child_that_is_not_waited_for_is_a_zombie_and_then_an_orphan() {
    let ran = run(env!("CARGO_BIN_EXE_fork-unwaited"), &[]).expect_success();
    assert!(ran.out.contains("Z (zombie)"), "{ran:?}");
    assert!(ran.out.contains("has ended; now it is"), "{ran:?}");
}

#[test]
fn b04_text_in_a_buffer_is_printed_twice() {
    let ran = run(env!("CARGO_BIN_EXE_fork-doubled-output"), &[]).expect_success();
    assert_eq!(ran.out.matches("start ...").count(), 2, "{ran:?}");
}

#[test]
fn b06_three_forks_make_eight_processes() {
    let ran = run(env!("CARGO_BIN_EXE_fork-goes-on"), &[]).expect_success();
    assert_eq!(ran.lines().len(), 8);
}

#[test]
fn b07_the_end_is_printed_before_four_children() {
    let ran = run(env!("CARGO_BIN_EXE_process-last-joined"), &[]).expect_success();
    let lines = ran.lines();
    let end = lines.iter().position(|&line| line == "Process end.");
    assert_eq!(end, Some(lines.len() - 5), "{lines:?}");
}

#[test]
fn b08_two_children_fail_and_the_exit_code_is_0() {
    let ran = run(env!("CARGO_BIN_EXE_process-ignored-failure"), &[]).expect_success();
    let children = ran
        .lines()
        .iter()
        .filter(|line| line.starts_with("Child"))
        .count();
    assert_eq!(children, 3);
    assert_eq!(ran.lines().last(), Some(&"Process end."));
}
