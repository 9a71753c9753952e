//! The life of one task, around the future it was made of: its lane in a recording, its end, and
//! a fence against panics.

use std::cell::Cell;
use std::fmt::Display;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use common::{EventId, Kind, Lane, end_of_panic, is_watched, lane, record};

thread_local! {
    /// How many tasks of this thread have ended.
    static ENDED: Cell<u64> = const { Cell::new(0) };
    /// Whether the thread itself ends.
    static IS_THREAD_ENDING: Cell<bool> = const { Cell::new(false) };
}

/// Stands at the end of a task that was ended before it was done.
const KILLED: &str = "killed";

/// The thread ends: a task of it that is polled from now on is killed.
pub(crate) fn end_thread() {
    IS_THREAD_ENDING.set(true);
}

/// Ends the turn of a task or of `run`'s main future: it waits. What it waits for may be on record.
pub(crate) fn suspend() {
    if is_watched() && !lane::waits() {
        record(Kind::Wait, "", format_args!(""), EventId::NONE);
    }
}

/// How a task ended: its value, or what its panic said.
#[derive(Debug)]
pub(crate) struct Ended<T> {
    pub(crate) result: Result<T, String>,
    /// Of two tasks, the one that ended first has the smaller number.
    pub(crate) number: u64,
    pub(crate) exit: EventId,
}

/// The number of the end that happens now.
pub(crate) fn number_of_end() -> u64 {
    ENDED.replace(ENDED.get() + 1)
}

/// A task, as the executor polls it: `work`, and what the task holds until it ends.
pub(crate) struct Live<F, H> {
    // In a box, for two reasons: a wrapper `async` block would have room for `work` twice, as what
    // it captured and as what it awaits; and we need no `unsafe` to poll it.
    work: Option<Pin<Box<F>>>,
    held: Option<H>,
    watched: Option<Box<Watched>>,
}

/// What a task has only while the run is recorded: a million tasks need no million lanes that
/// nobody reads. Unrecorded, a task is on the lane of its thread.
struct Watched {
    /// The task's own lane while it waits; while it runs, the lane it took the place of.
    lane: Lane,
    fork: EventId,
    started: bool,
}

/// Makes a task of `work`, which holds `held` until it ends, in whichever way.
pub(crate) fn live<F, H>(name: &impl Display, work: F, held: H) -> Live<F, H> {
    let watched = is_watched().then(|| {
        Box::new(Watched {
            fork: record(Kind::Fork, "", format_args!("{name}"), EventId::NONE),
            lane: Lane::new(name.to_string()),
            started: false,
        })
    });
    Live {
        work: Some(Box::pin(work)),
        held: Some(held),
        watched,
    }
}

impl<F: Future, H: Unpin> Future for Live<F, H> {
    type Output = Ended<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if IS_THREAD_ENDING.get() {
            self.end(KILLED);
            return Poll::Pending;
        }
        self.swap_lane();
        if let Some(watched) = &mut self.watched {
            if !mem::replace(&mut watched.started, true) {
                record(Kind::Start, "", format_args!(""), watched.fork);
            } else if lane::waits() {
                record(Kind::Resume, "", format_args!(""), EventId::NONE);
            }
        }
        // A future that panicked is not polled again and not looked at, only dropped, so it does
        // not matter in what state the panic left it.
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let polled = self.work.as_mut()?.as_mut().poll(context);
            if polled.is_ready() {
                self.work = None; // Here, since a destructor may panic too.
            }
            Some(polled)
        }));
        if self.watched.is_some() && matches!(polled, Ok(Some(Poll::Pending))) {
            suspend();
        }
        self.swap_lane();
        let result = match polled {
            Ok(Some(Poll::Pending) | None) => return Poll::Pending,
            Ok(Some(Poll::Ready(value))) => Ok(value),
            Err(panic) => Err(end_of_panic(panic)),
        };
        Poll::Ready(Ended {
            result,
            exit: self.end(""),
            number: number_of_end(),
        })
    }
}

impl<F, H> Live<F, H> {
    fn swap_lane(&mut self) {
        if let Some(watched) = &mut self.watched {
            let ours = mem::take(&mut watched.lane);
            watched.lane = lane::replace(ours);
        }
    }

    /// Lets go of all that the task held, on its lane, and only then says that it has ended, and
    /// `how`.
    fn end(&mut self, how: &str) -> EventId {
        self.swap_lane();
        let work = self.work.take();
        // A destructor that panics is the task's own fault: it ends neither the executor, which
        // may be dropping this task, nor the process. The panic is on standard error.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(work))) {
            let _told_there = end_of_panic(panic);
        }
        self.held = None;
        let mut exit = EventId::NONE;
        if self.watched.as_ref().is_some_and(|watched| watched.started) {
            exit = record(Kind::Exit, "", format_args!("{how}"), EventId::NONE);
        }
        self.swap_lane();
        self.watched = None;
        exit
    }
}

/// A task that is killed ends here: the executor drops it.
impl<F, H> Drop for Live<F, H> {
    fn drop(&mut self) {
        if self.held.is_some() {
            self.end(KILLED);
        }
    }
}
