//! `spawn` makes a task, `run` gives the thread to the tasks.

use std::rc::Rc;

use crate::name::Name;
use crate::task::Task;

/// Blocks the thread until `main` is done, and lets the tasks of the thread run whenever `main`
/// waits. Returns what `main` returns.
///
/// Tasks that have not ended by then stand still until the thread calls `run` again. `fork` copies
/// them: a process that is forked while there are tasks must not call `run`, nor come back to an
/// `.await`, or their rest runs in both processes.
///
/// # Panics
/// When `main` panics, or no thread or descriptor is left. A task's panic is its handle's error.
pub fn run<T>(main: impl Future<Output = T>) -> T {
    executor::block_on(main)
}

/// Makes a task of `future`, on the calling thread. Never waits: the task has not run when
/// this returns. It begins when the spawner waits or yields, inside [`run`].
///
/// The name is the task's lane in a recording, and stands in its errors.
///
/// What is spawned is typed, and so is its result: a value that is no future does not compile.
///
/// ```compile_fail
/// let task = coroutines::spawn("five", 5);
/// ```
///
/// Source: smol's [async-executor](https://docs.rs/async-executor).
pub fn spawn<T: 'static>(
    name: impl Into<Rc<str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    let name = Name::Given(name.into());
    let task = executor::spawn(&name, future, ());
    Task::new(name, task)
}
