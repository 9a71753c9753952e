//! 1.3 once more, on fork(2), pipe(2), poll(2) and waitpid(2): what the pool does for `main.rs`.
//!
//! Two workers, each with a pipe for its tasks and one for its answers; one that has answered gets
//! the next task. Missing: other types, tasks that come later, and a new worker for a dead one.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let about = "1.3 Pool on fork(2), pipe(2), poll(2) and waitpid(2): two workers, five tasks";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

/// A worker's process, and the parent's ends of its two pipes: of its tasks, and of its answers.
struct Worker(Pid, PipeEnd, PipeEnd);

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let mut workers = Vec::new();
    start_worker("worker 1", &mut workers)?;
    start_worker("worker 2", &mut workers)?;
    let (mut waiting, mut busy) = (0..5_u8, 0);
    // In this order: `zip` asks for a task only when there is a worker.
    for (Worker(_, tasks, _), task) in workers.iter().zip(&mut waiting) {
        (&*tasks).write_all(&[task])?;
        busy += 1;
    }
    say!("Waiting for all subprocesses done...");
    while busy > 0 {
        let Worker(_, tasks, answers) = &workers[first_readable(&workers)?];
        (&*answers).read_exact(&mut [0])?;
        match waiting.next() {
            Some(task) => (&*tasks).write_all(&[task])?,
            None => busy -= 1,
        }
    }
    for Worker(pid, tasks, _) in workers {
        drop(tasks); // The worker reads the end of its tasks, and ends.
        if wait(pid)? != Exit::Code(0) {
            return Err(format!("worker {pid} failed").into());
        }
    }
    say!("All subprocess done.");
    Ok(())
}

fn start_worker(name: &str, workers: &mut Vec<Worker>) -> StoryResult {
    let (their_tasks, tasks) = pipe()?;
    let (answers, their_answers) = pipe()?;
    match fork(name)? {
        Fork::Parent { child } => workers.push(Worker(child, tasks, answers)),
        Fork::Child => {
            // Copies of the parent's ends: with one open, no worker would see the end of its tasks.
            drop((tasks, answers));
            workers.clear();
            exit_now(work(&their_tasks, &their_answers).map_or(1, |()| 0));
        }
    }
    Ok(())
}

/// Waits for an answer, or for the end of a worker; returns the worker's place.
fn first_readable(workers: &[Worker]) -> nix::Result<usize> {
    let fd = |answers| PollFd::new(AsFd::as_fd(answers), PollFlags::POLLIN);
    let mut fds: Vec<_> = workers.iter().map(|worker| fd(&worker.2)).collect();
    poll(&mut fds, PollTimeout::NONE)?;
    let ready = fds.iter().position(|fd| fd.any() == Some(true));
    Ok(ready.expect("poll waits until one is"))
}

fn work(mut tasks: &PipeEnd, mut answers: &PipeEnd) -> io::Result<()> {
    let mut task = [0];
    while tasks.read(&mut task)? == 1 {
        run_task(task[0]);
        answers.write_all(&task)?;
    }
    Ok(())
}

fn run_task(name: u8) {
    say!("Task {name} (pid={}) is Running...", pid());
    pause(Duration::from_secs(3));
    say!("Task {name} end.");
}
