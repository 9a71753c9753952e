//! 3: how `yield` works, shown by a generator in Python, and here as a value that an executor polls.
//!
//! ```python
//! def count(name):
//!     for n in range(3):
//!         print(name, n)
//!         yield
//! ```
//!
//! The function stops at `yield`, and goes on from there when `next` is called again. Here it is
//! written out by hand, as a value that remembers where it stopped:
//!
//! | Python | here |
//! |---|---|
//! | `g = count("a")`: nothing runs yet | `Count { name: "a", number: 0 }` |
//! | `next(g)`: run to the next `yield` | `poll` |
//! | `yield` | `return Poll::Pending`: not done, call again |
//! | the end: `StopIteration` | `Poll::Ready(())`: done |
//! | a loop that calls `next` on each | `Executor::run` |
//!
//! One thing is new. Python's loop would call `next` again and again, even one that waits for a
//! server. Here a task that stops leaves its *waker* with what it waits for (a socket, a timer, a
//! thread), which calls it later; until then the task is not polled. `Count` waits for nothing: it
//! calls its waker itself, at once, and so only gives the others a turn.
//!
//! Not yet here: a handle that waits for a task, returns its result, or kills it; and a thread that
//! sleeps while no task can go on. Next: `src/spawn.rs`, over smol's executor.

use std::future::poll_fn;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::task::{Context, Poll, Wake, Waker};

use common::say;
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    let about = "3 Coroutines: what yield is, without any library";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (tasks, ready) = (Vec::new(), mpsc::channel());
    let mut executor = Executor { tasks, ready };
    for name in ["a", "b"] {
        executor.spawn(Count { name, number: 0 });
    }
    // From this, the compiler makes a value such as `Count`.
    executor.spawn(async {
        for number in 0..3 {
            say!("c {number}");
            stop_once().await;
        }
    });
    say!("Nothing has run yet.");
    executor.run()
}

/// The generator: its local variables, which also record where it stopped.
struct Count {
    name: &'static str,
    number: u32,
}

impl Future for Count {
    type Output = ();

    /// Runs from one `yield` to the next. `context` carries the task's waker. (`Pin` promises that the
    /// value is not moved: the variables of an `async` block may point at each other.)
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.number == 3 {
            return Poll::Ready(());
        }
        say!("{} {}", self.name, self.number);
        self.number += 1;
        // "I can go on at once": puts the task at the end of the queue.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// `yield` for an `async` block: stops at the first poll, and goes on at the second.
fn stop_once() -> impl Future<Output = ()> {
    let mut has_stopped = false;
    poll_fn(move |context| {
        if has_stopped {
            return Poll::Ready(());
        }
        has_stopped = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Any future, in a box: so tasks of different types fit into one list, and are not moved.
type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Executor {
    /// The tasks with their wakers; `None` for one that has ended.
    tasks: Vec<Option<(Task, Waker)>>,
    /// A queue of the numbers of the tasks that can go on; a channel, for any thread may call a waker.
    ready: (Sender<usize>, Receiver<usize>),
}

impl Executor {
    /// Puts a task at the end of the queue. It does not run yet.
    fn spawn(&mut self, task: impl Future<Output = ()> + 'static) {
        let ticket = Ticket(self.tasks.len(), self.ready.0.clone());
        let waker = Waker::from(Arc::new(ticket));
        waker.wake_by_ref();
        self.tasks.push(Some((Box::pin(task), waker)));
    }

    /// Takes the first number out of the queue and polls its task, until the queue is empty.
    fn run(&mut self) -> StoryResult {
        while let Ok(number) = self.ready.1.try_recv() {
            let Some((task, waker)) = &mut self.tasks[number] else {
                continue; // Woken once more after its end.
            };
            let mut context = Context::from_waker(waker);
            if task.as_mut().poll(&mut context).is_ready() {
                self.tasks[number] = None;
            }
        }
        match self.tasks.iter().flatten().count() {
            0 => Ok(()),
            stuck => Err(format!("{stuck} tasks wait, and nothing will wake them").into()),
        }
    }
}

/// The content of a waker: a task's number, and the queue that it is put into.
struct Ticket(usize, Sender<usize>);

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        let _or_gone = self.1.send(self.0);
    }
}
