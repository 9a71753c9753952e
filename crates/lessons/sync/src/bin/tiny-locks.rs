//! 2.2 with the three locks of `src/tiny.rs`: what is inside a lock, a semaphore and an RLock.
//!
//! Try: let `RLock::acquire` wait even if its own thread holds the lock: the program hangs, because
//! a thread waits for itself.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use common::{pause, say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::tiny::{Lock, RLock, Semaphore};
use threads::{StartError, scope};

fn main() -> ExitCode {
    let about = "2.2 Lock, semaphore and RLock on a mutex and a condition variable";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

/// A shared number. Its addition is a read and a write, which a lock has to keep together.
#[derive(Default)]
struct Number(AtomicU32);

impl Number {
    fn add_1(&self) {
        self.0.store(self.0.load(Relaxed) + 1, Relaxed);
    }
}

fn story() -> StoryResult {
    let (lock, rlock, places) = (Lock::default(), RLock::default(), Semaphore::new(2));
    let (by_lock, by_rlock) = (Number::default(), Number::default());
    scope(|scope| {
        for thread in 1..=3 {
            scope.start(format!("Thread_{thread}"), || {
                add_1000(&lock, &by_lock);
                add_1000_twice_locked(&rlock, &by_rlock);
                visit(&places);
            })?;
        }
        Ok::<(), StartError>(())
    })?;
    let [lock, rlock] = [by_lock, by_rlock].map(|number| number.0.into_inner());
    say!("Lock:{lock} of 3000, RLock:{rlock} of 3000");
    Ok(())
}

fn add_1000(lock: &Lock, number: &Number) {
    for _ in 0..1000 {
        lock.acquire();
        number.add_1();
        lock.release();
    }
}

fn add_1000_twice_locked(lock: &RLock, number: &Number) {
    for _ in 0..1000 {
        lock.acquire();
        lock.acquire();
        number.add_1();
        lock.release();
        lock.release();
    }
}

/// Visits a place that has room for two threads at a time.
fn visit(places: &Semaphore) {
    places.acquire();
    say!("{} is in", thread_name());
    pause(Duration::from_millis(200));
    say!("{} goes out", thread_name());
    places.release();
}
