//! Threads for calls that block, so that a task can wait for one.
//!
//! smol has such threads, too. But if the system refuses another one, smol tries again without an
//! end (blocking 1.7, `grow_pool`), and meanwhile no task of the program goes on. Here the existing
//! threads do the work, and if there is none the caller receives an error.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use smol::channel::{Sender, bounded};

/// The same maximum as smol's.
const MOST: usize = 500;

type Call = Box<dyn FnOnce() + Send>;

struct Threads {
    /// Calls that no thread has begun.
    waiting: VecDeque<Call>,
    /// How many threads there are. A thread that finds no call ends.
    running: usize,
}

static THREADS: Mutex<Threads> = Mutex::new(Threads {
    waiting: VecDeque::new(),
    running: 0,
});

/// Calls `work` on a thread that may block, and returns its result. The calling task waits, its
/// thread does not. A task that is killed meanwhile ends at once; a call that has begun goes on to its
/// end, and one that has not is not made.
///
/// # Errors
/// When the system has no thread for it, and no thread exists that could do it later.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, result) = bounded(1);
    give(Box::new(move || make(work, &sender)))?;
    match result.recv().await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(panic)) => resume_unwind(panic),
        // Each call that is queued is made while its task waits, and sends its result.
        Err(closed) => Err(io::Error::other(closed)),
    }
}

/// Makes the call, unless its task has gone meanwhile.
fn make<T>(work: impl FnOnce() -> T, sender: &Sender<thread::Result<T>>) {
    if !sender.is_closed() {
        // There is room for the result; and a task that was killed does not need it.
        let _has_gone = sender.try_send(catch_unwind(AssertUnwindSafe(work)));
    }
}

fn give(call: Call) -> io::Result<()> {
    let mut threads = threads();
    if threads.running < MOST {
        match thread::Builder::new().spawn(make_calls) {
            Ok(_) => threads.running += 1,
            // One of the threads at work will do it.
            Err(_) if threads.running > 0 => {}
            Err(error) => return Err(error),
        }
    }
    threads.waiting.push_back(call);
    Ok(())
}

fn make_calls() {
    while let Some(call) = next_call() {
        call();
    }
}

/// The next call; or `None`, and then the calling thread is no longer counted.
fn next_call() -> Option<Call> {
    let mut threads = threads();
    let call = threads.waiting.pop_front();
    if call.is_none() {
        threads.running -= 1;
    }
    call
}

fn threads() -> MutexGuard<'static, Threads> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_whose_task_has_gone_is_not_made() {
        let (sender, result) = bounded(1);
        make(|| 7, &sender);
        assert!(matches!(result.try_recv(), Ok(Ok(7))));
        drop(result);
        let mut is_made = false;
        make(|| i32::from(std::mem::replace(&mut is_made, true)), &sender);
        assert!(!is_made);
    }
}
