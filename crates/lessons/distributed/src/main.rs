//! 4 of the notes: a scheduler process, three worker processes and ten tasks.

use std::{process::ExitCode, time::Duration};

use common::{patience, pause, pid, say};
use distributed::{Client, Connection, ConnectionError, Registry, Server, work};
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let address = Operands {
        name: "ADDRESS",
        help: "where the scheduler listens; 127.0.0.1:0, any free port, without",
        most: 1,
    };
    let about = "4 Distributed: a scheduler, three workers and ten tasks over TCP";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(address, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let server = Server::bind(words.first().map_or("127.0.0.1:0", String::as_str))?;
    let address = server.address();
    let scheduler = Process::start("Scheduler", move || run_scheduler(server))?;
    let mut workers = Vec::new();
    for name in ["Worker_1", "Worker_2", "Worker_3"] {
        // Connected here: a worker whose process starts late, when all is done, would find no scheduler.
        let connection = Connection::connect(address)?;
        workers.push(Process::start(name, move || run_worker(connection))?);
    }
    let mut client = Client::connect(address)?;
    let submitted = (0..10_u64).map(|number| client.submit("square", &number));
    let tasks = submitted.collect::<Result<Vec<_>, _>>()?;
    for task in tasks {
        let square: u64 = client.result(task, patience(Duration::from_secs(60)))?;
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

fn run_scheduler(server: Server) -> std::io::Result<()> {
    say!("Scheduler ({}) listens on {}", pid(), server.address());
    server.run()
}

fn run_worker(connection: Connection) -> Result<(), ConnectionError> {
    say!("Worker ({}) is Running...", pid());
    work(connection, &Registry::new().with("square", square))
}

fn square(number: u64) -> u64 {
    say!("Worker ({}) task {number}: {number} * {number}", pid());
    pause(Duration::from_secs(1));
    number * number
}
