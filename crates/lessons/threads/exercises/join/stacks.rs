//! What ended threads leave behind if their handles or values were forgotten.

use std::fs;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use threads::Thread;

use crate::{drop_by_a_caught_panic, drop_by_a_panic, started, with_its_own};

/// The number of threads of each kind.
const THREADS: u64 = 100;
/// The addresses that a stack takes.
const MEBIBYTES: usize = 2;

/// The size of the address space that this process uses, in MiB.
fn mebibytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux reports it");
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let size = size.and_then(|size| size.trim().strip_suffix(" kB"));
    size.and_then(|size| size.parse().ok())
        .map_or(0, |size: u64| size / 1024)
}

/// The number of threads of this process that the kernel reports.
fn alive() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Checks threads whose handles are dropped or joined: a thread whose handle is forgotten leaks its stack.
pub(crate) fn leaves_nothing() {
    let drops = || drop(started("Thread_1", || ()));
    expect_no_stack("their handles are dropped", drops);
    let drops_at_the_end = || {
        let started = started("Thread_1", || ());
        while started.is_alive() {
            thread::sleep(Duration::from_millis(1));
        }
        drop(started);
    };
    expect_no_stack("and then their handles are dropped", drops_at_the_end);
    expect_no_stack("and a panic has dropped their handles", || {
        drop_by_a_caught_panic(started("Thread_1", || ()));
    });
    // As large as a stack, so that a panic that is kept or forgotten counts like one.
    let panics = || resume_unwind(Box::new("no more ".repeat(MEBIBYTES << 17)));
    expect_no_stack("by a panic, and then they are joined", || {
        let _panicked = started("Thread_1", panics).join();
    });
    expect_no_stack("by a panic, and their handles are dropped", || {
        drop(started("Thread_1", panics));
    });
    expect_no_stack(
        "by a panic, and another panic has dropped their handles",
        || {
            drop_by_a_caught_panic(started("Thread_1", panics));
        },
    );
    expect_no_stack("each has dropped its own handle", || {
        with_its_own(drop);
    });
    expect_no_stack("each by a panic that has dropped its own handle", || {
        with_its_own(drop_by_a_panic);
    });
    expect_no_stack("each has joined itself", || {
        with_its_own(Thread::join);
    });
    expect_no_value("were dropped", drop);
    expect_no_value("were dropped by a panic", drop_by_a_caught_panic);
}

/// The value of a thread whose handle is dropped is dropped, too.
fn expect_no_value(how: &str, act: impl Fn(Thread<Arc<()>>)) {
    let value = Arc::new(());
    for _ in 0..10 {
        let its = Arc::clone(&value);
        act(started("Thread_1", move || its));
    }
    assert_eq!(
        Arc::strong_count(&value) - 1,
        0,
        "the number of values that are left after the handles of ten threads {how}"
    );
}

/// Calls `run`, which starts a thread, repeatedly, each time after the last thread has ended.
fn expect_no_stack(how: &str, run: impl Fn()) {
    let usual = alive();
    let one = |_| {
        run();
        // No join waits for a thread that has dropped its own handle.
        while alive() > usual {
            thread::sleep(Duration::from_millis(1));
        }
    };
    (0..10).for_each(one);
    let before = mebibytes();
    (0..THREADS).for_each(one);
    let more = mebibytes().saturating_sub(before);
    assert!(
        more < THREADS,
        "{THREADS} threads have ended, {how}, but {more} MiB of their stacks, or of the texts of their panics, are \
         still mapped"
    );
}
