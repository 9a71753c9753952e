//! The executor of a thread: `spawn` puts a task into it, `run` gives it the thread.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;

use async_executor::StaticLocalExecutor;
use smol::future::yield_now;

use crate::live::{end_thread, live, suspend};
use crate::name::Name;
use crate::task::Task;

thread_local! {
    /// One for each thread: its tasks take turns on that thread and never leave it, so they
    /// may share an `Rc`.
    static EXECUTOR: Own = Own(Box::leak(Box::default()));
}

/// The executor of a thread.
///
/// It is leaked, some hundred bytes a thread: an executor that can be dropped has to keep a list
/// of its tasks, and that is a third of the time that a spawn takes.
struct Own(&'static StaticLocalExecutor);

/// At the end of the thread all handles are gone, so the tasks still here were killed, and only
/// wait to be dropped. (A task whose handle was leaked is killed here, with its next turn; it
/// could take turns for ever.)
impl Drop for Own {
    fn drop(&mut self) {
        end_thread();
        while self.0.try_tick() {}
    }
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
        let mut main = pin!(main);
        let result = poll_fn(|context| {
            let polled = main.as_mut().poll(context);
            if polled.is_pending() {
                suspend();
            }
            polled
        })
        .await;
        // One turn more: tasks that `main` killed at its very end drop what they hold.
        yield_now().await;
        result
    };
    smol::block_on(EXECUTOR.with(|own| own.0).run(main))
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
/// Source: smol's [async-executor](https://docs.rs/async-executor).
pub fn spawn<T: 'static>(
    name: impl Into<Rc<str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    spawn_holding(Name::Given(name.into()), future, ())
}

/// Spawns likewise a task that holds `held` until it ends, in whichever way.
pub(crate) fn spawn_holding<T: 'static>(
    name: Name,
    future: impl Future<Output = T> + 'static,
    held: impl Unpin + 'static,
) -> Task<T> {
    let life = live(&name, future, held);
    Task::new(name, EXECUTOR.with(|own| own.0.spawn(life)))
}
