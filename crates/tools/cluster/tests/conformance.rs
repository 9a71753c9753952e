//! The rows of the catalogue on schedulers, by command lines, as a person uses a cluster.

mod harness;
mod rows;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use harness::tap::{Tap, contains};
use harness::{Cluster, LIMIT, Running, program};
use lesson_test::{Folder, run_within, until};
use nix::sys::signal::Signal;

/// Row D03.
#[test]
fn d03_another_key_is_refused_at_once_and_the_scheduler_goes_on() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let other = cluster.folder.text("other");
    let _made = cluster.run_alone(&["key", &other]).expect_success();
    for command in ["status", "worker"] {
        let begun = Instant::now();
        let words = [command, "--at", &cluster.address, "--key", &other];
        let ran = cluster.run_alone(&words).expect_complaint(1);
        assert!(ran.err.contains("has another key"), "{ran:?}");
        assert!(
            begun.elapsed() < Duration::from_secs(4),
            "{:?}",
            begun.elapsed()
        );
    }
    let ran = cluster
        .run_alone(&["status", "--at", &cluster.address])
        .expect_complaint(1);
    assert!(ran.err.contains("wants a key"), "{ran:?}");
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}

/// Row D04.
#[test]
fn d04_neither_the_key_nor_the_messages_can_be_read_on_the_line() {
    let cluster = Cluster::start();
    let tap = Tap::before(&cluster.address);
    let key = cluster.folder.text("key");
    let words = ["--at", &tap.address, "--key", &key];
    let log = cluster.folder.path("log");
    let mut command = Command::new(program());
    let _worker = Running::start(command.arg("worker").args(words), &log);
    let secret = "a word that no key contains";
    let submit = ["submit", "text", secret];
    let ran = cluster
        .run_alone(&[&submit[..], &words].concat())
        .expect_success();
    assert!(ran.out.contains(secret), "{ran:?}");
    let kept = tap.kept.lock().unwrap();
    let text = fs::read_to_string(&key).unwrap();
    let bytes: Vec<u8> = text
        .trim()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    assert!(kept.len() > 300, "{}", kept.len());
    for part in [text.trim().as_bytes(), &bytes, secret.as_bytes(), b"text"] {
        assert!(!contains(&kept, part));
    }
}

/// Row D05.
#[test]
fn d05_a_port_without_a_listener_and_a_port_in_use_are_errors_at_once() {
    let cluster = Cluster::start();
    assert!(!cluster.address.ends_with(":0"), "{}", cluster.address);
    let begun = Instant::now();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let free = free.to_string();
    let ran = cluster
        .run_alone(&["status", "--at", &free, "--give-up", "0"])
        .expect_complaint(1);
    assert!(
        ran.err.contains(&free) && ran.err.contains("refused"),
        "{ran:?}"
    );
    let ran = cluster
        .run(&["scheduler", "--volatile"])
        .expect_complaint(1);
    assert!(
        ran.err.contains(&cluster.address) && ran.err.contains("in use"),
        "{ran:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Row D10.
#[test]
fn d10_a_waiting_client_gets_an_error_when_the_scheduler_ends() {
    let mut cluster = Cluster::start();
    let batch = cluster.submit(&["square", "3"]);
    let mut waiting = cluster.background(&["results", &batch, "--give-up", "0"]);
    until("it waits", || cluster.count("clients") == 2);
    let begun = Instant::now();
    cluster.scheduler.signal(Signal::SIGTERM);
    assert_eq!(waiting.end().code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(2) + LIMIT / 10);
    assert!(
        waiting.log().contains("no scheduler answers"),
        "{}",
        waiting.log()
    );
    assert!(cluster.scheduler.end().success());
    let ran = cluster
        .run(&["status", "--give-up", "0"])
        .expect_complaint(1);
    assert!(ran.err.contains("refused"), "{ran:?}");
}

/// Row D13.
#[test]
fn d13_a_peer_that_talks_nonsense_is_refused_and_the_scheduler_goes_on() {
    let cluster = Cluster::start();
    for nonsense in [
        &b"something bogus"[..],
        &[0; 200],
        &[0xff; 200],
        b"\x30\x00\x01",
        b"",
    ] {
        let mut stream = TcpStream::connect(&cluster.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(nonsense).unwrap();
        // The scheduler may have refused it by now.
        let _cut = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        // The connection may be reset, because our bytes were not read.
        let _reset = stream.read_to_end(&mut answer);
        assert!(answer.len() <= 2, "{nonsense:?}: {answer:?}");
    }
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}

/// Row D17.
#[test]
fn d17_a_scheduler_that_is_asked_to_end_leaves_nothing() {
    let folder = Folder::new();
    let mut command = Command::new(program());
    let data = folder.text("cluster.db");
    command.args(["scheduler", "--at", "127.0.0.1:0", "--data", &data]);
    let mut scheduler = Running::start(&mut command, &folder.path("log"));
    scheduler.wait_for("listens on");
    scheduler.signal(Signal::SIGINT);
    assert!(scheduler.end().success());
    let log = scheduler.log();
    assert!(
        log.contains("Scheduler has ended: 0 open, 0 dead and 0 ended tasks are kept"),
        "{log}"
    );
    // SQLite has moved everything into one file, and deleted the others.
    let mut left: Vec<_> = fs::read_dir(folder.path(".")).unwrap().flatten().collect();
    left.retain(|entry| entry.file_name() != "log");
    assert_eq!(left.len(), 1, "{left:?}");
}

/// A pager, for instance, may stop reading. The lines about 200 dead tasks do not fit into a pipe.
#[test]
fn a_scheduler_whose_output_is_not_read_serves_all_the_same() {
    let (folder, data) = (Folder::new(), Folder::new());
    let mut command = Command::new(program());
    command.args(["scheduler", "--at", "127.0.0.1:0"]);
    command.args(["--data", &data.text("cluster.db")]);
    let (reader, writer) = std::io::pipe().unwrap();
    let mut scheduler = Running::start_to(&mut command, writer);
    // Otherwise the reader would wait for the command's own end of the pipe.
    drop(command);
    let mut lines = BufReader::new(reader).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("listens on"));
    let line = line.unwrap().unwrap();
    let address = line.split("listens on ").nth(1).unwrap();
    let run = |words: &[&str]| {
        let (name, words) = words.split_first().unwrap();
        let mut command = Command::new(program());
        command.args([name, "--at", address]).args(words);
        command
    };
    let _worker = Running::start(&mut run(&["worker"]), &folder.path("worker"));
    let why = "x".repeat(900);
    let words = [&["submit", "fail"][..], &[&*why; 200]].concat();
    let ran = run_within(LIMIT, &mut run(&words)).expect_code(1);
    assert_eq!(ran.out.matches("failed").count(), 200);
    let _there = run_within(LIMIT, &mut run(&["status"])).expect_success();
    scheduler.signal(Signal::SIGTERM);
    assert!(scheduler.end().success());
    assert!(lines.count() > 60, "what is in the pipe can be read");
}

impl Cluster {
    /// Runs the program with these words and no others.
    fn run_alone(&self, words: &[&str]) -> lesson_test::Ran {
        run_within(LIMIT, Command::new(program()).args(words))
    }
}
