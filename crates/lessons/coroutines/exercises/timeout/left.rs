//! After a wait nothing of it is left: neither its future, nor a timer or a thread that waits for its limit.

use std::fs;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use check::expect_in_time;
use coroutines::{TimedOut, timeout};

use crate::{AN_HOUR, Calls, SOON, Told, given_up, poll, to_the_end};

fn expect_dropped(told: &Told, when: &str) {
    let is_dropped = told.0.is_dropped.get();
    assert!(is_dropped, "{when}, but the future is not dropped");
}

pub(crate) fn dropped() {
    let told = Told::default();
    let limit = Duration::from_millis(20);
    let (_, ended) = given_up(&told, limit);
    assert_eq!(ended, Err(TimedOut { limit }));
    expect_dropped(&told, "the time was over");

    let told = Told::default();
    {
        let mut waiting = pin!(timeout(AN_HOUR, told.future()));
        let polled = poll(waiting.as_mut(), &Arc::default());
        assert_eq!(polled, Poll::Pending, "the future is not ready");
    }
    expect_dropped(&told, "the wait was given up before its time was over");

    let told = Told::default();
    drop(timeout(AN_HOUR, told.future()));
    expect_dropped(&told, "the wait was given up before it began");

    for is_ready in [true, false] {
        expect_nothing_left(is_ready);
    }
}

/// More waits than threads that may still be ending when they are counted.
const WAITS: usize = 4;

/// Ends waits long before their limit. Checks that no thread and no timer waits for the rest of it. (The
/// thread that smol starts at the first wait of the process is there already.)
fn expect_nothing_left(is_ready: bool) {
    let usual = threads();
    let calls = Arc::new(Calls::default());
    for _ in 0..WAITS {
        end_early(is_ready, &calls);
    }
    let left = || {
        let threads = threads().saturating_sub(usual);
        (threads, Arc::strong_count(&calls) - 1)
    };
    let (begin, mut its) = (Instant::now(), left());
    // A thread may still be ending. And smol drops the waker of a timer that is gone only when it looks at
    // its timers: each new timer causes this.
    while its != (0, 0) && begin.elapsed() < SOON {
        let _one_more_timer = given_up(&Told::default(), Duration::from_millis(5));
        its = left();
    }
    let (threads, wakers) = its;
    let ended = match is_ready {
        true => "their futures were ready",
        false => "they were dropped",
    };
    let all_have_ended =
        format!("{WAITS} waits with a limit of an hour have ended, because {ended}");
    expect_in_time(threads == 0, || {
        format!("{all_have_ended}, but {threads} of their threads are left")
    });
    expect_in_time(wakers == 0, || {
        format!("{all_have_ended}, but their timers are left: they still hold {wakers} wakers")
    });
}

/// A wait for an hour, which ends early: its future becomes ready, or it is dropped.
fn end_early(is_ready: bool, calls: &Arc<Calls>) {
    let told = Told::default();
    {
        let mut waiting = pin!(timeout(AN_HOUR, told.future()));
        let polled = poll(waiting.as_mut(), calls);
        assert_eq!(polled, Poll::Pending, "the future is not ready");
        if is_ready {
            told.becomes(7);
            let not_woken = "The future is ready, but the waiting task is not woken.";
            let (_, ended) = to_the_end(waiting, calls, Duration::ZERO, not_woken);
            assert_eq!(ended, Ok(7), "the future is ready, with 7");
        }
    }
    expect_dropped(&told, "the wait has ended");
}

/// The number of threads of this process that the kernel reports.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
