//! The programs of the lesson, from outside.

use lesson_test::run;

const SHARED: &str = env!("CARGO_BIN_EXE_ipc-shared");

#[test]
fn v06_nothing_is_lost() {
    let syscalls = env!("CARGO_BIN_EXE_shared-syscalls");
    for (program, words) in [
        (SHARED, &[][..]),
        (SHARED, &["--pace", "0"]),
        (syscalls, &[]),
    ] {
        let ran = run(program, words).expect_success();
        let last = ran.lines().last().copied();
        assert_eq!(
            last,
            Some("Number:80000, counts:[20000, 20000, 20000, 20000]")
        );
        assert_eq!(ran.lines().len(), 9);
    }
}

#[test]
fn a_run_that_is_shown_does_as_much_as_a_picture_has_room_for() {
    let ran = run(SHARED, &["--lanes"]).expect_success();
    assert!(
        ran.out.contains("Number:80, counts:[20, 20, 20, 20]"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("Left out"), "{}", ran.out);
}

#[test]
fn the_atomic_loses_nothing_either() {
    let ran = run(env!("CARGO_BIN_EXE_atomic-value"), &[]).expect_success();
    assert_eq!(ran.lines().last(), Some(&"Number:80000"));
}

#[test]
fn b27_a_small_number_wraps_when_it_is_asked_to() {
    let ran = run(env!("CARGO_BIN_EXE_value-wraps"), &[]).expect_success();
    assert!(ran.out.contains("checked_add(1):    None"), "{ran:?}");
    assert!(ran.out.contains("-2147483648"), "{ran:?}");
}

#[test]
fn a_half_done_change_is_reported_and_put_right() {
    let ran = run(env!("CARGO_BIN_EXE_value-owner-died"), &[]).expect_success();
    let lines = ran.lines();
    assert!(
        lines.iter().any(|line| line.contains("half-done")),
        "{ran:?}"
    );
    assert_eq!(lines.last(), Some(&"Total:1000 of 900 + 100"), "{ran:?}");
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let died = env!("CARGO_BIN_EXE_value-owner-died");
    let lost = env!("CARGO_BIN_EXE_value-lost-updates");
    for (program, words) in [
        (SHARED, &["--bogus"][..]),
        (died, &["word"]),
        (died, &["5", "100"]),
        (died, &["1000", "100", "0", "1"]),
        (lost, &["word"]),
        (lost, &["18446744073709551615", "2", "3"]),
        (lost, &["1", "1", "18446744073709551615"]),
    ] {
        let ran = run(program, words).expect_complaint(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("--help"), "{ran:?}");
    }
}

/// Row V06, on the value of one file.
#[test]
fn v06_no_addition_is_lost_under_the_lock_that_spins() {
    for words in [&["--chaos", "1"][..], &["--chaos", "2"], &[]] {
        let ran = run(env!("CARGO_BIN_EXE_tiny-value"), words).expect_success();
        assert_eq!(
            ran.lines().last(),
            Some(&"Number:80000 of 80000"),
            "{ran:?}"
        );
    }
}
