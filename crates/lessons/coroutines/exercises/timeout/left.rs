//! After a wait nothing of it is left: neither its future, nor a timer or a thread that waits for its limit.

use std::fs;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
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
    expect_no_growth();
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

/// How many waits end at a time; they may have threads, which take a moment to end.
const AT_A_TIME: usize = 50;
const A_MOMENT: Duration = Duration::from_millis(20);
/// How many waits end in all, so that it is noticed if a few bytes of each of them are left.
const MANY_WAITS: usize = 4_000;
/// In KiB, less than a tenth of what a task of each wait would take.
const MOST_GROWTH: u64 = 200;
/// How often to try them: the memory may grow at the beginning, and while another thread has not caught up.
const TRIES: usize = 5;

/// Drops many waits long before their limit, and checks that the process does not grow each time. A task of
/// another thread that waits for the rest of the limit has no thread of its own, and no waker of this one.
fn expect_no_growth() {
    let (usual, calls) = (threads(), Arc::new(Calls::default()));
    let mut least = u64::MAX;
    for _ in 0..TRIES {
        let before = resident_kibibytes();
        for _ in 0..MANY_WAITS / AT_A_TIME {
            (0..AT_A_TIME).for_each(|_| end_early(false, &calls));
            let begin = Instant::now();
            while threads() > usual && begin.elapsed() < A_MOMENT {
                thread::sleep(Duration::from_millis(1));
            }
        }
        // Meanwhile smol looks at its timers.
        let _one_more_timer = given_up(&Told::default(), Duration::from_millis(50));
        least = least.min(resident_kibibytes().saturating_sub(before));
        if least < MOST_GROWTH {
            return;
        }
    }
    expect_in_time(false, || {
        format!(
            "Whenever {MANY_WAITS} waits with a limit of an hour have been dropped, the process has grown by \
             {least} KiB or more: something of each wait is left."
        )
    });
}

/// The memory that this process uses, in KiB.
fn resident_kibibytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux reports it");
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = size.and_then(|size| size.trim().strip_suffix(" kB"));
    size.and_then(|size| size.parse().ok()).unwrap_or_default()
}

/// The number of threads of this process that the kernel reports.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
