//! The handle of a thread: 2.1.1, a thread from a function.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use common::{EventId, Kind, record};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::error::{JoinError, StartError};
use crate::life::{Exit, Life};

/// A started thread, which will give a `T`.
///
/// Dropping it waits, without a limit, until the thread has ended: a program whose main
/// function returns early loses no output. A panic of the thread is then told only by what std
/// wrote on standard error; whoever wants to know calls [`join`](Self::join). A thread that
/// drops its own handle does not wait for itself.
#[must_use = "dropping it waits for the end of the thread; join it to learn how it ended"]
pub struct Thread<T> {
    name: String,
    exits: Receiver<Exit>,
    /// The event of the end, once it is known.
    exit: Option<EventId>,
    // Empty only inside `finish` and behind it.
    handle: Option<JoinHandle<T>>,
}

/// Starts a thread of that name which calls `function`, and returns at once.
///
/// What the function needs is moved into it. To lend it something, use [`scope`](crate::scope).
///
/// ```
/// let thread = threads::start("Thread_1", || 6 * 7)?;
/// assert_eq!(thread.join()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`StartError::Name`] for a name with a zero byte, [`StartError::System`] when the system has
/// no room for another thread. The function is then dropped without a call.
pub fn start<T: Send + 'static>(
    name: impl Into<String>,
    function: impl FnOnce() -> T + Send + 'static,
) -> Result<Thread<T>, StartError> {
    let name = name.into();
    let (exit_sender, exits) = bounded(1);
    let life = Life::new(name.clone(), exit_sender)?;
    let handle = thread::Builder::new()
        .name(name.clone())
        .spawn(move || life.live(function))
        .map_err(|source| StartError::System {
            thread: name.clone(),
            source,
        })?;
    Ok(Thread {
        name,
        exits,
        exit: None,
        handle: Some(handle),
    })
}

/// The same with a name that nobody had to choose: `Thread-1`, `Thread-2`, and so on.
///
/// # Errors
/// As [`start`].
pub fn spawn<T: Send + 'static>(
    function: impl FnOnce() -> T + Send + 'static,
) -> Result<Thread<T>, StartError> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    start(format!("Thread-{number}"), function)
}

impl<T> Thread<T> {
    /// The name the thread was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the thread, different from that of any other thread of this process, also of
    /// those that have ended.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        self.running().thread().id()
    }

    /// Whether the thread still runs: its function, or after it the destructor of a thread-local.
    /// Does not wait; `false` means that a join will not wait.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.exit.is_none() && self.exits.is_empty()
    }

    /// Waits until the thread has ended, however long that takes, and gives what its function
    /// returned.
    ///
    /// # Errors
    /// [`JoinError::Panicked`] with the text of the panic; [`JoinError::Itself`], at once, when
    /// a thread joins itself (it then goes on without a handle).
    pub fn join(mut self) -> Result<T, JoinError> {
        self.finish()
    }

    /// The same, but waits no longer than `limit`: the outer result tells whether that was
    /// enough, the inner one how the thread ended.
    ///
    /// # Errors
    /// The handle, when the thread still runs; dropping it waits without a limit.
    pub fn join_timeout(mut self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if !self.is_current() && self.is_alive() {
            self.note(Kind::WaitLimit);
            match self.exits.recv_timeout(limit) {
                Err(RecvTimeoutError::Timeout) => {
                    self.note(Kind::GiveUp);
                    return Err(self);
                }
                // Cannot happen before the end of the thread, which then needs no news.
                Err(RecvTimeoutError::Disconnected) => {}
                Ok(exit) => self.exit = Some(exit.event),
            }
        }
        Ok(self.finish())
    }

    fn is_current(&self) -> bool {
        self.id() == thread::current().id()
    }

    fn running(&self) -> &JoinHandle<T> {
        let handle = self.handle.as_ref();
        handle.expect("a handle that was joined is gone, so nobody can ask it")
    }

    /// What this thread does about the other one.
    fn note(&self, kind: Kind) {
        record(kind, "", format_args!("{}", self.name), EventId::NONE);
    }

    /// Joins; comes once, from `join` or else from `drop`.
    fn finish(&mut self) -> Result<T, JoinError> {
        let itself = self.is_current();
        let handle = self.handle.take();
        let handle = handle.expect("join takes the thread by value, and drop looks first");
        if itself {
            let thread = self.name.clone();
            return Err(JoinError::Itself { thread });
        }
        if self.is_alive() {
            self.note(Kind::Wait);
        }
        let ended = handle.join();
        // The news was sent before the thread ended, so here it has arrived.
        let news = self.exits.try_recv().map(|exit| exit.event).ok();
        let exit = self.exit.or(news).unwrap_or(EventId::NONE);
        record(Kind::Join, "", format_args!("{}", self.name), exit);
        ended.map_err(|panic| JoinError::panicked(&self.name, &*panic))
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        if self.handle.is_some() {
            let _nobody_asked = self.finish();
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
