//! A scheduler is a function of events: it knows no network and no clock. Missing: how to handle a
//! worker that hangs, or a task that kills each worker. Next: `machine.rs` in `engine/scheduler`.

use std::collections::VecDeque;

pub(crate) type Worker = usize;
pub(crate) type Task = usize;

pub(crate) enum Event {
    /// A worker has nothing to do.
    Ready(Worker),
    /// A worker has done its task.
    Done(Worker, Task, usize),
    /// A worker is dead.
    Gone(Worker),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum State {
    Ready,
    Lent(Worker),
    Done(usize),
}

pub(crate) struct Scheduler {
    pub(crate) tasks: Vec<State>,
    /// Workers without a task, in the order in which they became free.
    pub(crate) idle: VecDeque<Worker>,
}

/// Records an event. Returns the tasks to lend now, each with its worker.
pub(crate) fn step(scheduler: &mut Scheduler, event: Event) -> Vec<(Worker, Task)> {
    match event {
        Event::Ready(worker) => scheduler.idle.push_back(worker),
        // Counts only from the worker that has the task now: one result. (`machine.rs`: the first, from any.)
        Event::Done(worker, task, result) if scheduler.tasks[task] == State::Lent(worker) => {
            scheduler.tasks[task] = State::Done(result);
        }
        Event::Done(..) => {}
        Event::Gone(worker) => forget(scheduler, worker),
    }
    let mut lent = Vec::new();
    let is_ready = |&state: &State| state == State::Ready;
    while let Some(task) = scheduler.tasks.iter().position(is_ready)
        && let Some(worker) = scheduler.idle.pop_front()
    {
        scheduler.tasks[task] = State::Lent(worker);
        lent.push((worker, task));
    }
    lent
}

/// A worker is dead: it gets no more tasks, and its task is ready for another worker.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    let mut tasks = scheduler.tasks.iter_mut();
    if let Some(lost) = tasks.find(|task| **task == State::Lent(worker)) {
        *lost = State::Ready;
    }
}
