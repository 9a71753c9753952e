//! Threads that may borrow, because they cannot outlive what they borrow.

use std::thread::{self, ScopedJoinHandle};

use common::{Kind, record};
use crossbeam_channel::{Sender, unbounded};

use crate::error::StartError;
use crate::life::{Exit, Life};

/// Starts threads inside a [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    inner: &'scope thread::Scope<'scope, 'env>,
    exits: Sender<Exit>,
}

/// Calls `body`, in which threads can be started that borrow from around the scope, and waits
/// for all of them, without a limit, before it returns.
///
/// This is [`std::thread::scope`]; what is added is that each thread has a name and is recorded,
/// and that its end is recorded as joined where the scope ends.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// let counter = AtomicU32::new(0);
/// threads::scope(|scope| {
///     for number in 1..=10 {
///         scope.start(format!("Thread_{number}"), || counter.fetch_add(1, Ordering::Relaxed))?;
///     }
///     Ok::<(), threads::StartError>(())
/// })?;
/// assert_eq!(counter.into_inner(), 10);
/// # Ok::<(), threads::StartError>(())
/// ```
///
/// # Panics
/// When a thread panicked whose handle nobody joined.
pub fn scope<'env, R>(body: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> R) -> R {
    let (exits, ended) = unbounded();
    let given = thread::scope(|inner| body(&Scope { inner, exits }));
    for Exit { thread, event } in ended {
        record(Kind::Join, "", format_args!("{thread}"), event);
    }
    given
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread of that name which calls `function`, and returns at once.
    ///
    /// The handle is std's. It need not be joined: the end of the scope does that. (A panic
    /// that carries anything but text arrives there as text.)
    ///
    /// # Errors
    /// As [`start`](crate::start()).
    pub fn start<T: Send + 'scope>(
        &self,
        name: impl Into<String>,
        function: impl FnOnce() -> T + Send + 'scope,
    ) -> Result<ScopedJoinHandle<'scope, T>, StartError> {
        let name = name.into();
        let life = Life::new(name.clone(), self.exits.clone())?;
        thread::Builder::new()
            .name(name.clone())
            .spawn_scoped(self.inner, move || life.live(function))
            .map_err(|source| StartError::System {
                thread: name,
                source,
            })
    }
}
