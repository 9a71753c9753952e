//! A scheduler is a function of events: it knows no network and no clock. Missing: what to do about
//! a worker that hangs, or a task that kills each worker. Next: `machine.rs` in `engine/scheduler`.

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
    /// Workers without a task, in the order they came.
    pub(crate) idle: VecDeque<Worker>,
}

/// Takes note of an event. What is to be done about it: lend these tasks to these workers.
pub(crate) fn step(scheduler: &mut Scheduler, event: Event) -> Vec<(Worker, Task)> {
    match event {
        Event::Ready(worker) => scheduler.idle.push_back(worker),
        // Heard from the worker that has it alone: one result. (`machine.rs`: the first, of any.)
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

/// A worker is dead: it gets no task any more, and the one that it had is to be done by another.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    let mut tasks = scheduler.tasks.iter_mut();
    if let Some(lost) = tasks.find(|task| **task == State::Lent(worker)) {
        *lost = State::Ready;
    }
}
