//! The output of each mistake program. Fixing a program makes its test here fail, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p ipc-pipe --test mistakes` runs it).

use lesson_test::run;

/// Returns the words after `send:` or `recv:`, in the order of the lines, without the time of sending.
fn urls<'a>(lines: &[&'a str], verb: &str) -> Vec<&'a str> {
    let words = lines
        .iter()
        .filter_map(|line| line.split_once(&format!(") {verb}: ")));
    let words = words.map(|(_, url)| url.split_once('@').map_or(url, |(url, _)| url));
    words.collect()
}

#[test]
fn b22_a_killed_receiver_loses_messages() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-lost-message"), &[]).expect_success();
    let lines = ran.lines();
    assert_eq!(urls(&lines, "send").len(), 10);
    assert!(!urls(&lines, "recv").contains(&"url_9"), "{ran:?}");
}

#[test]
fn b23_the_end_never_comes_while_a_copy_of_the_sending_end_is_open() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-forgotten-end"), &[]).expect_success();
    assert_eq!(urls(&ran.lines(), "recv"), ["one", "two", "three"]);
    assert!(
        ran.out.trim_end().ends_with("no message, and no end."),
        "{ran:?}"
    );
}

#[test]
fn b24_two_readers_tear_the_messages() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-two-readers"), &[]).expect_success();
    let parts = |verb| {
        let words = ran
            .out
            .lines()
            .filter_map(move |line| line.split_once(verb));
        words.map(|(_, word)| word).collect::<Vec<_>>()
    };
    let (written, took) = (parts(" writes "), parts(" took "));
    assert_eq!(written.len(), 8, "{ran:?}");
    let whole = took.iter().filter(|word| written.contains(word)).count();
    assert!(whole < written.len(), "{ran:?}");
}
