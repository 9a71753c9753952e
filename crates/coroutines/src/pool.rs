//! A pool bounds how many tasks are under way at once.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use common::{EventId, Kind, record};
use smol::lock::{Semaphore, SemaphoreGuardArc};

use crate::joinall::joinall;
use crate::spawn::spawn;
use crate::task::{Task, TaskError};
use crate::timeout::timeout;

/// Tasks of which only so many are under way at once. Clones are the same pool.
///
/// Dropping the pool changes nothing for its tasks: they belong to their handles.
#[derive(Debug, Clone)]
pub struct Pool {
    free: Arc<Semaphore>,
    inside: Rc<Inside>,
}

#[derive(Debug)]
struct Inside {
    tasks: Cell<usize>,
    /// Who waits in `join` for the last one to leave.
    waiting: RefCell<Vec<Waker>>,
    last_release: Cell<EventId>,
}

/// A pool of 0 tasks was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZeroSize;

impl Pool {
    /// A pool in which at most `size` tasks are under way.
    ///
    /// # Errors
    /// [`ZeroSize`] for 0.
    pub fn bounded(size: usize) -> Result<Self, ZeroSize> {
        if size == 0 {
            return Err(ZeroSize);
        }
        Ok(Self::with_slots(size))
    }

    /// A pool that limits nothing, as the notes' `Pool()`: it only counts.
    #[must_use]
    pub fn unbounded() -> Self {
        Self::with_slots(usize::MAX)
    }

    fn with_slots(slots: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(slots)),
            inside: Rc::new(Inside {
                tasks: Cell::new(0),
                waiting: RefCell::new(Vec::new()),
                last_release: Cell::new(EventId::NONE),
            }),
        }
    }

    /// Spawns a task in the pool. While the pool is full the *spawner* waits, until one of its
    /// tasks has ended or was killed.
    pub async fn spawn<T: 'static>(
        &self,
        name: impl Into<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        self.slot().await.spawn(name, future)
    }

    /// Runs `future` as a task in the pool and waits for its result.
    ///
    /// # Errors
    /// When the task panicked.
    pub async fn apply<T: 'static>(
        &self,
        name: impl Into<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Result<T, TaskError> {
        self.spawn(name, future).await.get().await
    }

    /// Calls `work` with each item, as tasks in the pool, waits for all of them and gives the
    /// results in the order of the items. The tasks are called `item 0`, `item 1` and so on.
    ///
    /// What a task returns, be it an error, is its result. Dropping this future kills the tasks.
    ///
    /// # Errors
    /// When a task panicked: the first such in the order of the items. The others have ended.
    pub async fn map<I, T, F>(
        &self,
        items: impl IntoIterator<Item = I>,
        mut work: impl FnMut(I) -> F,
    ) -> Result<Vec<T>, TaskError>
    where
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        let mut tasks = Vec::new();
        for (number, item) in items.into_iter().enumerate() {
            let slot = self.slot().await;
            tasks.push(slot.spawn(format!("item {number}"), work(item)));
        }
        joinall(tasks).await.into_iter().collect()
    }

    /// Waits until no task is in the pool. Whoever waits in [`spawn`](Self::spawn) at that time
    /// is not in it yet.
    pub async fn join(&self) {
        poll_fn(|context| {
            if self.inside.tasks.get() == 0 {
                return Poll::Ready(());
            }
            let mut waiting = self.inside.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Waits likewise, but not longer than `limit`; says whether the pool is empty.
    pub async fn join_timeout(&self, limit: Duration) -> bool {
        timeout(limit, self.join()).await.is_ok()
    }

    /// Waits for room for one task.
    pub(crate) async fn slot(&self) -> Slot {
        if let Some(slot) = self.try_slot() {
            return slot;
        }
        record(Kind::Wait, "pool", format_args!(""), EventId::NONE);
        let permit = self.free.acquire_arc().await;
        self.enter(permit)
    }

    /// Room for one task, if there is some now.
    pub(crate) fn try_slot(&self) -> Option<Slot> {
        let permit = self.free.try_acquire_arc()?;
        Some(self.enter(permit))
    }

    fn enter(&self, permit: SemaphoreGuardArc) -> Slot {
        let cause = self.inside.last_release.get();
        record(Kind::Acquire, "pool", format_args!(""), cause);
        self.inside.tasks.update(|tasks| tasks + 1);
        Slot {
            inside: Rc::clone(&self.inside),
            _permit: permit,
        }
    }
}

/// Room for one task, taken; given back on drop.
pub(crate) struct Slot {
    inside: Rc<Inside>,
    _permit: SemaphoreGuardArc,
}

impl Slot {
    pub(crate) fn spawn<T: 'static>(
        self,
        name: impl Into<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        // The task owns its slot, so the slot is free again however the task ends.
        spawn(name, async move {
            let _slot = self;
            future.await
        })
    }
}

/// Runs before the permit is dropped: the release is stamped before another can enter.
impl Drop for Slot {
    fn drop(&mut self) {
        let release = record(Kind::Release, "pool", format_args!(""), EventId::NONE);
        self.inside.last_release.set(release);
        self.inside.tasks.update(|tasks| tasks - 1);
        if self.inside.tasks.get() == 0 {
            self.inside.waiting.take().into_iter().for_each(Waker::wake);
        }
    }
}

impl fmt::Display for ZeroSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pool of 0 runs no task; give it 1 or more, or use Pool::unbounded()")
    }
}

impl Error for ZeroSize {}
