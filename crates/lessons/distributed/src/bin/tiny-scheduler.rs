//! 4, the idea in one file: a scheduler is a function of what has happened. It knows no network
//! and no clock, only events. Threads and channels stand for the connections here.
//!
//! See: Worker_2 dies in its first task, and another worker does that task. Ten results.
//! Try: let `Gone` make no task ready again. The program gives up after 5 s.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{thread, time::Duration};

use common::{pause, say};
use lesson::{Lesson, StoryResult};

type Worker = usize;
type Task = usize;

enum Event {
    /// A worker has nothing to do.
    Ready(Worker),
    /// A worker has done its task.
    Done(Worker, Task, usize),
    /// A worker is dead.
    Gone(Worker),
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Ready,
    Lent(Worker),
    Done(usize),
}

struct Scheduler {
    tasks: Vec<State>,
    /// Workers without a task, in the order they came.
    idle: VecDeque<Worker>,
}

/// Takes note of an event. What is to be done about it: lend these tasks to these workers.
fn step(scheduler: &mut Scheduler, event: Event) -> Vec<(Worker, Task)> {
    match event {
        Event::Ready(worker) => scheduler.idle.push_back(worker),
        // Only the worker that has the task is heard, and so each task has one result.
        Event::Done(worker, task, result) if scheduler.tasks[task] == State::Lent(worker) => {
            scheduler.tasks[task] = State::Done(result);
        }
        Event::Done(..) => {}
        Event::Gone(worker) => {
            scheduler.idle.retain(|&idle| idle != worker);
            let mut tasks = scheduler.tasks.iter_mut();
            if let Some(lost) = tasks.find(|task| **task == State::Lent(worker)) {
                *lost = State::Ready;
            }
        }
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

fn main() -> ExitCode {
    let about = "4 Distributed: the heart of a scheduler, in one file; a worker dies";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut scheduler = Scheduler {
        tasks: vec![State::Ready; 10],
        idle: VecDeque::new(),
    };
    let (tell, events) = channel();
    thread::scope(|scope| -> StoryResult {
        let mut workers = Vec::new();
        for worker in 0..3 {
            let (lend, leases) = channel();
            let thread = thread::Builder::new().name(format!("Worker_{}", worker + 1));
            let to_scheduler = tell.clone();
            thread.spawn_scoped(scope, move || work(worker, &leases, &to_scheduler))?;
            workers.push(lend);
            tell.send(Event::Ready(worker))?;
        }
        let is_done = |state: &State| matches!(state, State::Done(_));
        while !scheduler.tasks.iter().all(is_done) {
            let event = events.recv_timeout(Duration::from_secs(5))?;
            for (worker, task) in step(&mut scheduler, event) {
                // If it is dead, its `Gone` is on the way.
                let _sent = workers[worker].send(task);
            }
        }
        Ok(())
    })?;
    for (task, state) in scheduler.tasks.iter().enumerate() {
        if let State::Done(result) = state {
            say!("Result of task {task}: {result}");
        }
    }
    say!("All tasks done.");
    Ok(())
}

fn work(worker: Worker, leases: &Receiver<Task>, events: &Sender<Event>) {
    for task in leases {
        say!("Worker_{} task {task}: {task} * {task}", worker + 1);
        if worker == 1 {
            say!("Worker_2 dies.");
            break;
        }
        pause(Duration::from_millis(500));
        let _sent = events.send(Event::Done(worker, task, task * task));
        let _sent = events.send(Event::Ready(worker));
    }
    let _sent = events.send(Event::Gone(worker));
}
