//! How many tasks a second go through a scheduler and one worker, each a process, and back to a
//! client: `cargo bench -p cluster`, or with the name of one measurement after `--`. The first two
//! hand in all tasks of a batch at once, the next two one task after another. The last one kills a
//! worker with its task, again and again, until another worker does the task: it reports a rate of
//! such deaths, and before that how long each takes.
//!
//! The last line of each measurement is its name and the rate, a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::mem;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cluster::Cluster;
use common::say;
use lesson_test::{bench, scaled};

fn main() {
    bench(&[
        ("volatile", || Processes::start(false).many(scaled(400_000))),
        ("durable", || Processes::start(true).many(scaled(200_000))),
        ("volatile-one", || {
            Processes::start(false).one_by_one(scaled(5_000))
        }),
        ("durable-one", || {
            Processes::start(true).one_by_one(scaled(1_000))
        }),
        ("killed", || Processes::start(false).killed(scaled(200))),
    ]);
}

/// A scheduler and a worker, which are killed on drop.
struct Processes {
    address: String,
    folder: PathBuf,
    children: Vec<Child>,
}

impl Processes {
    fn start(is_durable: bool) -> Self {
        let folder = env::temp_dir().join(format!("cluster-rate-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
        command.args(["scheduler", "--at", "127.0.0.1:0"]);
        match is_durable {
            true => command.arg("--data").arg(folder.join("cluster.db")),
            false => command.arg("--volatile"),
        };
        let (scheduler, line) = started(&mut command, "listens on ");
        let address = line.split("listens on ").nth(1).unwrap().to_owned();
        let worker = worker(env!("CARGO_BIN_EXE_cluster"), &address);
        Self {
            address,
            folder,
            children: vec![worker, scheduler],
        }
    }

    fn many(&self, count: u64) -> f64 {
        let mut cluster = Cluster::connect(&self.address, None).unwrap();
        let begun = Instant::now();
        let squares: Vec<Result<u64, String>> = cluster.map("square", 0..count).unwrap();
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        assert!(
            (0..count)
                .zip(squares)
                .all(|(it, square)| square == Ok(it * it))
        );
        rate
    }

    fn one_by_one(&self, count: u64) -> f64 {
        let mut cluster = Cluster::connect(&self.address, None).unwrap();
        let begun = Instant::now();
        for number in 0..count {
            let squares: Vec<Result<u64, String>> = cluster.map("square", [number]).unwrap();
            assert_eq!(squares, [Ok(number * number)]);
        }
        count as f64 / begun.elapsed().as_secs_f64()
    }

    /// Kills the worker of a task, and waits until the task runs on another, free worker. Returns the rate.
    fn killed(&mut self, count: u64) -> f64 {
        self.replace_worker().0.wait().unwrap();
        let mut took: Vec<Duration> = (0..count).map(|round| self.kill_one(round)).collect();
        took.sort_unstable();
        let at = |percent: usize| took[took.len() * percent / 100].as_secs_f64() * 1000.0;
        let (middle, most) = (at(50), at(99));
        say!("A worker killed to its task running again: {middle:.2} ms, {most:.2} ms at p99");
        count as f64 / took.iter().sum::<Duration>().as_secs_f64()
    }

    /// Kills the worker after another one with the kinds of the tests has connected. Returns the time.
    fn replace_worker(&mut self) -> (Child, Instant) {
        let next = worker(env!("CARGO_BIN_EXE_misbehaving"), &self.address);
        let mut victim = mem::replace(&mut self.children[0], next);
        let killed = Instant::now();
        victim.kill().unwrap();
        (victim, killed)
    }

    fn kill_one(&mut self, round: u64) -> Duration {
        let gate = self.folder.join(format!("gate-{round}"));
        let begins = gate.with_extension("begun");
        // Each beginning adds a line of five bytes.
        let has_begun = |times: u64| {
            let begun = Instant::now();
            while fs::metadata(&begins).map_or(0, |file| file.len()) < 5 * times {
                assert!(begun.elapsed() < Duration::from_secs(10), "it never began");
                thread::sleep(Duration::from_micros(50));
            }
        };
        let (address, path) = (self.address.clone(), gate.display().to_string());
        let client = thread::spawn(move || {
            let mut cluster = Cluster::connect(&address, None).unwrap();
            cluster.map::<String, String>("gate", [path]).unwrap()
        });
        has_begun(1);
        let (mut victim, killed) = self.replace_worker();
        has_begun(2);
        let took = killed.elapsed();
        victim.wait().unwrap();
        fs::write(&gate, "").unwrap();
        assert!(client.join().unwrap()[0].is_ok());
        took
    }
}

fn worker(program: &str, address: &str) -> Child {
    let mut command = Command::new(program);
    command.args(["worker", "--at", address]);
    started(&mut command, "is connected").0
}

/// Starts a process, and waits for a line that contains this text.
fn started(command: &mut Command, text: &str) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains(text));
    // The process may print more, and must not wait for a reader.
    thread::spawn(move || lines.for_each(drop));
    (child, line.unwrap())
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ended_already = child.kill();
            let _waited_already = child.wait();
        }
        let _no_matter = fs::remove_dir_all(&self.folder);
    }
}
