//! The output of each mistake program. Fixing a program makes its test here fail, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p ipc-shared --test mistakes` runs it).

use lesson_test::run;

#[test]
fn b25_updates_are_lost() {
    let ran = run(env!("CARGO_BIN_EXE_value-lost-updates"), &[]).expect_success();
    let last = ran.lines().last().copied().unwrap_or_default();
    let number = last
        .strip_prefix("Number:")
        .and_then(|rest| rest.split(' ').next());
    let number: u32 = number.and_then(|number| number.parse().ok()).unwrap();
    assert!((20..80).contains(&number), "{last}");
}

#[test]
fn b26_a_list_is_copied_and_an_array_is_shared() {
    let ran = run(env!("CARGO_BIN_EXE_list-not-shared"), &[]).expect_success();
    let parent = &ran.lines()[2..];
    assert_eq!(
        parent,
        [
            "In the parent: list [1, 2, 3]",
            "In the parent: array [2, 4, 6]"
        ]
    );
}
