//! 1.3 once more, on fork(2), pipe(2), poll(2) and waitpid(2): what the pool does for `main.rs`.
//!
//! Two workers with two pipes each, one for its tasks and one for its answers. A worker that has
//! answered gets the next task, so the parent always knows who has what. What is missing: any
//! other type than a number, tasks that come later, errors, and another worker for one that dies.

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

struct Worker {
    pid: Pid,
    tasks: PipeEnd,
    answers: PipeEnd,
}

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let mut workers = Vec::new();
    for number in 1..=2 {
        let worker = start_worker(&format!("worker {number}"), &mut workers)?;
        workers.push(worker);
    }
    let mut waiting = 0..5_u8;
    let mut busy = Vec::new();
    for worker in 0..workers.len() {
        busy.extend(give(&workers, worker, &mut waiting)?);
    }
    say!("Waiting for all subprocesses done...");
    while !busy.is_empty() {
        let worker = busy.remove(first_readable(&workers, &busy)?);
        let mut answer = [0];
        (&workers[worker].answers).read_exact(&mut answer)?;
        busy.extend(give(&workers, worker, &mut waiting)?);
    }
    for Worker { pid, tasks, .. } in workers {
        // The worker reads the end of its tasks, and ends.
        drop(tasks);
        match wait(pid)? {
            Exit::Code(0) => {}
            exit => return Err(format!("worker {pid}: {exit}").into()),
        }
    }
    say!("All subprocess done.");
    Ok(())
}

fn start_worker(
    name: &str,
    others: &mut Vec<Worker>,
) -> Result<Worker, Box<dyn std::error::Error>> {
    let (their_tasks, tasks) = pipe()?;
    let (answers, their_answers) = pipe()?;
    match fork(name)? {
        Fork::Parent { child: pid } => Ok(Worker {
            pid,
            tasks,
            answers,
        }),
        Fork::Child => {
            // Its copies of the parent's ends. With one of them open, no worker would ever see
            // the end of its tasks.
            drop((tasks, answers));
            others.clear();
            let worked = work(&their_tasks, &their_answers);
            exit_now(i32::from(worked.is_err()));
        }
    }
}

/// Gives the next task to a worker; gives its number if there was one.
fn give(
    workers: &[Worker],
    worker: usize,
    waiting: &mut impl Iterator<Item = u8>,
) -> io::Result<Option<usize>> {
    let Some(task) = waiting.next() else {
        return Ok(None);
    };
    (&workers[worker].tasks).write_all(&[task])?;
    Ok(Some(worker))
}

/// Waits for an answer, or for the end of a worker; gives the place in the list of the busy.
fn first_readable(workers: &[Worker], busy: &[usize]) -> nix::Result<usize> {
    let answers = busy.iter().map(|&worker| workers[worker].answers.as_fd());
    let mut fds: Vec<_> = answers
        .map(|fd| PollFd::new(fd, PollFlags::POLLIN))
        .collect();
    poll(&mut fds, PollTimeout::NONE)?;
    let ready = fds.iter().position(|fd| fd.any().unwrap_or(false));
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
