//! Threads that may borrow, because they cannot outlive what they borrow.

use std::sync::{Arc, Mutex, PoisonError};

use common::life;
use explore::primitives::{self, ScopedJoinHandle};

use crate::end::End;
use crate::error::StartError;
use crate::life::Life;

/// Starts threads inside a [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    inner: &'scope primitives::Scope<'scope, 'env>,
    started: Arc<Started>,
}

/// The threads of a scope, by name, in the order in which they were started.
type Started = Mutex<Vec<(String, Arc<End>)>>;

/// Calls `body`, in which threads can be started that borrow from around the scope, and blocks,
/// without a limit, until all of them have ended.
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
/// When a thread panicked whose handle was not joined.
pub fn scope<'env, R>(body: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> R) -> R {
    let all = JoinsAll::default();
    primitives::scope(|inner| {
        let started = Arc::clone(&all.0);
        body(&Scope { inner, started })
    })
}

/// Records the joins of a scope when it is dropped: also when the scope panics.
#[derive(Default)]
struct JoinsAll(Arc<Started>);

impl Drop for JoinsAll {
    fn drop(&mut self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, end) in all.drain(..) {
            // std's scope does not wait for destructors of thread-locals.
            life::joins(name, end.wait());
        }
    }
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
        let (life, end) = Life::new(&name)?;
        let thread = primitives::spawn_scoped(self.inner, name.clone(), || life.live(function));
        match thread {
            Ok(thread) => {
                let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
                started.push((name, end));
                Ok(thread)
            }
            Err(source) => Err(StartError::System {
                thread: name,
                source,
            }),
        }
    }
}
