//! Threads that may borrow, because they end before what they borrow.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Result as Joined;

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

/// The threads of a scope that have not been joined yet, in the order in which they were started.
type Started = Mutex<Vec<Unjoined>>;

/// The name of an unjoined thread, and the record of its end.
#[derive(Debug)]
struct Unjoined {
    name: String,
    end: Arc<End>,
}

/// Calls `body`, which can start threads that borrow from outside the scope, and blocks, without a
/// limit, until all of them have ended.
///
/// This is [`std::thread::scope`], except that each thread has a name and is recorded, and that the
/// end of the scope also waits for the destructors of thread-locals.
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
/// When a thread has panicked and its handle was not joined.
pub fn scope<'env, R>(body: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> R) -> R {
    let all = JoinsAll::default();
    primitives::scope(|inner| {
        let started = Arc::clone(&all.0);
        let returned = body(&Scope { inner, started });
        all.record_wait();
        returned
    })
}

/// Records the joins of a scope when it is dropped, after the scope, even if the body panicked.
#[derive(Default)]
struct JoinsAll(Arc<Started>);

impl JoinsAll {
    /// Records the wait at the end of the scope, if a thread of it still runs.
    fn record_wait(&self) {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if left.iter().any(|one| one.end.event().is_none()) {
            life::waits_for("all of its scope");
        }
    }
}

impl Drop for JoinsAll {
    fn drop(&mut self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Unjoined { name, end } in left.drain(..) {
            // std's scope does not wait for the destructors of thread-locals, so this waits for them.
            life::joins(name, end.wait());
        }
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread of that name which calls `function`, and returns at once.
    ///
    /// The handle need not be joined: the end of the scope does that. (A panic whose payload is not
    /// text reaches the scope as text.)
    ///
    /// # Errors
    /// Those of [`start`](crate::start()).
    pub fn start<T: Send + 'scope>(
        &self,
        name: impl Into<String>,
        function: impl FnOnce() -> T + Send + 'scope,
    ) -> Result<ScopedThread<'scope, T>, StartError> {
        let name = name.into();
        let (life, end) = Life::new(&name)?;
        let thread = primitives::spawn_scoped(self.inner, name.clone(), || life.live(function));
        match thread {
            Ok(handle) => {
                let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
                let end_of_it = Arc::clone(&end);
                started.push(Unjoined { name, end });
                Ok(ScopedThread {
                    handle,
                    end: end_of_it,
                    started: Arc::clone(&self.started),
                })
            }
            Err(source) => Err(StartError::System {
                thread: name,
                source,
            }),
        }
    }
}

/// A thread of a scope, which can be joined before the scope ends. Drop does nothing.
#[derive(Debug)]
pub struct ScopedThread<'scope, T> {
    handle: ScopedJoinHandle<'scope, T>,
    end: Arc<End>,
    started: Arc<Started>,
}

impl<T> ScopedThread<'_, T> {
    /// Blocks, without a limit, until the thread has ended, and returns what its function returned.
    ///
    /// # Errors
    /// As std's `join`: the payload of the panic with which the thread ended.
    pub fn join(self) -> Joined<T> {
        let started = || self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this = |other: &mut Unjoined| Arc::ptr_eq(&other.end, &self.end);
        let this = started().extract_if(.., is_this).next();
        let Some(this) = this else {
            return self.handle.join();
        };
        if self.end.event().is_none() {
            life::waits_for(&this.name);
        }
        let joined = self.handle.join();
        // Looks without waiting: std has waited for the thread's function.
        match self.end.event() {
            Some(exit) => life::joins(this.name, exit),
            None => started().push(this),
        }
        joined
    }
}
