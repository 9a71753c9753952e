//! 4, the idea in one file, `scheduler.rs`: a scheduler is a function of the events so far. Threads
//! and channels stand for the connections here.
//!
//! See: Worker_2 dies in its first task, and another worker does that task. Ten results.
//! Try: let `Gone` make no task ready again. The program gives up after 5 s.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{process::ExitCode, thread, time::Duration};

use common::{patience, pause, say};
use lesson::{Lesson, StoryResult};

mod scheduler;

use scheduler::{Event, Scheduler, State, Task, Worker, step};

fn main() -> ExitCode {
    let about = "4 Distributed: the heart of a scheduler, in one file; a worker dies";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut scheduler = Scheduler {
        tasks: vec![State::Ready; 10],
        idle: VecDeque::new(),
    };
    let (sender, events) = channel();
    thread::scope(|scope| -> StoryResult {
        let mut workers = Vec::new();
        for worker in 0..3 {
            let (lend, leases) = channel();
            let thread = thread::Builder::new().name(format!("Worker_{}", worker + 1));
            let to_scheduler = sender.clone();
            thread.spawn_scoped(scope, move || work(worker, &leases, &to_scheduler))?;
            workers.push(lend);
            sender.send(Event::Ready(worker))?;
        }
        let is_done = |state: &State| matches!(state, State::Done(_));
        while !scheduler.tasks.iter().all(is_done) {
            let event = events.recv_timeout(patience(Duration::from_secs(5)))?;
            for (worker, task) in step(&mut scheduler, event) {
                // If the worker is dead, its `Gone` is on the way.
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
    // Over TCP a dead worker says nothing: the kernel closes its connection, and the scheduler's read ends.
    let _sent = events.send(Event::Gone(worker));
}
