//! The programs of the lesson, run from outside.

use std::process::Command;

use lesson_test::{Ran, run};

const EXPLORE: &str = env!("CARGO_BIN_EXE_explore");
const RLOCK: &str = env!("CARGO_BIN_EXE_sync");
const REENTRANT: &str = env!("CARGO_BIN_EXE_rlock-reentrant");
const COUNTER: &str = env!("CARGO_BIN_EXE_lock-counter");
const ATOMICS: &str = env!("CARGO_BIN_EXE_lock-atomics");
const MESSAGE_LIES: &str = env!("CARGO_BIN_EXE_lock-message-lies");
const NO_JOIN: &str = env!("CARGO_BIN_EXE_lock-no-join");
const NEVER_RELEASED: &str = env!("CARGO_BIN_EXE_lock-never-released");
const TWICE: &str = env!("CARGO_BIN_EXE_lock-twice");
const ORDER: &str = env!("CARGO_BIN_EXE_lock-order");
const LOST_UPDATE: &str = env!("CARGO_BIN_EXE_lost-update");

const ALL: [&str; 11] = [
    EXPLORE,
    RLOCK,
    REENTRANT,
    COUNTER,
    ATOMICS,
    MESSAGE_LIES,
    NO_JOIN,
    NEVER_RELEASED,
    TWICE,
    ORDER,
    LOST_UPDATE,
];

fn at_once(program: &str) -> Ran {
    run(program, &["--pace", "0"])
}

/// The thread, the word and the number of a line such as `Thread_1 locked,Number:0`.
fn parts(line: &str) -> (&str, &str, u32) {
    let split = line.split_once(' ').and_then(|(thread, rest)| {
        let (word, number) = rest.split_once(",Number:")?;
        Some((thread, word, number.parse().ok()?))
    });
    split.unwrap_or_else(|| panic!("not a line of the lesson: {line}"))
}

/// What 2.2 prints, in whatever order the threads get the lock: pairs of lines of one thread, the
/// numbers going up by one to 4, and then one last pair for each thread.
#[track_caller]
fn assert_counted_to_4(ran: &Ran) {
    let lines = ran.lines();
    assert_eq!(lines.len(), 12, "{ran:#?}");
    let mut number = 0;
    let mut ended = Vec::new();
    for pair in lines.chunks(2) {
        let (thread, locked, before) = parts(pair[0]);
        let after = (before + 1).min(4);
        assert_eq!((locked, before), ("locked", number), "{ran:#?}");
        assert_eq!(parts(pair[1]), (thread, "released", after), "{ran:#?}");
        if before == 4 {
            ended.push(thread);
        }
        number = after;
    }
    ended.sort_unstable();
    assert_eq!(ended, ["Thread_1", "Thread_2"]);
}

/// Notes 2.2.
#[test]
fn two_threads_count_to_4_one_at_a_time() {
    assert_counted_to_4(&at_once(RLOCK).expect_success());
}

/// Notes 2.2, B36; row S07.
#[test]
fn s07_a_method_that_locks_calls_another_that_locks() {
    let ran = at_once(REENTRANT).expect_success();
    let lines = ran.lines();
    let [a, b, c, d, balance, lock] = lines[..] else {
        panic!("{ran:#?}");
    };
    for pair in [[a, b], [c, d]] {
        let thread = pair.map(|line| line.split_once(' ').unwrap().0);
        assert_eq!(thread[0], thread[1], "{ran:#?}");
    }
    assert_eq!(balance, "Balance:22");
    assert_eq!(lock, "A Lock, taken again by its owner: no.");
}

/// Notes 2.2, B37; row S06.
#[test]
fn s06_the_counter_comes_out_right() {
    let ran = at_once(COUNTER).expect_success();
    assert_eq!(ran.lines().len(), 5);
    assert_eq!(ran.lines().last(), Some(&"Number:1000 of 1000"));
}

#[test]
fn a_disturbed_run_is_as_right_as_any() {
    for seed in 1..=5 {
        let seed = seed.to_string();
        let disturbed = |program| run(program, &["--pace", "0", "--chaos", &seed]).expect_success();
        assert_counted_to_4(&disturbed(RLOCK));
        let last = |program| {
            disturbed(program)
                .lines()
                .last()
                .map(|line| (*line).to_owned())
        };
        assert_eq!(last(COUNTER).as_deref(), Some("Number:1000 of 1000"));
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for program in ALL {
        let ran = run(program, &["--pace", "fast"]).expect_complaint(2);
        assert!(ran.err.contains("'fast'"), "{ran:#?}");
        assert_eq!(ran.out, "");
    }
}

/// The explorer itself is a program that needs its own build (`tests/explore/program.rs`).
#[test]
fn without_cargo_nothing_can_be_explored_and_one_line_reports_it() {
    let ran = Command::new(RLOCK)
        .args(["--explore", "two-locks"])
        .env("CARGO", "/no/such/cargo")
        .output()
        .unwrap();
    let stderr = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("/no/such/cargo does not start"), "{stderr}");
    assert_eq!(ran.stdout, b"");
}

/// A process that ignores the ends of its children passes that on to the programs that it starts.
#[test]
fn with_children_ignored_cargo_is_waited_for_all_the_same() {
    let ran = Command::new("env")
        .args(["--ignore-signal=CHLD", RLOCK, "--explore", "two-locks"])
        .env("CARGO", "false")
        .output()
        .unwrap();
    // A cargo that fails has printed the reason: nothing is added.
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert_eq!((&*ran.stdout, &*ran.stderr), (&b""[..], &b""[..]));
}

#[test]
fn the_explorer_built_without_its_flag_prints_how_to_run_it() {
    let ran = at_once(EXPLORE).expect_success();
    let lines = ran.lines();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("cargo run -p sync -- --explore"));
}

#[test]
fn each_program_has_a_help_that_names_its_section() {
    for program in ALL {
        let ran = run(program, &["--help"]).expect_success();
        assert!(ran.out.starts_with("2.2"), "{ran:#?}");
    }
}

/// Row S06, on the locks of one atomic integer.
#[test]
fn s06_the_locks_of_one_integer_lose_no_addition() {
    for words in [&["--pace", "0"][..], &["--pace", "0", "--chaos", "1"]] {
        let ran = run(ATOMICS, words).expect_success();
        assert_eq!(
            ran.lines(),
            ["Spinning:3000 of 3000", "Sleeping:3000 of 3000"]
        );
    }
}

/// Row S06, on the locks of one file.
#[test]
fn s06_the_locks_of_one_file_lose_no_addition() {
    for words in [&["--pace", "0"][..], &["--pace", "0", "--chaos", "1"]] {
        let ran = run(env!("CARGO_BIN_EXE_tiny-locks"), words).expect_success();
        assert_eq!(ran.lines().len(), 7, "{ran:?}");
        assert_eq!(ran.lines()[6], "Lock:3000 of 3000, RLock:3000 of 3000");
    }
}
