//! The life of one task, around the future that it was made of: its end, its lane in a recording,
//! and a fence against panics.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use common::{EventId, TaskLane, drop_fenced, end_of_panic, life};

thread_local! {
    /// How many tasks of this thread have ended.
    static ENDED: Cell<u64> = const { Cell::new(0) };
    /// Whether the thread itself is ending.
    static IS_THREAD_ENDING: Cell<bool> = const { Cell::new(false) };
}

/// Marks that the thread ends: a task of it that is polled from now on is killed.
pub(crate) fn end_thread() {
    IS_THREAD_ENDING.set(true);
}

/// How a task ended: its value, or the text of its panic.
#[derive(Debug)]
pub struct Ended<T> {
    /// Its value, or the text of its panic.
    pub result: Returned<T>,
    /// Of two tasks of a thread, the one that ended first has the smaller number.
    pub number: u64,
    /// The event of its end.
    pub exit: EventId,
}

/// What a task has returned, for its handle. If no handle takes it, the executor drops it, and a panic of
/// its destructor must end neither the executor nor the process.
#[derive(Debug)]
pub struct Returned<T>(Option<Result<T, String>>);

impl<T> Returned<T> {
    /// Takes it.
    ///
    /// # Errors
    /// The text of the task's panic.
    ///
    /// # Panics
    /// Never: this consumes the only place that it is in.
    pub fn take(mut self) -> Result<T, String> {
        self.0.take().expect("it was not taken")
    }
}

impl<T> Drop for Returned<T> {
    fn drop(&mut self) {
        drop_fenced(self.0.take());
    }
}

/// Returns the number for an end that happens now.
#[inline]
#[must_use]
pub fn number_of_end() -> u64 {
    ENDED.replace(ENDED.get() + 1)
}

/// A task, as the executor polls it: `work`, and a value that the task holds until it ends.
pub(crate) struct Live<F, H> {
    // In a box, for two reasons: a wrapper `async` block would have room for `work` twice, as what
    // it captured and as what it awaits; and we need no `unsafe` to poll it.
    work: Option<Pin<Box<F>>>,
    held: Option<H>,
    lane: TaskLane,
}

/// Makes a task of `work`, which holds `held` until it ends, however it ends.
pub(crate) fn live<F, H>(name: &impl Display, work: F, held: H) -> Live<F, H> {
    Live {
        work: Some(Box::pin(work)),
        held: Some(held),
        lane: TaskLane::new(name),
    }
}

impl<F: Future, H: Unpin> Future for Live<F, H> {
    type Output = Ended<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if IS_THREAD_ENDING.get() {
            self.end(life::is_killed);
            return Poll::Pending;
        }
        let Self { work, lane, .. } = &mut *self;
        let polled = lane.turn(|| poll_fenced(work, context));
        polled.map(|result| Ended {
            result: Returned(Some(result)),
            exit: self.end(life::exits),
            number: number_of_end(),
        })
    }
}

/// Polls `work`; a panic becomes its result. A future that has panicked is only dropped, and never
/// polled or read again, so its state after the panic does not matter.
fn poll_fenced<F: Future>(
    work: &mut Option<Pin<Box<F>>>,
    context: &mut Context<'_>,
) -> Poll<Result<F::Output, String>> {
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let Some(future) = work else {
            return Poll::Pending;
        };
        let polled = future.as_mut().poll(context);
        if polled.is_ready() {
            *work = None; // Here, since a destructor may panic too.
        }
        polled
    }));
    match polled {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(end_of_panic(panic))),
    }
}

impl<F, H> Live<F, H> {
    /// Drops all that the task held, and only then records its end.
    fn end(&mut self, exit: fn() -> EventId) -> EventId {
        let Self { work, held, lane } = self;
        let let_go = || {
            // A destructor that panics affects the task alone, and not the executor, which may be
            // dropping this task.
            drop_fenced(work.take());
            *held = None;
        };
        lane.ends(let_go, exit)
    }
}

/// A task that is killed ends here, where the executor drops it.
impl<F, H> Drop for Live<F, H> {
    fn drop(&mut self) {
        if self.held.is_some() {
            self.end(life::is_killed);
        }
    }
}
