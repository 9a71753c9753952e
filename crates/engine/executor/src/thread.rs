//! The executor of a thread.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use async_executor::StaticLocalExecutor;
use common::life;
use smol::Task;
use smol::future::yield_now;

use crate::calls::Calls;
use crate::live::{Ended, end_thread, live};
use crate::start::start;

thread_local! {
    /// One for each thread: its tasks take turns on that thread and never leave it, so they may
    /// share an `Rc`.
    static EXECUTOR: Own = Own(Box::leak(Box::default()));
}

/// The executor of a thread.
///
/// It is leaked, some hundred bytes per thread: an executor that can be dropped has to keep a list
/// of its tasks, which takes a third of the time of a spawn.
struct Own(&'static StaticLocalExecutor);

/// At the end of the thread all handles are gone, so the tasks still here were killed, and only
/// have to be dropped. (A task whose handle was leaked could take turns without an end; it is
/// killed here, at its next turn.)
impl Drop for Own {
    fn drop(&mut self) {
        end_thread();
        while self.0.try_tick() {}
    }
}

/// Makes a task of `future` on the calling thread, which runs when the thread is in [`block_on`].
/// The task holds `held` until it ends, however it ends. Dropping the handle kills it.
pub fn spawn<T: 'static>(
    name: &impl Display,
    future: impl Future<Output = T> + 'static,
    held: impl Unpin + 'static,
) -> Task<Ended<T>> {
    let life = live(name, future, held);
    EXECUTOR.with(|own| own.0.spawn(life))
}

/// Blocks the thread until `main` is done, and lets the tasks of the thread run while it waits.
///
/// # Panics
/// When `main` panics, or the system has no thread or descriptor left to wait with.
pub fn block_on<T>(main: impl Future<Output = T>) -> T {
    if let Err(error) = start() {
        panic!("{error}");
    }
    let main = async {
        let result = in_turns(main).await;
        // Up to 200 more turns of tasks: those that `main` killed at its very end drop their values.
        yield_now().await;
        result
    };
    smol::block_on(EXECUTOR.with(|own| own.0).run(main))
}

/// Polls `main` only when it was woken. smol's executor polls it whenever the thread was woken.
async fn in_turns<T>(main: impl Future<Output = T>) -> T {
    let mut main = pin!(main);
    let calls = Calls::default();
    calls.add(0);
    let waker = calls.waker(0);
    poll_fn(|context| {
        if calls.take(context.waker()).is_empty() {
            return Poll::Pending;
        }
        life::resumes();
        let polled = main.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_pending() {
            life::suspends();
        }
        polled
    })
    .await
}
