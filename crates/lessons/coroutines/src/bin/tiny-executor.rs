//! 3: what `yield` is. A Python generator
//!
//! ```python
//! def count(name):
//!     for n in range(3):
//!         print(name, n)
//!         yield
//! ```
//!
//! is a function that stops at `yield` and goes on from there when it is called again. Here it
//! is written out by hand, as a value that remembers where it stopped ([`Count`]), and run by an
//! executor of fifty lines ([`Executor`]).
//!
//! | Python | here |
//! |---|---|
//! | `g = count("a")`: nothing runs yet | `Count::new("a")`: nothing runs yet |
//! | `next(g)`: run to the next `yield` | `poll` |
//! | `yield` | `return Poll::Pending`: not done, call again |
//! | the end: `StopIteration` | `Poll::Ready(())`: done |
//! | a loop that calls `next` on each | `Executor::run` |
//!
//! One thing is new. Python's loop would call a generator again and again, also one that waits for
//! a server. Here a task that stops has to say who *wakes* it, and is left alone until then: that
//! is its waker. `Count` wakes itself at once, as it only wants to give the others a turn.
//!
//! `async fn` writes such values for us; smol's executor is this one with timers and sockets, that
//! wake a task when the time is over or the bytes are there.
//!
//! Try: leave out `wake_by_ref`. A task that stops without saying who wakes it stops for ever,
//! and the executor says so.

use std::collections::VecDeque;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use common::say;
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: what yield is, without any library",
    )
    .run(story)
}

fn story() -> StoryResult {
    let mut executor = Executor::default();
    executor.spawn(Count::new("a"));
    executor.spawn(Count::new("b"));
    // The same, written by the compiler.
    executor.spawn(async {
        for number in 0..3 {
            say!("c {number}");
            Yield::default().await;
        }
    });
    say!("Nothing has run yet.");
    executor.run()
}

/// The generator: its local variables, and by them the place where it stopped.
struct Count {
    name: &'static str,
    number: u32,
}

impl Count {
    fn new(name: &'static str) -> Self {
        Self { name, number: 0 }
    }
}

impl Future for Count {
    type Output = ();

    /// From one `yield` to the next. (`Pin` promises that the value is not moved from now on. An
    /// `async fn` needs that, for its variables may point at each other; `Count` would not.)
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.number == 3 {
            return Poll::Ready(());
        }
        say!("{} {}", self.name, self.number);
        self.number += 1;
        // "I can go on at once": a place at the end of the line.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// `yield` for use in an `async` block: stops the first time, goes on the second time.
#[derive(Default)]
struct Yield {
    stopped: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.stopped {
            return Poll::Ready(());
        }
        self.stopped = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A task: any future, in a box, so that tasks of different types go into one list, and stay where
/// they are when the list grows.
type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The numbers of the tasks that can go on. Behind a lock, as a waker may be called by any thread.
type Line = Arc<Mutex<VecDeque<usize>>>;

/// All tasks (`None` when one has ended), and the line of those that can go on.
#[derive(Default)]
struct Executor {
    tasks: Vec<Option<Task>>,
    line: Line,
}

impl Executor {
    /// Puts a task at the end of the line. It does not run yet.
    fn spawn(&mut self, task: impl Future<Output = ()> + 'static) {
        let number = self.tasks.len();
        self.tasks.push(Some(Box::pin(task)));
        self.ticket(number).wake();
    }

    /// Polls whoever is first in line, until nobody is.
    fn run(&mut self) -> StoryResult {
        while let Some(number) = self.first() {
            let waker = Waker::from(self.ticket(number));
            let Some(task) = &mut self.tasks[number] else {
                continue; // Woken once more after its end.
            };
            let mut context = Context::from_waker(&waker);
            if task.as_mut().poll(&mut context).is_ready() {
                self.tasks[number] = None;
            }
        }
        // Nothing else runs here that could still wake them.
        match self.tasks.iter().flatten().count() {
            0 => Ok(()),
            stuck => Err(format!("{stuck} tasks wait, and nobody will wake them").into()),
        }
    }

    fn first(&self) -> Option<usize> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.pop_front()
    }

    fn ticket(&self, number: usize) -> Arc<Ticket> {
        let line = Arc::clone(&self.line);
        Arc::new(Ticket { number, line })
    }
}

/// What a waker is made of: a task's number, and the line to put it into.
struct Ticket {
    number: usize,
    line: Line,
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.push_back(self.number);
    }
}
