//! The programs of the lesson whose handles are dropped or joined: their lines, and how they wait.

use check::{Ran, program};

const OF_MAIN: &str = "MainThread ended.";
const OF_THREAD: &str = "Thread_1 ended.";

/// The lines that `thread-join-on-drop` itself prints, sorted, because the line of a thread that has nothing to
/// do may come first. All other lines are ignored.
fn its_lines(ran: &Ran) -> Vec<&str> {
    let mut lines = ran.lines();
    lines.retain(|line| [OF_MAIN, OF_THREAD].contains(line));
    lines.sort_unstable();
    lines
}

pub(crate) fn lines() {
    for millis in [0, 100, 1_300] {
        let ran = program!("thread-join-on-drop")
            .with([millis.to_string()])
            .run();
        ran.expect_code(0);
        ran.expect(its_lines(&ran) == [OF_MAIN, OF_THREAD], || {
            format!(
                "MainThread and Thread_1 should print one line each. The lines are:\n  {}",
                ran.lines().join("\n  ")
            )
        });
    }
}

pub(crate) fn asleep() {
    // At a drop; a join follows below.
    let ran = program!("thread-join-on-drop")
        .with(["1000"])
        .bare()
        .watch_naps()
        .run();
    ran.expect_code(0).expect_waiting_for(&["Thread_1"]);
    // A handle that a panic drops waits in the same way.
    let ran = program!("thread-join-on-drop")
        .with(["1000", "1"])
        .bare()
        .watch_naps()
        .run();
    ran.expect(
        ran.code == Some(101) && its_lines(&ran) == [OF_THREAD],
        || {
            format!(
                "MainThread panics and drops the handle of Thread_1: Thread_1 should end first and print its \
                 line, and the exit code should be 101. The lines are:\n  {}\nand the exit code is {:?}.",
                ran.lines().join("\n  "),
                ran.code
            )
        },
    );
    ran.expect_waiting_for(&["Thread_1"]);
    let ran = program!("threads")
        .with(["--pace", "0.5", "--seed", "1"])
        .bare()
        .watch_naps()
        .run();
    ran.expect_code(0)
        .expect_waiting_for(&["Thread_1", "Thread_2"]);
}
