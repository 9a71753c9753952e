//! Records which of several futures were woken.

use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The wake-ups of several futures that one task polls. Each has a number and a waker of its own:
/// so a turn of the task polls only the futures that were woken, and not all of them.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Called>>);

#[derive(Debug, Default)]
struct Called {
    numbers: Vec<usize>,
    /// How many turns the task has had.
    turn: u64,
    /// The waker of the task that polls them.
    waiting: Option<Waker>,
}

struct Call {
    number: usize,
    /// The turn for which it was last marked. Read and written under the lock of `calls`.
    turn: AtomicU64,
    calls: Calls,
}

impl Calls {
    /// The waker of the future with that number.
    #[must_use]
    pub fn waker(&self, number: usize) -> Waker {
        let calls = self.clone();
        let turn = AtomicU64::new(u64::MAX);
        Waker::from(Arc::new(Call {
            number,
            turn,
            calls,
        }))
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
        called.turn += 1;
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
        // Once for a turn, however often it is woken before: it is polled once.
        if self.turn.swap(called.turn, Ordering::Relaxed) != called.turn {
            called.numbers.push(self.number);
        }
        let waiting = called.waiting.take();
        drop(called);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_million_wakes_before_a_turn_leave_one_entry() {
        let calls = Calls::default();
        let waker = calls.waker(7);
        for _turn in 0..2 {
            thread::scope(|scope| {
                scope.spawn(|| (0..1_000_000).for_each(|_| waker.wake_by_ref()));
            });
            let numbers = calls.take(Waker::noop());
            assert_eq!((numbers[0], numbers.len()), (7, 1));
        }
        assert!(calls.take(Waker::noop()).is_empty());
    }
}
