//! The life of one task, around the future it was made of: its lane, its start and its end,
//! and a fence against panics.

use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Instant;

use common::{EventId, Kind, Lane, is_recording, lane, panic_text, record};

use crate::task::{Ended, TaskError};

/// Runs `work` on the lane `name` until it is done or panics; `fork` is the spawner's event.
pub(crate) async fn live<T>(
    name: Rc<str>,
    fork: EventId,
    work: impl Future<Output = T>,
) -> Ended<T> {
    // Declared before `work`, so dropped after it: a killed task exits when all it held is gone.
    let mut life = Life::begin(&name, fork);
    let mut work = pin!(work);
    let polled = poll_fn(|context| {
        // A future that panicked is not polled again and not looked at, only dropped, so it
        // does not matter in what state the panic left it.
        let poll = || catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        match life.on_lane(poll) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic_text(&*panic))),
        }
    });
    let result = polled.await.map_err(|message| TaskError::Panicked {
        task: name.to_string(),
        message,
    });
    Ended {
        result,
        at: Instant::now(),
        exit: life.end(),
    }
}

/// From the first poll of a task to its end, whichever end it is.
struct Life {
    /// The task's own lane while it waits; while it runs, the lane it took the place of.
    lane: Lane,
    ended: bool,
}

impl Life {
    fn begin(name: &str, fork: EventId) -> Self {
        let mut life = Self {
            lane: Lane::new(name),
            ended: false,
        };
        life.on_lane(|| record(Kind::Start, "", format_args!(""), fork));
        life
    }

    /// Calls `act`, which must not panic, on the task's lane.
    fn on_lane<R>(&mut self, act: impl FnOnce() -> R) -> R {
        self.swap();
        let result = act();
        self.swap();
        result
    }

    fn swap(&mut self) {
        let ours = mem::replace(&mut self.lane, Lane::new(""));
        self.lane = lane::replace(ours);
    }

    fn end(&mut self) -> EventId {
        self.ended = true;
        self.on_lane(|| record(Kind::Exit, "", format_args!(""), EventId::NONE))
    }
}

/// A task that is killed ends here: the executor drops it.
impl Drop for Life {
    fn drop(&mut self) {
        if !self.ended && is_recording() {
            self.end();
        }
    }
}
