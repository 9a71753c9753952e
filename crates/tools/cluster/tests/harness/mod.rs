//! A cluster of processes (a scheduler, workers and clients), started as a person does it. Tests
//! use command lines, so that they can also run against another kind of scheduler.
#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

pub(crate) mod network;
mod running;
pub(crate) mod tap;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use lesson_test::{Folder, Ran, run_within, until};
use rusqlite::Connection;

use network::Namespace;
pub(crate) use running::{LIMIT, Running};

/// The program `misbehaving`, which has the kinds of `cluster` and worse ones.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_misbehaving"))
}

/// A command that runs this program through another one, whose words are `prefix`.
pub(crate) fn after(prefix: &[String], program: &Path) -> Command {
    let Some((first, rest)) = prefix.split_first() else {
        return Command::new(program);
    };
    let mut command = Command::new(first);
    command.args(rest).arg(program);
    command
}

/// The database has this many tasks, each done once, and no other event.
#[track_caller]
pub(crate) fn assert_each_is_recorded_once(database: &Path, all: u64) {
    let database = Connection::open(database).unwrap();
    let count = |query: &str| -> u64 {
        let count: i64 = database.query_row(query, [], |row| row.get(0)).unwrap();
        count.cast_unsigned()
    };
    assert_eq!(count("SELECT count(*) FROM task"), all, "accepted");
    let one = "SELECT count(DISTINCT task) FROM result WHERE what = 'done'";
    assert_eq!(count(one), all, "done");
    let events = "SELECT (SELECT count(*) FROM result) + (SELECT count(*) FROM failure)";
    assert_eq!(count(events), all, "another event");
}

/// The URL of the broker that replaces the scheduler in this test target.
pub(crate) fn broker() -> String {
    env::var("CLUSTER_BROKER").expect("scripts/rabbitmq-test runs this")
}

/// A scheduler on a free port, or the queues of a broker, and a way to start workers and clients.
pub(crate) struct Cluster {
    pub(crate) scheduler: Running,
    /// The address of a scheduler; or the name of the queues on a broker.
    pub(crate) address: String,
    pub(crate) folder: Folder,
    /// The command through which clients and workers are started.
    prefix: Vec<String>,
    /// The options that name a broker.
    place: Vec<String>,
    /// The options of each command.
    words: Vec<String>,
    logs: AtomicU32,
}

impl Cluster {
    /// Starts a durable scheduler with a key.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a scheduler with these options more.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        if env!("CARGO_CRATE_NAME") == "rabbitmq" {
            return Self::on(&broker(), more);
        }
        let folder = Folder::new();
        let key = folder.text("key");
        let made = run_within(LIMIT, Command::new(program()).args(["key", &key]));
        let _made = made.expect_success();
        Self::start_in(folder, &["--key", &key], more)
    }

    /// Starts a scheduler in this folder, with options for every command and for the scheduler.
    pub(crate) fn start_in(folder: Folder, words: &[&str], more: &[&str]) -> Self {
        let scheduler = scheduler(&folder, "127.0.0.1:0", words, more);
        Self::of(scheduler, folder, words)
    }

    /// Starts all of it in a network of its own, which other networks can reach.
    pub(crate) fn start_within(network: &Namespace, folder: Folder, words: &[&str]) -> Self {
        let mut command = network.command(program());
        let at = format!("0.0.0.0:{}", network::PORT);
        command.args([
            "scheduler",
            "--at",
            &at,
            "--data",
            &folder.text("cluster.db"),
        ]);
        let scheduler = Running::start(command.args(words), &folder.path("scheduler.log"));
        let mut cluster = Self::of(scheduler, folder, words);
        cluster.address = format!("127.0.0.1:{}", network::PORT);
        cluster.prefix = network.prefix();
        cluster
    }

    /// Makes queues of their own on a broker, with these options more.
    pub(crate) fn on(url: &str, more: &[&str]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let queues = format!("test-{}-{number}", std::process::id());
        let folder = Folder::new();
        let mut place = ["--broker", url, "--queues", &queues]
            .map(str::to_owned)
            .to_vec();
        if url.starts_with("amqps:") {
            let ca = env::var("CLUSTER_CA").expect("scripts/rabbitmq-test runs this");
            place.extend(["--ca".to_owned(), ca]);
        }
        let mut command = Command::new(program());
        command.arg("scheduler").args(&place).args(more);
        let mut making = Running::start(&mut command, &folder.path("scheduler.log"));
        assert!(making.end().success(), "{}", making.log());
        Self {
            address: queues,
            scheduler: making,
            folder,
            prefix: Vec::new(),
            place,
            words: Vec::new(),
            logs: AtomicU32::new(0),
        }
    }

    /// The cluster of a scheduler that has been started.
    pub(crate) fn of(mut scheduler: Running, folder: Folder, words: &[&str]) -> Self {
        Self {
            address: listens(&mut scheduler),
            place: Vec::new(),
            scheduler,
            folder,
            prefix: Vec::new(),
            words: words.iter().map(|&word| word.to_owned()).collect(),
            logs: AtomicU32::new(0),
        }
    }

    /// Kills the scheduler, and starts it again at the same address.
    pub(crate) fn restart(&mut self) {
        self.scheduler.kill();
        self.start_again();
    }

    pub(crate) fn start_again(&mut self) {
        self.start_again_with(&[]);
    }

    /// Starts the scheduler again, with these options more.
    pub(crate) fn start_again_with(&mut self, more: &[&str]) {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        self.scheduler = scheduler(&self.folder, &self.address, &words, more);
        listens(&mut self.scheduler);
    }

    /// Starts the scheduler again through another program. Does not wait: it may end before it listens.
    pub(crate) fn start_again_through(&mut self, prefix: &[String]) {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        self.scheduler = scheduler_after(prefix, &self.folder, &self.address, &words, &[]);
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.command_of(program(), words)
    }

    pub(crate) fn command_of(&self, program: &Path, words: &[&str]) -> Command {
        let mut command = after(&self.prefix, program);
        let (name, words) = words.split_first().unwrap();
        command.arg(name);
        match self.place.is_empty() {
            true => command.args(["--at", &self.address]),
            false => command.args(&self.place),
        };
        command.args(&self.words).args(words);
        command
    }

    /// Starts a worker, and waits until it is connected.
    pub(crate) fn worker(&self, more: &[&str]) -> Running {
        let mut worker = self.background(&[&["worker"], more].concat());
        worker.wait_for("is connected");
        worker
    }

    /// Starts a command, and does not wait for it.
    pub(crate) fn background(&self, words: &[&str]) -> Running {
        let number = self.logs.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.path(&format!("log-{number}"));
        Running::start(&mut self.command(words), &log)
    }

    /// Runs a command to its end. On a busy machine it may print its progress to standard error,
    /// which is no complaint.
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        let mut ran = run_within(LIMIT, &mut self.command(words));
        let is_progress = |line: &&str| line.contains(" of ") && line.ends_with(" a second");
        let complaints = ran.err.split_inclusive('\n');
        ran.err = complaints
            .filter(|line| !is_progress(&line.trim_end()))
            .collect();
        ran
    }

    /// Submits without waiting. Returns the batch.
    pub(crate) fn submit(&self, words: &[&str]) -> String {
        let ran = self.run(&[&["submit", "--detach"], words].concat());
        batch(&ran.expect_success().out)
    }

    /// Waits for a batch, and returns the lines that are printed for it.
    pub(crate) fn results(&self, batch: &str) -> Vec<String> {
        let ran = self.run(&["results", batch]).expect_success();
        ran.lines().into_iter().map(str::to_owned).collect()
    }

    /// Returns a number of `status --json`.
    pub(crate) fn count(&self, name: &str) -> u64 {
        let ran = self.run(&["status", "--json"]).expect_success();
        let (_, rest) = ran.out.split_once(&format!("\"{name}\":")).unwrap();
        let number = rest.split([',', '}']).next().unwrap();
        number.parse().unwrap()
    }
}

fn scheduler(folder: &Folder, address: &str, words: &[&str], more: &[&str]) -> Running {
    scheduler_after(&[], folder, address, words, more)
}

/// Starts a scheduler through another program, whose words are `prefix`.
fn scheduler_after(
    prefix: &[String],
    folder: &Folder,
    address: &str,
    words: &[&str],
    more: &[&str],
) -> Running {
    let mut command = after(prefix, program());
    command.arg("scheduler").args(["--at", address]).args(words);
    if !more.contains(&"--volatile") && !more.contains(&"--data") {
        command.args(["--data", &folder.text("cluster.db")]);
    }
    Running::start(command.args(more), &folder.path("scheduler.log"))
}

fn listens(scheduler: &mut Running) -> String {
    let line = scheduler.wait_for("listens on");
    line.split_once("listens on ").unwrap().1.to_owned()
}

/// Returns the number in `Batch 7: 3 tasks accepted`.
pub(crate) fn batch(line: &str) -> String {
    let (_, rest) = line.split_once("Batch ").unwrap();
    rest.split(':').next().unwrap().to_owned()
}

/// A task that has begun and goes on until its gate is opened.
pub(crate) struct Gated {
    pub(crate) gate: PathBuf,
    pub(crate) batch: String,
}

impl Gated {
    pub(crate) fn start(cluster: &Cluster) -> Self {
        let gate = cluster.folder.path("gate");
        let batch = cluster.submit(&["gate", &gate.display().to_string()]);
        let gated = Self { gate, batch };
        gated.runs(1);
        gated
    }

    /// Waits until the task has begun this number of times.
    #[track_caller]
    pub(crate) fn runs(&self, times: usize) {
        until("the task has begun", || {
            let begun = fs::read_to_string(self.gate.with_extension("begun"));
            begun.is_ok_and(|begun| begun.lines().count() == times)
        });
    }

    pub(crate) fn open(&self) {
        fs::write(&self.gate, "").unwrap();
    }
}

#[track_caller]
pub(crate) fn ends_well(process: &mut Running) {
    assert!(process.end().success(), "{}", process.log());
}
