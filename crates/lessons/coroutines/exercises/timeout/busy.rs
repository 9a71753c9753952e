//! A future that is never quiet is given up, too.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

use check::fault;
use coroutines::{TimedOut, run, spawn, timeout, yield_now};

use crate::SOON;

/// A future that wakes itself at each poll, as one does that yields in a loop. Another task has turns
/// meanwhile.
pub(crate) fn busy() {
    let limit = Duration::from_millis(50);
    let turns = Rc::new(Cell::new(0));
    let its = Rc::clone(&turns);
    let timed = run(async {
        let _another = spawn("another task", async move {
            loop {
                its.update(|turns| turns + 1);
                yield_now().await;
            }
        });
        let begin = Instant::now();
        let never_quiet = poll_fn(|context| {
            // Only the future itself can end a body that polls it forever.
            if begin.elapsed() > limit + SOON {
                never_given_up(limit, turns.get());
            }
            context.waker().wake_by_ref();
            Poll::<u32>::Pending
        });
        timeout(limit, never_quiet).await
    });
    assert_eq!(
        timed,
        Err(TimedOut { limit }),
        "after {limit:?}, a future that wakes itself at each poll"
    );
    assert!(
        turns.get() > 0,
        "a future that wakes itself at each poll was waited for, and no other task had a turn"
    );
}

fn never_given_up(limit: Duration, turns: usize) -> ! {
    let said = match turns {
        0 => "it is polled again and again in one turn, and no other task has a turn",
        _ => "other tasks have turns, but nothing looks whether the time is over",
    };
    fault(format!(
        "A future wakes itself at each poll, as one does that yields in a loop. After {limit:?} it should be \
         given up, but {SOON:?} later it is still polled: {said}."
    ))
}
