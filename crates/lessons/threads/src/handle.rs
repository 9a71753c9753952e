//! The handle of a thread: 2.1.1, a thread from a function.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use common::{end_of_panic, life}; // `life::` records events in the log.
use explore::primitives::{self, JoinHandle, ThreadId, current}; // std's, or a model checker's.

use crate::end::End;
use crate::error::{JoinError, StartError};
use crate::life::Life;

/// A started thread, which will return a `T`.
///
/// Dropping it blocks, without a limit, until the thread has ended: a program whose main function
/// returns early loses no output. [`join`](Self::join) returns a panic of the thread; after a drop
/// only std's message on standard error reports it. A thread that drops its own handle does not
/// wait for itself.
#[must_use = "dropping it waits for the end of the thread; join it to learn how it ended"]
pub struct Thread<T> {
    name: String,
    end: Arc<End>,
    /// `None` once the thread has been joined: `drop`, which runs then, too, has nothing to wait for.
    handle: Option<JoinHandle<T>>,
}

/// Starts a thread called `name` that calls `function`, and returns at once.
///
/// What the function needs is moved into it. To let it borrow, use [`scope`](crate::scope).
///
/// ```
/// let thread = threads::start("Thread_1", || 6 * 7)?;
/// assert_eq!(thread.join()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`StartError::Name`] for a name with a zero byte, [`StartError::System`] when the system cannot
/// start another thread. The function is then dropped without being called.
pub fn start<T: Send + 'static>(
    name: impl Into<String>,
    function: impl FnOnce() -> T + Send + 'static,
) -> Result<Thread<T>, StartError> {
    let name = name.into();
    // `life` calls the function in the new thread; `end` tells us when that thread has ended.
    let (life, end) = Life::new(&name)?;
    let started = primitives::spawn(name.clone(), move || life.live(function));
    match started {
        Ok(handle) => Ok(Thread {
            name,
            end,
            handle: Some(handle),
        }),
        Err(source) => Err(StartError::System {
            thread: name,
            source,
        }),
    }
}

impl<T> Thread<T> {
    /// The name the thread was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the thread, which no other thread of this process has or has had.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        self.running().thread().id()
    }

    /// Whether the thread still runs: its function, or afterwards a destructor of a thread-local.
    /// Does not block. Once it has returned `false`, a join returns almost at once.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.end.event().is_none()
    }

    /// Blocks, without a limit, until the thread has ended, and returns its function's value.
    ///
    /// # Errors
    /// [`JoinError::Panicked`] with the text of the panic; [`JoinError::Itself`], at once, when
    /// a thread joins itself (it then goes on without a handle).
    pub fn join(mut self) -> Result<T, JoinError> {
        self.recorded_finish()
    }

    /// Joins, but blocks for `limit` at most: the outer result is the handle if the thread still
    /// runs then, the inner one is the result of [`join`](Self::join).
    ///
    /// # Errors
    /// The handle, if the thread still runs; dropping it blocks without a limit.
    pub fn join_timeout(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let waits = !self.is_current() && self.is_alive();
        if waits {
            life::waits_for_a_time(&self.name);
        }
        let joined = self.join_within(limit);
        if let (true, Err(thread)) = (waits, &joined) {
            life::gives_up(&thread.name);
        }
        joined
    }

    /// Joins if the thread ends within `limit`, or is the calling thread; otherwise returns the handle.
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }

    fn running(&self) -> &JoinHandle<T> {
        let handle = self.handle.as_ref();
        handle.expect("a handle that was joined is gone, so it cannot be asked")
    }

    fn is_current(&self) -> bool {
        self.id() == current().id()
    }

    /// Joins the thread, and records the wait and the join.
    fn recorded_finish(&mut self) -> Result<T, JoinError> {
        let is_current = self.is_current();
        if !is_current && self.is_alive() {
            life::waits_for(&self.name);
        }
        let handle = self.handle.take();
        let handle = handle.expect("join takes the thread by value, and drop looks first");
        let ended = Self::finish(&self.name, handle);
        // Looks without waiting: `finish` has done the waiting.
        if let (false, Some(exit)) = (is_current, self.end.event()) {
            life::joins(&self.name, exit);
        }
        ended
    }

    /// The join itself, unless the thread joins itself; its callers record it.
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        let ended = handle.join();
        ended.map_err(|panic| JoinError::panicked(name, &*panic))
    }

    /// Joins the thread of a handle that is dropped and was not joined, and ignores the result.
    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        if self.handle.is_some() {
            // The thread's value is dropped here, and its destructor may panic. If the handle is dropped
            // during another panic, a second one would end the process.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.let_go())) {
                let _reported_by_its_hook = end_of_panic(panic);
            }
        }
    }
}

impl<T> fmt::Debug for Thread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
