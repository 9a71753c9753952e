//! A pool in one file: a few processes and two queues.
//!
//! ```text
//!                        +--> worker 1 --+
//!   owner --> [ tasks ] -+--> worker 2 --+--> [ answers ] --> owner
//!                        +--> worker 3 --+
//! ```
//!
//! No owner chooses a worker here: a free one takes the next task by itself. Answers come in the order in
//! which tasks end; each has its task's number, by which they are put in order again. The owner ends the
//! workers by dropping its end of `tasks`: they do the tasks that are left, and then see the end.
//!
//! It fails when a worker is killed, a task panics or its answer cannot be put (`map` waits forever, unless no
//! worker is left); when a `map` fails (the next one gets its answers); when both queues are full (of 2 MiB:
//! `map` puts all tasks before it gets an answer, and the workers wait for it). Next: `pool.rs`.

use std::error::Error;

use common::Message;
use ipc_queue::{Receiver, Sender, unbounded};
use multiprocess::{Process, ProcessError};

/// A pool of processes that call one function.
pub struct Pool<A, R> {
    tasks: Sender<(usize, A)>,
    answers: Receiver<(usize, R)>,
    workers: Vec<Process<()>>,
}

impl<A: Message + 'static, R: Message + 'static> Pool<A, R> {
    /// Starts `count` workers.
    ///
    /// # Errors
    /// When the system has no room for a queue or a process, or when this process has a second thread.
    pub fn new<F>(count: usize, run: F) -> Result<Self, Box<dyn Error>>
    where
        F: Fn(A) -> R + Clone + 'static, // A clone for each worker.
    {
        let (tasks, task_rx) = unbounded()?;
        let (answer_tx, answers) = unbounded()?;
        let mut workers = Vec::new();
        for number in 1..=count {
            let (rx, tx, run) = (task_rx.try_clone()?, answer_tx.try_clone()?, run.clone());
            let work = move || -> Result<(), Box<dyn Error>> {
                for task in rx.iter() {
                    let (number, argument) = task?;
                    tx.put((number, run(argument)))?;
                }
                Ok(())
            };
            workers.push(Process::start(format!("worker {number}"), work)?);
        }
        drop((task_rx, answer_tx)); // Only workers hold these, so `get` fails once the last has ended.
        Ok(Self {
            tasks,
            answers,
            workers,
        })
    }

    /// Waits for the results of all arguments, and returns them in the order of the arguments.
    ///
    /// # Errors
    /// When an argument cannot be put, or all workers have ended, so that no answer comes any more.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, Box<dyn Error>> {
        let mut due = 0;
        for task in arguments.into_iter().enumerate() {
            self.tasks.put(task)?;
            due += 1;
        }
        let mut answers = Vec::new();
        for _ in 0..due {
            answers.push(self.answers.get()?);
        }
        answers.sort_by_key(|&(number, _)| number);
        Ok(answers.into_iter().map(|(_, result)| result).collect())
    }

    /// Waits until the workers have done the tasks that are left and have ended.
    ///
    /// # Errors
    /// The error of the first worker that failed; those after it are killed.
    pub fn join(self) -> Result<(), ProcessError> {
        drop(self.tasks);
        self.workers.into_iter().try_for_each(Process::join)
    }
}
