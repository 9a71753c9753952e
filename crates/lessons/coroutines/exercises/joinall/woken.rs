//! A join that one task has polled may go on in another task: the next end of a task must wake that one.

use std::fmt::Debug;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use check::{Fault, Verdict};
use coroutines::{try_joinall, yield_now};
use smol::stream::StreamExt;

use crate::stream::{channels, results};
use crate::told::{Ends, Told, end, to_the_end};

/// How many turns all tasks have after one of them has ended: another task may pass the wake-up on.
const TURNS: usize = 100;

/// The number of tasks, of which the first one ends, or the last one.
const TASKS: usize = 3;

pub(crate) fn woken() {
    for number in [0, TASKS - 1] {
        to_the_end(async {
            let Told { tasks, words } = Told::plain(TASKS);
            let joining = pin!(try_joinall(tasks));
            let ends = end(&words, number, Ends::WithError);
            expect_woken("try_joinall", joining, ends).await;
        });
        to_the_end(async {
            let (words, heard) = channels(TASKS);
            let mut results = results(heard);
            let next = pin!(results.next());
            let ends = end(&words, number, Ends::Well);
            expect_woken("the stream of imap_unordered", next, ends).await;
        });
    }
}

/// Polls `waiting` with the wakers of two tasks, one after the other, and then lets one of its tasks end by
/// `ends`. Checks that this wakes the second waker.
async fn expect_woken<F>(who: &str, mut waiting: Pin<&mut F>, ends: impl Future<Output = ()>)
where
    F: Future<Output: Debug>,
{
    let woken = Arc::new(Woken::default());
    for waker in [Waker::noop().clone(), Waker::from(Arc::clone(&woken))] {
        let polled = waiting.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(
            polled.is_pending(),
            "no task has ended, but {who} has returned {polled:?}"
        );
        // The tasks have a turn.
        yield_now().await;
    }
    ends.await;
    for _ in 0..TURNS {
        yield_now().await;
    }
    if !woken.0.load(Ordering::SeqCst) {
        let said = format!(
            "One task has polled {who}, and then another one. The end of a task should wake the one that has \
             polled last, but it does not: it would wait forever."
        );
        Fault::of(Verdict::Deadlock, said).raise();
    }
}

/// A waker that records whether it was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
