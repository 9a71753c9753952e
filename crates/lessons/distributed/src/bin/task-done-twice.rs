//! Mistake: a lease that runs out by the clock alone. The task takes longer than its lease, so it
//! is lent again while it is still running, and its result is counted twice.
//!
//! See: one task, two results. Right: a worker that is alive sends heartbeats and so keeps its
//! task, and a result is recorded once for each task id: `worker-dies`, and
//! `engine/scheduler/src/machine.rs`.

use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use common::{decode, encode, frame, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

const LEASE: Duration = Duration::from_millis(50);
const WORK: Duration = Duration::from_millis(150);

fn main() -> ExitCode {
    let about = "4 Mistake: a lease runs out, and a task is done and counted twice";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut workers = Vec::new();
    for name in ["Worker_1", "Worker_2"] {
        // Connected here, so that there are two to accept, even if a worker has died.
        let stream = TcpStream::connect(address)?;
        workers.push(Process::start(name, move || run_worker(&stream))?);
    }
    let task = 7_u32;
    let mut leased = Vec::new();
    for _ in &workers {
        let (stream, _) = listener.accept()?;
        frame::write(&stream, &encode(&task)?)?;
        leased.push(stream);
        // The mistake: it takes a worker without a result within this time for dead.
        thread::sleep(LEASE);
        say!("Scheduler: the lease of task {task} is over.");
    }
    let mut sum = 0;
    for stream in &leased {
        let result: u32 = decode(&frame::read(stream, 64)?.ok_or("disconnected")?)?;
        say!("Result of task {task}: {result}");
        sum += result;
    }
    for worker in workers {
        worker.join()?;
    }
    say!(
        "1 task, {} results: the sum is {sum}, not {}.",
        leased.len(),
        task * task
    );
    Ok(())
}

fn run_worker(stream: &TcpStream) -> StoryResult {
    let task: u32 = decode(&frame::read(stream, 64)?.ok_or("disconnected")?)?;
    say!("Worker ({}) task {task}: {task} * {task}", pid());
    thread::sleep(WORK);
    frame::write(stream, &encode(&(task * task))?)?;
    Ok(())
}
