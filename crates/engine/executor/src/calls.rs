//! Which of several futures were woken.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The calls of several futures, each with a number and a waker of its own, that are polled by one
/// task: so a turn of that task polls those that were woken, however many there are.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Called>>);

#[derive(Debug, Default)]
struct Called {
    numbers: Vec<usize>,
    /// Of the task that polls them.
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

    /// Has the future with that number polled at the next turn: it does not know its waker yet.
    pub fn add(&self, number: usize) {
        self.lock().numbers.push(number);
    }

    /// The numbers of the futures that were woken since the last call of this function, in the order
    /// in which they were. The next one to be woken wakes `waiting`.
    #[must_use]
    pub fn take(&self, waiting: &Waker) -> Vec<usize> {
        let mut called = self.lock();
        called.waiting = Some(waiting.clone());
        mem::take(&mut called.numbers)
    }

    /// Nothing that holds this lock leaves the calls half noted.
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
