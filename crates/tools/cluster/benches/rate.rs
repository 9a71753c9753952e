//! Measures a scheduler, workers and a client, each a process: `cargo bench -p cluster`, or with the
//! name of one measurement after `--`.
//!
//! - `volatile`, `durable`, `with-key`: tasks a second from the client to a worker and back, when all
//!   are handed in at once. `beside-strangers` is `with-key` while a thousand sockets without the key are open.
//! - `volatile-one`, `durable-one`: the same, one task after another.
//! - `killed-us`: microseconds until the task of a killed worker runs on another one, at the 99th percentile.
//! - `restart-ms`: milliseconds until a scheduler that was killed with a million tasks on disk listens again, at most.
//!
//! The last line of each measurement is its name and a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::collections::VecDeque;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cluster::Cluster;
use lesson_test::{bench, scaled};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

fn main() {
    bench(&[
        ("volatile", || {
            let processes = Processes::start(&["--volatile"]).with_worker();
            processes.many(scaled(400_000))
        }),
        ("durable", || {
            let processes = Processes::start(&["--data", DATABASE]).with_worker();
            processes.many(scaled(200_000))
        }),
        ("volatile-one", || {
            let processes = Processes::start(&["--volatile"]).with_worker();
            processes.one_by_one(scaled(5_000))
        }),
        ("durable-one", || {
            let processes = Processes::start(&["--data", DATABASE]).with_worker();
            processes.one_by_one(scaled(1_000))
        }),
        ("with-key", || {
            let processes = Processes::start(&["--volatile", "--key", KEY]).with_worker();
            processes.many(scaled(400_000))
        }),
        ("beside-strangers", || {
            let processes = Processes::start(&["--volatile", "--key", KEY]).with_worker();
            let _beside = Strangers::come(&processes.address);
            processes.many(scaled(400_000))
        }),
        ("killed-us", || {
            let processes = Processes::start(&["--volatile"]).with_worker();
            processes.killed(scaled(200))
        }),
        ("restart-ms", || {
            let processes = Processes::start(&["--data", DATABASE]);
            processes.restarted(scaled(1_000_000))
        }),
    ]);
}

/// Files in the folder in which all of them run.
const DATABASE: &str = "cluster.db";
const KEY: &str = "key";

/// A scheduler and perhaps a worker, which are killed on drop.
struct Processes {
    address: String,
    folder: PathBuf,
    /// The options of the scheduler.
    options: Vec<&'static str>,
    scheduler: Child,
    worker: Option<Child>,
}

impl Processes {
    fn start(options: &[&'static str]) -> Self {
        let folder = env::temp_dir().join(format!("cluster-rate-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        if options.contains(&KEY) {
            run(&folder, &["key", KEY]);
        }
        let (scheduler, address) = scheduler(&folder, "127.0.0.1:0", options);
        Self {
            address,
            folder,
            options: options.to_vec(),
            scheduler,
            worker: None,
        }
    }

    fn with_worker(mut self) -> Self {
        self.worker = Some(self.another_worker(env!("CARGO_BIN_EXE_cluster")));
        self
    }

    fn another_worker(&self, program: &str) -> Child {
        let mut command = Command::new(program);
        command.args(["worker", "--at", &self.address]);
        if self.options.contains(&KEY) {
            command.args(["--key", KEY]);
        }
        started(command.current_dir(&self.folder), "is connected").0
    }

    fn client(&self) -> Cluster {
        let key = self.folder.join(KEY);
        let key = self.options.contains(&KEY).then_some(&*key);
        Cluster::connect(&self.address, key).unwrap()
    }

    fn many(&self, count: u64) -> f64 {
        let begun = Instant::now();
        let squares: Vec<Result<u64, String>> = self.client().map("square", 0..count).unwrap();
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        assert!(
            (0..count)
                .zip(squares)
                .all(|(it, square)| square == Ok(it * it))
        );
        rate
    }

    fn one_by_one(&self, count: u64) -> f64 {
        let mut cluster = self.client();
        let begun = Instant::now();
        for number in 0..count {
            let squares: Vec<Result<u64, String>> = cluster.map("square", [number]).unwrap();
            assert_eq!(squares, [Ok(number * number)]);
        }
        count as f64 / begun.elapsed().as_secs_f64()
    }

    /// Kills the worker of a task, and waits until the task runs on another, free worker, again and again.
    /// Returns the microseconds that this takes, at the 99th percentile.
    fn killed(mut self, count: u64) -> f64 {
        self.replace_worker().0.wait().unwrap();
        let mut took: Vec<Duration> = (0..count).map(|round| self.kill_one(round)).collect();
        took.sort_unstable();
        took[took.len() * 99 / 100].as_secs_f64() * 1e6
    }

    /// Kills the worker after another one with the kinds of the tests has connected. Returns the time.
    fn replace_worker(&mut self) -> (Child, Instant) {
        let next = self.another_worker(env!("CARGO_BIN_EXE_misbehaving"));
        let mut victim = self.worker.replace(next).unwrap();
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
        let (mut cluster, path) = (self.client(), gate.display().to_string());
        let client = thread::spawn(move || cluster.map::<String, String>("gate", [path]).unwrap());
        has_begun(1);
        let (mut victim, killed) = self.replace_worker();
        has_begun(2);
        let took = killed.elapsed();
        victim.wait().unwrap();
        fs::write(&gate, "").unwrap();
        assert!(client.join().unwrap()[0].is_ok());
        took
    }

    /// Queues this many tasks, and kills the scheduler five times. Returns how many milliseconds it takes
    /// at most until the next one listens.
    fn restarted(mut self, count: u64) -> f64 {
        let numbers: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        for part in numbers.chunks(100_000) {
            let mut words = vec!["submit", "--at", &self.address, "--detach", "square"];
            words.extend(part.iter().map(String::as_str));
            run(&self.folder, &words);
        }
        let mut most = Duration::ZERO;
        for _ in 0..5 {
            self.scheduler.kill().unwrap();
            self.scheduler.wait().unwrap();
            let begun = Instant::now();
            self.scheduler = scheduler(&self.folder, &self.address, &self.options).0;
            most = most.max(begun.elapsed());
            let status = run(&self.folder, &["status", "--at", &self.address]);
            assert!(status.contains(&format!(" {count} ready")), "{status}");
        }
        most.as_secs_f64() * 1e3
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.worker.iter_mut().chain([&mut self.scheduler]) {
            let _ended_already = child.kill();
            let _waited_already = child.wait();
        }
        let _no_matter = fs::remove_dir_all(&self.folder);
    }
}

/// Starts a scheduler; returns the address at which it listens.
fn scheduler(folder: &Path, at: &str, options: &[&str]) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    command.args(["scheduler", "--at", at]).args(options);
    let (scheduler, line) = started(command.current_dir(folder), "listens on ");
    let address = line.split("listens on ").nth(1).unwrap().to_owned();
    (scheduler, address)
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

/// Runs a command to its end, and returns what it prints.
fn run(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    let ran = command.current_dir(folder).args(words).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

/// Keeps a thousand sockets without the key open, as long as this value lives: most are silent, and each
/// tenth sends a byte in each second. A socket that was cut is connected again within a second.
struct Strangers {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

const STRANGERS: usize = 1000;

impl Strangers {
    fn come(address: &str) -> Self {
        // The usual limit is 1024 descriptors.
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let (address, is_left) = (address.to_owned(), Arc::clone(&is_over));
        let connect = move || {
            let stream = TcpStream::connect(&address).unwrap();
            stream.set_nonblocking(true).unwrap();
            stream
        };
        let mut all: VecDeque<TcpStream> = (0..STRANGERS).map(|_| connect()).collect();
        let thread = thread::spawn(move || {
            while !is_left.load(Ordering::Relaxed) {
                // A tenth of them in each tenth of a second.
                for number in 0..STRANGERS / 10 {
                    let mut stream = all.pop_front().unwrap();
                    if number % 10 == 0 {
                        let _cut = stream.write(&[0]);
                    }
                    all.push_back(if is_open(&mut stream) {
                        stream
                    } else {
                        connect()
                    });
                }
                thread::sleep(Duration::from_millis(100));
            }
        });
        let thread = Some(thread);
        Self { is_over, thread }
    }
}

fn is_open(stream: &mut TcpStream) -> bool {
    let read = stream.read(&mut [0]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

impl Drop for Strangers {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(
            ended.is_some_and(|ended| ended.is_ok()),
            "they could not connect"
        );
    }
}
