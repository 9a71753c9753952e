//! The programs of the lesson, run from outside.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lesson_test::{Ran, run};

const FUNCTION: &str = env!("CARGO_BIN_EXE_threads");
const SUBCLASS: &str = env!("CARGO_BIN_EXE_thread-subclass");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-thread");
const SCOPE: &str = env!("CARGO_BIN_EXE_thread-scope");
const QUEUE: &str = env!("CARGO_BIN_EXE_thread-queue");
const FASTER: &str = env!("CARGO_BIN_EXE_thread-faster");
const JOIN_ON_DROP: &str = env!("CARGO_BIN_EXE_thread-join-on-drop");
const MAIN_ENDS_FIRST: &str = env!("CARGO_BIN_EXE_thread-main-ends-first");
const IGNORED_PANIC: &str = env!("CARGO_BIN_EXE_thread-ignored-panic");

const ALL: [&str; 9] = [
    FUNCTION,
    SUBCLASS,
    TINY,
    SCOPE,
    QUEUE,
    FASTER,
    JOIN_ON_DROP,
    MAIN_ENDS_FIRST,
    IGNORED_PANIC,
];

fn at_once(program: &str) -> Ran {
    run(program, &["--pace", "0"])
}

/// The lines that contain `word`, in their order.
fn lines_with<'a>(ran: &'a Ran, word: &str) -> Vec<&'a str> {
    let lines = ran.lines().into_iter();
    lines.filter(|line| line.contains(word)).collect()
}

/// Checks what 2.1.1 and 2.1.2 print: each thread's lines in order, and MainThread's first and last.
#[track_caller]
fn assert_two_threads(ran: &Ran) {
    let lines = ran.lines();
    assert_eq!(lines.len(), 12, "{ran:#?}");
    assert_eq!(lines.first(), Some(&"MainThread is running..."));
    assert_eq!(lines.last(), Some(&"MainThread ended."));
    for (thread, from) in [("Thread_1", 1), ("Thread_2", 4)] {
        let expected = [
            format!("Current {thread} is running..."),
            format!("{thread}---->>> url_{from}"),
            format!("{thread}---->>> url_{}", from + 1),
            format!("{thread}---->>> url_{}", from + 2),
            format!("{thread} ended."),
        ];
        assert_eq!(lines_with(ran, thread), expected);
    }
}

/// Notes 2.1.1; rows T01, T02.
#[test]
fn t01_two_threads_from_a_function_run_and_are_joined() {
    assert_two_threads(&at_once(FUNCTION).expect_success());
}

/// Notes 2.1.2; rows T04, X06.
#[test]
fn t04_two_threads_from_a_type_do_the_same() {
    assert_two_threads(&at_once(SUBCLASS).expect_success());
}

/// The handle in one file, `tiny-thread`.
#[test]
fn the_tiny_handle_has_the_result_of_its_thread() {
    let ran = at_once(TINY).expect_success();
    let expected = [1, 2].map(|n| format!("Thread_{n} has walked through 3 addresses."));
    assert_eq!(lines_with(&ran, "walked"), expected);
    assert_eq!(lines_with(&ran, "---->>>").len(), 6);
    assert_eq!(ran.lines().last(), Some(&"MainThread ended."));
}

/// Row T10.
#[test]
fn t10_all_of_a_scope_have_ended_after_it() {
    let ran = at_once(SCOPE).expect_success();
    assert_eq!(lines_with(&ran, "added 1.").len(), 10);
    assert_eq!(ran.lines().last(), Some(&"MainThread counts 10."));
}

/// Notes 1.4.1, between threads.
#[test]
fn the_queue_hands_on_every_url_and_then_ends() {
    let ran = at_once(QUEUE).expect_success();
    let lines = ran.lines();
    for number in 1..=6 {
        let at = |text: String| lines.iter().position(|line| *line == text);
        let put = at(format!("Put url_{number} to queue...")).unwrap();
        let got = at(format!("Get url_{number} from queue.")).unwrap();
        assert!(put < got, "{ran:#?}");
    }
    assert_eq!(lines.last(), Some(&"Reader got 6 urls."));
}

/// B31. The speed depends on the machine; the equal counts do not.
#[test]
fn two_threads_count_as_many_primes_as_one() {
    let ran = at_once(FASTER).expect_success();
    let counted = lines_with(&ran, " primes in ");
    let primes = |line: &str| line.split_once(": ").unwrap().1.trim().to_owned();
    let [one, two] = counted[..] else {
        panic!("{ran:#?}");
    };
    assert!(primes(one).starts_with("8713 primes"), "{one}");
    assert!(primes(two).starts_with("8713 primes"), "{two}");
    assert_eq!(lines_with(&ran, "times as fast").len(), 1);
}

/// Rows T15, X21.
#[test]
fn t15_the_program_waits_for_a_thread_whose_handle_is_dropped() {
    let ran = at_once(JOIN_ON_DROP).expect_success();
    assert_eq!(ran.lines(), ["MainThread ended.", "Thread_1 ended."]);
    let panics = run(JOIN_ON_DROP, &["300", "1"]).expect_code(101);
    assert_eq!(panics.lines(), ["Thread_1 ended."]);
}

#[test]
fn a_disturbed_run_prints_the_same_lines() {
    for seed in 1..=5 {
        let seed = seed.to_string();
        let disturbed = |program| run(program, &["--pace", "0", "--chaos", &seed]);
        assert_two_threads(&disturbed(FUNCTION).expect_success());
        assert_two_threads(&disturbed(SUBCLASS).expect_success());
        let ran = disturbed(SCOPE).expect_success();
        assert_eq!(ran.lines().last(), Some(&"MainThread counts 10."));
        let ran = disturbed(QUEUE).expect_success();
        assert_eq!(ran.lines().last(), Some(&"Reader got 6 urls."));
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for program in ALL {
        let ran = run(program, &["--pase", "0"]).expect_complaint(2);
        assert!(ran.err.contains("--pase"), "{ran:#?}");
        assert_eq!(ran.out, "");
    }
    for (program, words) in [
        (JOIN_ON_DROP, &["word"][..]),
        (MAIN_ENDS_FIRST, &["word"]),
        (IGNORED_PANIC, &["name", "0", "word"]),
    ] {
        let ran = run(program, words).expect_complaint(2);
        assert!(ran.err.contains("'word'"), "{ran:#?}");
        assert_eq!(ran.out, "");
    }
    let ran = run(MAIN_ENDS_FIRST, &["1"]).expect_success();
    assert!(ran.out.contains("url_1"), "{ran:#?}");
}

#[test]
fn each_program_has_a_help_that_names_its_section() {
    for program in ALL {
        let ran = run(program, &["--help"]).expect_success();
        assert!(ran.out.starts_with("2.1"), "{ran:#?}");
    }
}

/// After the watcher's death, no process is left that could end a hanging run.
#[test]
fn a_run_dies_with_a_watcher_that_is_killed() {
    let mut watcher = Command::new(env!("CARGO_BIN_EXE_threads"))
        .args(["--pace", "1000", "--lanes"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(watcher.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    watcher.kill().unwrap();
    watcher.wait().unwrap();
    // The stream ends when the last process that could print has died.
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(out.read_to_string(&mut String::new()).is_ok()));
    assert_eq!(ended.recv_timeout(Duration::from_secs(5)), Ok(true));
}
