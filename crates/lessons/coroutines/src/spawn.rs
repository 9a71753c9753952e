//! `spawn` makes a task, `run` gives the thread to the tasks.

use std::rc::Rc;

use crate::name::Name;
use crate::task::Task;

/// Blocks the thread until `main` is done, and lets the tasks of the thread run whenever `main`
/// waits. Returns the value of `main`.
///
/// Tasks that have not ended by then stand still until the thread calls `run` again. `fork` copies
/// them: a child that was forked while there were tasks must neither call `run` nor reach an
/// `.await`, or the tasks run in both processes.
///
/// # Panics
/// When `main` panics, or no thread or descriptor is left. A task's panic is only an error of its handle.
pub fn run<T>(main: impl Future<Output = T>) -> T {
    executor::block_on(main)
}

/// Makes a task of `future`, on the calling thread. Never waits: the task has not run when this
/// returns. It begins when the code that spawned it waits, yields or ends, and only inside [`run`].
///
/// The name is the task's lane in a recording, and is part of its errors.
///
/// The argument and the result are typed: a value that is not a future does not compile.
///
/// ```compile_fail
/// let task = coroutines::spawn("five", 5);
/// ```
///
/// Source: [async-executor](https://docs.rs/async-executor), a part of smol.
pub fn spawn<T: 'static>(
    name: impl Into<Rc<str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    let name = Name::Given(name.into());
    let task = executor::spawn(&name, future, ());
    Task::new(name, task)
}
