//! Records which of several futures were woken.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The wake-ups of several futures that one task polls. Each has a number and a waker of its own:
/// so a turn of the task polls only the futures that were woken, and not all of them.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Called>>);

#[derive(Debug, Default)]
struct Called {
    numbers: Vec<usize>,
    /// The waker of the task that polls them.
    waiting: Option<Waker>,
}

struct Call {
    number: usize,
    calls: Calls,
}

impl Calls {
    /// The waker of the future with that number.
    #[must_use]
    pub fn waker(&self, number: usize) -> Waker {
        let calls = self.clone();
        Waker::from(Arc::new(Call { number, calls }))
    }

    /// Marks the future with that number to be polled at the next turn, since it has no waker yet.
    pub fn add(&self, number: usize) {
        self.lock().numbers.push(number);
    }

    /// Returns the numbers of the futures that were woken since the last call, in that order. The
    /// next future to be woken wakes `waiting`.
    #[must_use]
    pub fn take(&self, waiting: &Waker) -> Vec<usize> {
        let mut called = self.lock();
        called.waiting = Some(waiting.clone());
        mem::take(&mut called.numbers)
    }

    /// No holder of this lock leaves the list half changed, even if it panics.
    fn lock(&self) -> MutexGuard<'_, Called> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        let mut called = self.calls.lock();
        called.numbers.push(self.number);
        let waiting = called.waiting.take();
        drop(called);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }
}
