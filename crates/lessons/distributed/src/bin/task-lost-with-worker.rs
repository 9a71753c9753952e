//! Mistake B46: a plain queue over TCP, as the usual Python program has it. To take a task is to
//! own it. A worker takes one and dies; no other process knows of that task any more.
//!
//! See: three tasks, two results, exit code 0. Right: `worker-dies`, where a task is only lent.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

use common::{decode, encode, frame, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Process, exit_now};

fn main() -> ExitCode {
    let about = "4 Mistake B46: a worker dies and takes its task with it";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut tasks = VecDeque::from([0, 1, 2]);
    let mut results = Vec::new();
    for (name, dies) in [("Worker_1", true), ("Worker_2", false)] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let worker = Process::start(name, move || run_worker(address, dies))?;
        let (stream, _) = listener.accept()?;
        // Each request is the result of the task before, if there was one.
        while let Some(request) = frame::read(&stream, 64)? {
            results.extend(decode::<Option<u32>>(&request)?);
            // The mistake: from here on only the worker has it.
            frame::write(&stream, &encode(&tasks.pop_front())?)?;
        }
        // Python's program does not look either.
        let _dead_or_alive = worker.join();
    }
    let (count, left) = (results.len(), tasks.len());
    say!(
        "3 tasks, {count} results, {left} left: {} lost.",
        3 - count - left
    );
    Ok(())
}

fn run_worker(address: SocketAddr, dies: bool) -> StoryResult {
    let stream = TcpStream::connect(address)?;
    let mut result: Option<u32> = None;
    loop {
        frame::write(&stream, &encode(&result)?)?;
        let answer = frame::read(&stream, 64)?.ok_or("disconnected")?;
        let Some(task) = decode::<Option<u32>>(&answer)? else {
            return Ok(());
        };
        say!("Worker ({}) task {task}: {task} * {task}", pid());
        if dies {
            say!("Worker ({}) dies.", pid());
            exit_now(1);
        }
        result = Some(task * task);
    }
}
