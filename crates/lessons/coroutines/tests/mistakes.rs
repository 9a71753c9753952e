//! What each mistake program shows. Repairing one turns its test here red, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p coroutines --test mistakes` runs it).

use lesson_test::{Ran, run};

const WITHOUT_ADDRESS: &str = env!("CARGO_BIN_EXE_coroutine-errors-without-address");
const FINISH: &str = env!("CARGO_BIN_EXE_coroutine-finish-after-failure");
const NONE: &str = env!("CARGO_BIN_EXE_coroutine-results-none");
const ONE_BY_ONE: &str = env!("CARGO_BIN_EXE_coroutine-one-after-another");
const NOTHING: &str = env!("CARGO_BIN_EXE_coroutine-nothing-has-run");
const HIDDEN: &str = env!("CARGO_BIN_EXE_coroutine-hidden-error");
const SIZES: [(&str, usize); 3] = [("github", 52_801), ("python", 48_922), ("baidu", 227)];

/// The lines with the server's port taken out.
fn lines(ran: &Ran) -> Vec<String> {
    let without_port = |line: &&str| {
        let Some((before, after)) = line.split_once("127.0.0.1:") else {
            return (*line).to_owned();
        };
        let path = after.find('/').expect("an address has a path");
        format!("{before}S{}", &after[path..])
    };
    ran.lines().iter().map(without_port).collect()
}

/// Mistake B39.
#[test]
fn x02_mistake_errors_without_address() {
    let ran = run(WITHOUT_ADDRESS, &["--pace", "0"]).expect_success();
    let lines = ran.lines();
    assert_eq!(lines.len(), 6, "{ran:#?}");
    assert!(
        lines[3..]
            .iter()
            .all(|line| line.contains("refused") && *line == lines[3])
    );
}

/// Mistake B41.
#[test]
fn x02_mistake_finish_after_failure() {
    let ran = run(FINISH, &["--pace", "0"]).expect_success();
    let lines = ran.lines();
    assert!(lines[1].contains("cannot fetch"), "{ran:#?}");
    assert!(lines[2].ends_with("--->finish"), "{ran:#?}");
}

/// Mistake B40.
#[test]
fn c08_mistake_results_none() {
    let ran = run(NONE, &["--pace", "0"]).expect_success();
    assert_eq!(ran.lines().last(), Some(&"[(), (), ()]"));
}

/// Mistake B42: each visit ends before the next one begins.
#[test]
fn x24_mistake_one_after_another() {
    let ran = run(ONE_BY_ONE, &["--pace", "0"]).expect_success();
    let lines = lines(&ran);
    for (number, (name, size)) in SIZES.into_iter().enumerate() {
        assert_eq!(lines[2 * number], format!("Visit --> http://S/{name}"));
        let received = format!("{size} bytes received from http://S/{name}.");
        assert_eq!(lines[2 * number + 1], received);
    }
    assert!(
        lines[6].starts_with("The visits to 3 pages took "),
        "{lines:#?}"
    );
    assert!(!lines[6].contains("took 0.1"), "{lines:#?}");
}

/// Mistake B44.
#[test]
fn c01_mistake_nothing_has_run() {
    let ran = run(NOTHING, &["--pace", "0"]).expect_success();
    let expected = "Two tasks were spawned. Nothing has run yet.\nAnd now nothing will.\n";
    assert_eq!(ran.out, expected);
}

/// Mistake B45.
#[test]
fn c05_mistake_hidden_error() {
    let ran = run(HIDDEN, &["--pace", "0"]).expect_success();
    assert_eq!(ran.lines().len(), 3, "{ran:#?}");
    assert_eq!(ran.lines()[2], "All is well.");
}
