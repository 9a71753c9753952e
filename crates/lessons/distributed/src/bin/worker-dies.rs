//! 4: a worker is killed in the middle of a task, and nothing is lost. The scheduler notices the
//! end of its connection, takes the task back and lends it to another worker: ten results, each
//! once. `task-lost-with-worker` shows what happens without this.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{process::ExitCode, thread};

use child::Shared;
use common::{pid, say};
use distributed::{Client, Connection, ConnectionError, Registry, Server, work};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

const LIMIT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let about = "4 Distributed: a worker is killed in the middle of a task, and nothing is lost";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let server = Server::bind("127.0.0.1:0")?;
    let address = server.address();
    let scheduler = Process::start("Scheduler", move || server.run())?;
    // Set by the victim in its first task; until then the others do not finish theirs, so that a
    // task is left for it.
    let has_begun = Arc::new(Shared::new(AtomicBool::new(false))?);
    let mut workers = Vec::new();
    for name in ["Victim", "Worker_1", "Worker_2"] {
        let (has_begun, connection) = (Arc::clone(&has_begun), Connection::connect(address)?);
        workers.push(Process::start(name, move || {
            run_worker(name, connection, has_begun)
        })?);
    }
    let victim = workers.remove(0);
    let mut client = Client::connect(address)?;
    let submitted = (0..10_u64).map(|number| client.submit("square", &number));
    let tasks = submitted.collect::<Result<Vec<_>, _>>()?;
    wait_for(&has_begun);
    victim.kill()?;
    if let Err(death) = victim.join() {
        say!("{death}");
    }
    for task in tasks {
        let square: u64 = client.result(task, LIMIT)?;
        say!("Result of task {task}: {square}");
    }
    client.shutdown()?;
    for worker in workers {
        worker.join()?;
    }
    scheduler.join()?;
    say!("All tasks done.");
    Ok(())
}

fn run_worker(
    name: &'static str,
    connection: Connection,
    has_begun: Arc<Shared<AtomicBool>>,
) -> Result<(), ConnectionError> {
    let square = move |number: u64| {
        say!("{name} ({}) task {number}: {number} * {number}", pid());
        if name == "Victim" {
            has_begun.store(true, Ordering::Release);
            thread::sleep(LIMIT); // It is killed here.
        }
        wait_for(&has_begun);
        number * number
    };
    work(connection, &Registry::new().with("square", square))
}

/// Waits until the victim has begun, but for `LIMIT` at most.
fn wait_for(has_begun: &AtomicBool) {
    let deadline = Instant::now() + LIMIT;
    while !has_begun.load(Ordering::Acquire) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
}
