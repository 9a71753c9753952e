//! 1.3 again, on fork(2), pipe(2), poll(2) and waitpid(2): what `Pool` does for `main.rs`.
//!
//! There are two workers, each with a pipe for its tasks and one for its answers; a worker that has
//! answered gets the next task. Missing: tasks of other types, tasks that come later, a new worker
//! for a dead one (here `read_exact` fails, and the program ends). Next: `src/tiny.rs`.

use std::io::{self, Read, Write};
use std::{os::fd::AsFd, process::ExitCode, time::Duration};

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait}; // The system calls, recorded.
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let about = "1.3 Pool on fork(2), pipe(2), poll(2) and waitpid(2): two workers, five tasks";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

/// A worker's process, and the parent's ends of its two pipes: for its tasks, and for those that are done.
struct Worker {
    pid: Pid,
    tasks: PipeEnd,
    done: PipeEnd,
}

const TASKS: u8 = 5;

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let mut workers = Vec::new();
    start_worker("worker 1", &mut workers)?;
    start_worker("worker 2", &mut workers)?;
    let mut next_task = 0;
    for worker in &workers {
        (&worker.tasks).write_all(&[next_task])?;
        next_task += 1;
    }
    say!("Waiting for all subprocesses done...");
    for _ in 0..TASKS {
        let worker = &workers[first_readable(&workers)?];
        (&worker.done).read_exact(&mut [0])?;
        if next_task < TASKS {
            (&worker.tasks).write_all(&[next_task])?;
            next_task += 1;
        }
    }
    for worker in workers {
        drop(worker.tasks); // The worker reads the end of its tasks, and ends.
        if wait(worker.pid)? != Exit::Code(0) {
            return Err(format!("worker {} failed", worker.pid).into());
        }
    }
    say!("All subprocess done.");
    Ok(())
}

fn start_worker(name: &str, workers: &mut Vec<Worker>) -> StoryResult {
    let (task_rx, tasks) = pipe()?;
    let (done, done_tx) = pipe()?;
    if let Fork::Parent { child: pid } = fork(name)? {
        workers.push(Worker { pid, tasks, done });
        return Ok(());
    }
    // Close the copies of the parent's ends: while one is open, that worker sees no end of its tasks.
    drop((tasks, done));
    workers.clear();
    exit_now(work(&task_rx, &done_tx).map_or(1, |()| 0));
}

/// Waits for an answer, or for the end of a worker; returns the worker's index.
fn first_readable(workers: &[Worker]) -> nix::Result<usize> {
    let watch = |end| PollFd::new(AsFd::as_fd(end), PollFlags::POLLIN);
    let mut fds: Vec<_> = workers.iter().map(|it| watch(&it.done)).collect();
    poll(&mut fds, PollTimeout::NONE)?;
    let ready = fds.iter().position(|fd| fd.any() == Some(true)); // There are bytes, or the end.
    Ok(ready.expect("poll waits until one is"))
}

fn work(mut tasks: &PipeEnd, mut done: &PipeEnd) -> io::Result<()> {
    let mut task = [0];
    while tasks.read(&mut task)? == 1 {
        run_task(task[0]);
        done.write_all(&task)?;
    }
    Ok(())
}

fn run_task(name: u8) {
    say!("Task {name} (pid={}) is Running...", pid());
    pause(Duration::from_secs(3));
    say!("Task {name} end.");
}
