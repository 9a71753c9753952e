//! What each mistake program shows. Repairing one turns its test here red, and no other test: a
//! plain `cargo test` leaves this file out (`cargo test -p threads --test mistakes` runs it).

use lesson_test::{Ran, run};

const MAIN_ENDS_FIRST: &str = env!("CARGO_BIN_EXE_thread-main-ends-first");
const IGNORED_PANIC: &str = env!("CARGO_BIN_EXE_thread-ignored-panic");

fn at_once(program: &str) -> Ran {
    run(program, &["--pace", "0"])
}

/// The lines that contain `word`, in their order.
fn lines_with<'a>(ran: &'a Ran, word: &str) -> Vec<&'a str> {
    let lines = ran.lines().into_iter();
    lines.filter(|line| line.contains(word)).collect()
}

/// B34.
#[test]
fn b34_without_a_join_the_lines_of_the_thread_are_lost() {
    let ran = at_once(MAIN_ENDS_FIRST).expect_success();
    let expected = [
        "MainThread is running...",
        "Thread_1---->>> url_1",
        "MainThread ended.",
    ];
    assert_eq!(ran.lines(), expected);
}

/// Rows T08, X20; B30.
#[test]
fn t08_an_ignored_panic_is_printed_on_stderr_with_the_name_of_its_thread() {
    let ran = at_once(IGNORED_PANIC).expect_code(0);
    assert_eq!(ran.lines().last(), Some(&"MainThread ended."));
    assert!(lines_with(&ran, "Thread_1 ended.").is_empty());
    assert!(ran.err.contains("thread 'Thread_1'"), "{ran:#?}");
    assert!(ran.err.contains("panicked"), "{ran:#?}");
    assert!(ran.err.contains("index out of bounds"), "{ran:#?}");
}
