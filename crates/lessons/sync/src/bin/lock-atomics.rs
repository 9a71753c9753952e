//! 2.2 by hand: a lock is one atomic integer. One lock spins until it is free, one sleeps (futex).
//!
//! Missing here: a guard (an early return or a panic leaves the lock taken), an owner (any thread
//! may release it, and one that takes it twice waits for itself), a timeout. Next: `src/tiny.rs`.
//!
//! Try: write `HELD` for `AWAITED` in both lines of the loop in `sleep_until_free`. `release` then
//! sees no sleeper, and some thread may never be woken (Ctrl-C).

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use common::say;
use lesson::Lesson;
use nix::libc;
use threads::{StartError, scope};

const FREE: u32 = 0;
const HELD: u32 = 1;
const AWAITED: u32 = 2; // Held, and a thread may sleep.

fn main() -> ExitCode {
    let about = "2.2 Lock on one atomic integer: spinning, and sleeping by futex(2)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(|| {
        say!("Spinning:{} of 3000", count(spin_until_free)?);
        say!("Sleeping:{} of 3000", count(sleep_until_free)?);
        Ok(())
    })
}

/// Counts to 3000 in three threads. Each adds by a read and a write, which the lock keeps together.
fn count(acquire: fn(&AtomicU32)) -> Result<u32, StartError> {
    let (lock, number) = (AtomicU32::new(FREE), AtomicU32::new(0));
    let add_1000 = || {
        for _ in 0..1000 {
            acquire(&lock);
            number.store(number.load(Relaxed) + 1, Relaxed);
            release(&lock);
        }
    };
    scope(|scope| {
        for n in 1..=3 {
            scope.start(format!("Thread_{n}"), add_1000)?;
        }
        Ok::<(), StartError>(())
    })?;
    Ok(number.into_inner())
}

/// Acquire: this owner sees what the last one did before its Release.
fn spin_until_free(lock: &AtomicU32) {
    while lock.swap(HELD, Acquire) != FREE {
        std::thread::yield_now();
    }
}

fn sleep_until_free(lock: &AtomicU32) {
    if lock.compare_exchange(FREE, HELD, Acquire, Relaxed).is_err() {
        // AWAITED, not HELD: others may still sleep, and our release wakes one only if it sees this mark. (If
        // none sleeps, it wakes none.) In a loop: another thread may take the lock before a woken one.
        while lock.swap(AWAITED, Acquire) != FREE {
            futex(lock, libc::FUTEX_WAIT, AWAITED);
        }
    }
}

/// Releases the lock and wakes one sleeper. (A lock that spins is never `AWAITED`.)
fn release(lock: &AtomicU32) {
    if lock.swap(FREE, Release) == AWAITED {
        futex(lock, libc::FUTEX_WAKE, 1);
    }
}

/// `FUTEX_WAIT` sleeps only if the integer is still `value`, so no wake-up is lost before the sleep.
fn futex(lock: &AtomicU32, operation: i32, value: u32) {
    let no_limit = std::ptr::null::<libc::timespec>();
    // SAFETY: the integer is alive, and the kernel only reads it.
    unsafe { libc::syscall(libc::SYS_futex, lock.as_ptr(), operation, value, no_limit) };
}
