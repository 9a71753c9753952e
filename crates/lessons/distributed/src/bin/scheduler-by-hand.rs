//! 4, by hand: bare sockets, and lines of text on them. A worker sends `ready`, then `done 3 9` for
//! each `do 3` that it receives; at `end` it ends. The parent is scheduler and client in one, with a
//! thread for each worker. It is right only while no worker dies: the task of a dead worker is lost.
//! Leases prevent that (`tiny-scheduler`).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::{ops::Range, thread, time::Duration};

use common::{patience, pause, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "4 Distributed, by hand: three workers and ten tasks over bare sockets";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut workers = Vec::new();
    for name in ["Worker_1", "Worker_2", "Worker_3"] {
        // Connected here, so that there is one connection per worker to accept, even if workers start slowly.
        let stream = TcpStream::connect(address)?;
        workers.push(Process::start(name, move || run_worker(&stream))?);
    }
    let (tasks, results) = (Mutex::new(0..10), Mutex::new(BTreeMap::new()));
    // The scope waits for its threads; each ends when its worker has hung up.
    thread::scope(|scope| -> StoryResult {
        for _ in &workers {
            let (stream, _) = listener.accept()?;
            // The scheduler gives up a worker that sends nothing for this long.
            stream.set_read_timeout(Some(patience(Duration::from_secs(10))))?;
            let (tasks, results) = (&tasks, &results);
            thread::Builder::new().spawn_scoped(scope, move || serve(&stream, tasks, results))?;
        }
        Ok(())
    })?;
    for worker in workers {
        worker.join()?;
    }
    for (task, result) in results.into_inner()? {
        say!("Result of task {task}: {result}");
    }
    say!("All tasks done.");
    Ok(())
}

/// Serves one worker: answers each of its lines with a task, or with the end.
fn serve(
    mut stream: &TcpStream,
    tasks: &Mutex<Range<u64>>,
    results: &Mutex<BTreeMap<u64, u64>>,
) -> Option<()> {
    for line in BufReader::new(stream).lines() {
        let line = line.ok()?;
        if let Some((task, result)) = line.strip_prefix("done ").and_then(|it| it.split_once(' ')) {
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.insert(task.parse().ok()?, result.parse().ok()?);
        }
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
        let answer = task.map_or("end\n".to_owned(), |task| format!("do {task}\n"));
        stream.write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

fn run_worker(mut stream: &TcpStream) -> StoryResult {
    stream.write_all(b"ready\n")?;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let Some(number) = line.strip_prefix("do ") else {
            return Ok(());
        };
        let number: u64 = number.parse()?;
        say!("Worker ({}) task {number}: {number} * {number}", pid());
        pause(Duration::from_secs(1));
        stream.write_all(format!("done {number} {}\n", number * number).as_bytes())?;
    }
    Err("disconnected: the scheduler has ended".into())
}
