//! 2.2 on three locks of one file, `src/tiny.rs`: what is inside a lock, a semaphore and an RLock.
//!
//! Try: in `RLock::acquire` wait while it is held at all: the program hangs, as a thread waits for
//! itself.

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

/// Atomic only to be shared: a change is a read and a write, which a lock keeps together.
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

/// Two threads at a time.
fn visit(places: &Semaphore) {
    places.acquire();
    say!("{} is in", thread_name());
    pause(Duration::from_millis(200));
    say!("{} goes out", thread_name());
    places.release();
}
