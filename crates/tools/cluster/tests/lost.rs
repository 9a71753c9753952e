//! Tests what a client reports if a scheduler has lost its tasks (it kept them only in memory, and was
//! restarted), is full, or is stopped.

mod harness;

use std::sync::mpsc::channel;
use std::thread;

use cluster::Cluster as Client;
use harness::{Cluster, Gated, LIMIT, Running};
use lesson_test::until;
use nix::sys::signal::Signal;

/// More than `--memory 1` has room for: the last tasks are not accepted.
const TASKS: usize = 5000;

const VOLATILE: [&str; 3] = ["--volatile", "--memory", "1"];

/// Waits until the scheduler is full, and restarts it with room for the rest and a worker.
fn restart_when_full(cluster: &mut Cluster) -> Running {
    until("it is full", || cluster.count("ready") > 3900);
    cluster.scheduler.kill();
    cluster.start_again_with(&["--volatile"]);
    cluster.worker(&[])
}

#[test]
fn a_command_whose_tasks_are_lost_while_it_hands_them_in_is_an_error() {
    for detached in [&[][..], &["--detach"]] {
        let mut cluster = Cluster::start_with(&VOLATILE);
        let submit = ["submit", "--give-up", "30", "square"];
        let words = [&submit[..], &vec!["3"; TASKS], detached].concat();
        let mut submitting = cluster.background(&words);
        let _worker = restart_when_full(&mut cluster);
        assert_eq!(submitting.end().code(), Some(1), "{}", submitting.log());
        let log = submitting.log();
        let complaints: Vec<_> = log.lines().filter(|it| it.contains("cluster: ")).collect();
        let [complaint] = complaints[..] else {
            panic!("{log}");
        };
        assert!(complaint.contains("has lost tasks"), "{complaint}");
        assert!(complaint.contains("hand them in again"), "{complaint}");
    }
}

/// Row D10.
#[test]
fn d10_a_command_whose_tasks_are_lost_while_it_waits_is_an_error() {
    let mut cluster = Cluster::start_with(&VOLATILE);
    let mut submitting = cluster.background(&["submit", "square", "3", "4"]);
    until("it waits", || cluster.count("ready") == 2);
    cluster.scheduler.kill();
    cluster.start_again_with(&["--volatile"]);
    let _worker = cluster.worker(&[]);
    assert_eq!(submitting.end().code(), Some(1));
    let log = submitting.log();
    assert!(log.contains("it had accepted 2, and has 0"), "{log}");
}

/// Row D10.
#[test]
fn d10_a_program_whose_tasks_are_lost_has_an_error() {
    let mut cluster = Cluster::start_with(&VOLATILE);
    let (address, key) = (cluster.address.clone(), cluster.folder.path("key"));
    let (ended, end) = channel();
    thread::spawn(move || {
        let mut client = Client::connect(&address, Some(&key)).unwrap();
        let words = vec![3; TASKS];
        let _gone = ended.send(client.map::<u64, u64>("square", words));
    });
    let _worker = restart_when_full(&mut cluster);
    let why = end.recv_timeout(LIMIT).unwrap().unwrap_err();
    assert!(why.contains("has lost tasks"), "{why}");
}

/// Row D08.
#[test]
fn d08_a_scheduler_that_takes_no_task_is_full_or_does_not_answer() {
    let cluster = Cluster::start_with(&VOLATILE);
    // A scheduler does not answer if it is silent for half of the time limit, so it is stopped before
    // that. If its line has no more room, the line is cut after a while, and no new one can be made.
    for (is_stopped, give_up, texts) in [
        (false, "12", ["`forget` make room"; 2]),
        (true, "12", ["has not answered for", "no scheduler answers"]),
    ] {
        let submit = ["submit", "--give-up", give_up, "square"];
        let words = [&submit[..], &["3"; TASKS]].concat();
        let mut submitting = cluster.background(&words);
        until("it is full", || cluster.count("ready") > 3900);
        if is_stopped {
            until("it waits", || cluster.count("clients") == 2);
            cluster.scheduler.signal(Signal::SIGSTOP);
        }
        assert_eq!(submitting.end().code(), Some(1));
        let log = submitting.log();
        assert!(texts.iter().any(|it| log.contains(it)), "{log}");
        assert!(log.contains("of 5000 tasks are accepted"), "{log}");
    }
}

/// Both tasks have the number 0: an earlier scheduler had one only in memory, and this one has the other.
#[test]
fn a_result_for_an_earlier_scheduler_is_not_that_of_another_task_of_its_number() {
    for jobs in ["1", "2"] {
        let mut cluster = Cluster::start_with(&["--volatile"]);
        let _worker = cluster.worker(&["--jobs", jobs]);
        let gated = Gated::start(&cluster);
        cluster.scheduler.kill();
        cluster.start_again_with(&["--volatile"]);
        let batch = cluster.submit(&["square", "3"]);
        until("it is lent, or done beside the other", || {
            cluster.count("leased") + cluster.count("ended") == 1
        });
        gated.open();
        assert_eq!(cluster.results(&batch), ["9"], "{jobs} jobs");
        assert_eq!(cluster.count("late"), 0);
    }
}
