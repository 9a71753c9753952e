//! How many tasks a second go through a scheduler and one worker, each a process, and back to a client:
//! `cargo bench -p cluster`, or with the name of one measurement behind `--`. The first two hand in all
//! of a batch, the others one task after the other.
//!
//! The last line of each is its name and the rate, a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use cluster::Cluster;
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
    ]);
}

/// A scheduler and a worker, which are killed with their value.
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
        command.args(["worker", "--at", &address]);
        let (worker, _) = started(&mut command, "is connected");
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
}

/// Starts it, and waits for a line that has this text.
fn started(command: &mut Command, text: &str) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains(text));
    // It may say more, and must not wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
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
