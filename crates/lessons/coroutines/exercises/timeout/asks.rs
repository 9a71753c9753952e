//! While nothing happens, a wait should sleep.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use check::{expect_in_time, use_of_process};
use coroutines::{TimedOut, timeout};

use crate::{AN_HOUR, Calls, Told, poll};

/// How long a wait may still be beginning: it may wake itself then.
const BEGINNING: Duration = Duration::from_millis(300);
/// How long nothing happens after that. On a busy machine it may be longer.
const QUIET: Duration = Duration::from_millis(2500);
/// How often the threads of the process may go to sleep meanwhile: this one once, and the one of smol's timers
/// a few times. One that polls ten times a second does so more often.
const MOST_SLEEPS: u64 = 20;

/// The hour is not over, and nothing happens: there is no reason to be woken even once.
pub(crate) fn asks() {
    let told = Told::default();
    let mut waiting = pin!(timeout(AN_HOUR, told.future()));
    let calls = Arc::new(Calls::default());
    poll_now(waiting.as_mut(), &calls);
    poll_when_woken(waiting.as_mut(), &calls, BEGINNING);
    let before = told.0.polls.get();
    let wait = || poll_when_woken(waiting.as_mut(), &calls, QUIET);
    let (wakes, used) = use_of_process(wait);
    let looks = wakes.max(told.0.polls.get() - before);
    expect_in_time(looks == 0, || {
        format!("Nothing has happened, but the future was polled {looks} times: it keeps polling.")
    });
    expect_in_time(used.sleeps < MOST_SLEEPS, || {
        format!(
            "Nothing has happened, but threads of the wait went to sleep {} times: something polls.",
            used.sleeps
        )
    });
}

/// Polls the future each time it is woken, for this time. Returns how often it was woken.
fn poll_when_woken(
    mut waiting: Pin<&mut impl Future<Output = Result<u32, TimedOut>>>,
    calls: &Arc<Calls>,
    time: Duration,
) -> usize {
    let (begin, mut wakes) = (Instant::now(), 0);
    loop {
        let left = time.saturating_sub(begin.elapsed());
        if left.is_zero() || !calls.come(left) {
            return wakes;
        }
        wakes += 1;
        poll_now(waiting.as_mut(), calls);
    }
}

fn poll_now(waiting: Pin<&mut impl Future<Output = Result<u32, TimedOut>>>, calls: &Arc<Calls>) {
    let polled = poll(waiting, calls);
    assert_eq!(polled, Poll::Pending, "an hour has just begun");
}
