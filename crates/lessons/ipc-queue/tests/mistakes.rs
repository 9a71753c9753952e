//! The output of each mistake program. Fixing a program makes its test here fail, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p ipc-queue --test mistakes` runs it).

use lesson_test::run;

#[test]
fn b17_a_killed_reader_leaves_items_unread() {
    let ran = run(env!("CARGO_BIN_EXE_queue-killed-reader"), &[]).expect_success();
    let last = ran.lines().last().copied().unwrap_or_default();
    let numbers = last.split(|char: char| !char.is_ascii_digit());
    let numbers: Vec<u32> = numbers.filter_map(|word| word.parse().ok()).collect();
    let [put, got, left, gone] = numbers[..] else {
        panic!("{last}");
    };
    assert_eq!((put, got + left + gone), (6, 6), "{last}");
    assert!((1..6).contains(&got), "{last}");
}
