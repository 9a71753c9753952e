//! The executor of a thread: `spawn` puts a task into it, `run` gives it the thread.

use std::rc::Rc;

use common::{EventId, Kind, record};
use smol::LocalExecutor;
use smol::future::yield_now;

use crate::live::live;
use crate::task::Task;

thread_local! {
    /// One for each thread: its tasks take turns on that thread and never leave it, so they
    /// may share an `Rc`.
    static EXECUTOR: LocalExecutor<'static> = const { LocalExecutor::new() };
}

/// Blocks the thread until `main` is done, and lets the thread's tasks run whenever `main`
/// waits. Gives what `main` gives.
///
/// Tasks that have not ended by then stand still until the thread calls `run` again.
///
/// # Panics
/// When `main` panics. A panic in a task is not passed on: it becomes the error of its handle.
pub fn run<T>(main: impl Future<Output = T>) -> T {
    let main = async {
        let result = main.await;
        // One turn more: tasks that `main` killed at its very end drop what they hold.
        yield_now().await;
        result
    };
    EXECUTOR.with(|executor| smol::block_on(executor.run(main)))
}

/// Makes a task of `future`, on the calling thread. Never waits: the task has not run when
/// this returns. It begins when the spawner waits or yields, inside [`run`].
///
/// The name is the task's lane in a recording, and stands in its errors.
///
/// What is spawned is typed, and so is its result: a thing that is no future does not compile.
///
/// ```compile_fail
/// let task = coroutines::spawn("five", 5);
/// ```
///
/// Source: smol, [`LocalExecutor::spawn`](https://docs.rs/async-executor).
pub fn spawn<T: 'static>(
    name: impl Into<Rc<str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    let name = name.into();
    let fork = record(Kind::Fork, "", format_args!("{name}"), EventId::NONE);
    let life = live(Rc::clone(&name), fork, future);
    Task::new(name, EXECUTOR.with(|executor| executor.spawn(life)))
}
