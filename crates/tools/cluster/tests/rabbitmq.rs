//! The rows of the catalogue on a broker, and the faults that only a broker has.
//! `scripts/rabbitmq-test` starts one and runs this.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod faults;
mod harness;
mod rows;
mod squares;

use std::env;
use std::fs::{self, File};
use std::io::BufReader;
use std::process::Command;
use std::thread;
use std::time::Duration;

use common::Kind;
use harness::tap::{Tap, contains};
use harness::{Cluster, LIMIT, Running, batch, broker, program};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use lesson_test::{Folder, Seeded, run_within, until};
use nix::sys::signal::Signal;
use squares::{Squares, kills};
use timeline::{Finding, Run, Verdict};

fn run(words: &[&str]) -> lesson_test::Ran {
    run_within(LIMIT, Command::new(program()).args(words))
}

/// Row D03.
#[test]
fn d03_another_password_is_refused_and_so_is_a_virtual_host_that_is_not_there() {
    let url = broker();
    let wrong = url.replace(":guest@", ":other@");
    for url in [&*wrong, &format!("{url}/nowhere")] {
        for command in [&["status"][..], &["worker"], &["scheduler"]] {
            let ran = run(&[command, &["--broker", url]].concat()).expect_complaint(1);
            assert!(ran.err.contains("does not take this user"), "{ran:?}");
            assert!(!ran.err.contains("other"), "the password: {ran:?}");
        }
    }
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    // The password comes from a file of its own, not in the URL.
    let password = cluster.folder.text("password");
    fs::write(&password, "guest\n").unwrap();
    let bare = url.replace(":guest@", "@");
    let words = [
        "status", "--broker", &bare, "--queues", "none", "--key", &password,
    ];
    let ran = run(&words).expect_complaint(1);
    assert!(ran.err.contains("others can read"), "{ran:?}");
    let _mode = run_within(LIMIT, Command::new("chmod").args(["600", &password]));
    let ran = run(&words).expect_complaint(1);
    assert!(ran.err.contains("has no queue 'none.tasks'"), "{ran:?}");
    let ran = run(&["status", "--broker", &wrong, "--key", &password]).expect_complaint(1);
    assert!(ran.err.contains("give only one of them"), "{ran:?}");
}

/// Row D05.
#[test]
fn d05_a_broker_that_is_not_there_is_tried_again_until_the_patience_is_over() {
    let no_broker = "amqp://127.0.0.1:9";
    for command in ["status", "worker", "scheduler"] {
        let ran = run(&[command, "--broker", no_broker, "--give-up", "0.3"]).expect_complaint(1);
        assert!(ran.err.contains("gave up after 300ms"), "{ran:?}");
        let printed = ran.out.clone() + &ran.err;
        assert!(printed.contains("Connection refused"), "{ran:?}");
    }
    let ran = run(&["worker", "--broker", no_broker, "--give-up", "0.3"]).expect_complaint(1);
    assert!(ran.out.contains("trying again"), "{ran:?}");
}

#[test]
fn a_url_that_makes_no_sense_is_one_line() {
    for (words, code) in [
        (&["status", "--broker", "here"][..], 1),
        (
            &["status", "--broker", "amqps://here", "--ca", "nowhere"],
            1,
        ),
        (&["status", "--broker", "amqp://here", "--ca", "here"], 1),
        (&["status", "--ca", "here"], 2),
        (&["status", "--broker", "amqp://here", "--queues", "a b"], 1),
        (&["status", "--broker", "amqp://here", "--at", "here:1"], 2),
        (&["status", "--queues", "here"], 2),
    ] {
        let _complaint = run(words).expect_complaint(code);
    }
}

/// Row D03.
#[test]
fn d03_a_broker_with_tls_needs_a_certificate_that_is_trusted() {
    let folder = env::var("CLUSTER_TLS").expect("scripts/rabbitmq-test runs this");
    let (ca, other) = (format!("{folder}/ca.pem"), format!("{folder}/server.pem"));
    let (plain, cluster) = (broker(), Cluster::start());
    let (host, port) = plain.rsplit_once(':').unwrap();
    let port = port.parse::<u16>().unwrap() + 1000;
    let url = format!("{}:{port}", host.replace("amqp", "amqps"));
    let words = |command| [command, "--queues", &cluster.address, "--broker", &url];
    let trusting = |command| [&words(command)[..], &["--ca", &ca]].concat();
    let mut command = Command::new(program());
    command.args(trusting("worker"));
    let mut worker = Running::start(&mut command, &cluster.folder.path("worker"));
    worker.wait_for("is connected to amqps://");
    let ran = run(&[&trusting("submit")[..], &["square", "3"]].concat()).expect_success();
    assert_eq!(ran.lines()[1..], ["9"]);
    // The certificates that the system trusts.
    let mut command = Command::new(program());
    command.args(words("status")).env("SSL_CERT_FILE", &ca);
    let _trusted = run_within(LIMIT, &mut command).expect_success();
    let (localhost, no_tls) = (
        url.replace("127.0.0.1", "localhost"),
        plain.replace("amqp", "amqps"),
    );
    for (url, ca, why) in [
        (&url, &other, "UnknownIssuer"),
        // The certificate names only the address.
        (&localhost, &ca, "not valid for name"),
        (&no_tls, &ca, "corrupt message"),
    ] {
        for command in ["status", "worker"] {
            let ran = run(&[command, "--broker", url, "--ca", ca]).expect_complaint(1);
            assert!(ran.err.contains(why), "{ran:?}");
        }
    }
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
}

/// Row D04.
#[test]
fn d04_with_tls_neither_the_password_nor_the_messages_can_be_read_on_the_line() {
    let folder = env::var("CLUSTER_TLS").expect("scripts/rabbitmq-test runs this");
    let ca = format!("{folder}/ca.pem");
    let (plain, cluster) = (broker(), Cluster::start());
    let (_, address) = plain.rsplit_once('@').unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    let port = port.parse::<u16>().unwrap() + 1000;
    let secret = "a word that no key contains";
    let submit = ["submit", "--queues", &cluster.address, "text", secret];
    let _worker = cluster.worker(&[]);
    for (scheme, port, is_read) in [("amqps", port, false), ("amqp", port - 1000, true)] {
        let tap = Tap::before(&format!("{host}:{port}"));
        let url = format!("{scheme}://guest:guest@{}", tap.address);
        let mut words = [&submit[..], &["--broker", &url]].concat();
        if !is_read {
            words.extend(["--ca", &ca]);
        }
        let ran = run(&words).expect_success();
        assert!(ran.out.contains(secret), "{ran:?}");
        let kept = tap.kept.lock().unwrap();
        for part in [&b"guest"[..], secret.as_bytes(), b"text"] {
            assert_eq!(contains(&kept, part), is_read, "{scheme}");
        }
    }
}

#[test]
fn queues_that_are_there_with_other_settings_are_left_as_they_are() {
    let cluster = Cluster::start();
    let ran = cluster
        .run(&["scheduler", "--memory", "5"])
        .expect_complaint(1);
    assert!(
        ran.err.contains("inequivalent arg") && ran.err.contains("--queues NAME"),
        "{ran:?}"
    );
    let ran = cluster.run(&["scheduler"]).expect_success();
    assert!(ran.out.contains("are there"), "{ran:?}");
}

/// Publishes a message this number of times, as another program would.
fn publish(queue: &str, body: &[u8], times: usize) {
    smol::block_on(async {
        let runtime = async_rs::Runtime::smol();
        let properties = ConnectionProperties::default();
        let url = broker();
        let url = url.split(',').next().unwrap();
        let connection = Connection::connect_with_runtime(url, properties, runtime);
        let connection = connection.await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await
            .unwrap();
        let mut confirms = Vec::new();
        for _ in 0..times {
            let (options, properties) =
                (BasicPublishOptions::default(), BasicProperties::default());
            let publishing =
                channel.basic_publish("".into(), queue.into(), options, body, properties);
            confirms.push(publishing.await.unwrap());
        }
        for confirm in confirms {
            assert!(confirm.await.unwrap().is_ack());
        }
        connection.close(200, "done".into()).await.unwrap();
    });
}

/// Row D13.
#[test]
fn d13_messages_of_other_programs_are_put_aside_and_nothing_is_lost() {
    let cluster = Cluster::start();
    let name = |part: &str| format!("{}.{part}", cluster.address);
    let batch = cluster.submit(&["square", "3"]);
    for part in ["tasks", "suspects", "died", "log", "cancelled", "delay.1"] {
        publish(&name(part), b"something bogus", 1);
        publish(&name(part), b"", 1);
    }
    let mut worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&batch), ["9"]);
    let aside = format!("is no task: it is put into '{}'", name("foreign"));
    until("all are put aside", || {
        worker.log().matches(&aside).count() == 8
    });
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 1));
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
}

/// The log has all that a client needs to know, so reading it is part of connecting, and no
/// patience runs meanwhile.
#[test]
fn a_long_log_is_no_broker_that_does_not_answer() {
    let cluster = Cluster::start();
    publish(&format!("{}.log", cluster.address), b"an entry", 20_000);
    let _worker = cluster.worker(&[]);
    let words = ["submit", "--give-up", "0.1", "square", "3"];
    let ran = cluster.run(&words).expect_success();
    assert_eq!(ran.lines()[1..], ["9"]);
}

/// Row D12: a worker has asked for more tasks than the one that kills it.
#[test]
fn d12_tasks_that_only_waited_beside_one_that_kills_its_workers_are_done() {
    let cluster = Cluster::start();
    let killer = cluster.submit(&["abort", "now"]);
    let numbers: Vec<String> = (0..50).map(|it| it.to_string()).collect();
    let words: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let others = cluster.submit(&[&["square"][..], &words].concat());
    for _ in 0..3 {
        let mut worker = cluster.background(&["worker", "--ahead", "100"]);
        assert!(!worker.end().success());
    }
    let _worker = cluster.worker(&["--ahead", "100"]);
    assert_eq!(cluster.results(&others).len(), 50);
    let ran = cluster.run(&["results", &killer]).expect_code(1);
    assert!(ran.out.contains("3 attempts"), "{ran:?}");
    assert_eq!((cluster.count("dead"), cluster.count("ended")), (1, 50));
}

#[test]
fn a_dead_task_is_listed_and_sent_again() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let gate = cluster.folder.path("missing/gate");
    let path = gate.display().to_string();
    // The task fails, because it cannot write there until the folder is made.
    let ran = cluster.run(&["submit", "note", &path]).expect_code(1);
    let batch = batch(&ran.out);
    let status = cluster.run(&["status"]).expect_success();
    let id = status.out.split("dead      task ").nth(1).unwrap();
    let id = id.split(' ').next().unwrap();
    fs::create_dir(gate.parent().unwrap()).unwrap();
    let ran = cluster.run(&["retry", "--task", id]).expect_success();
    assert!(ran.out.contains("is queued"), "{ran:?}");
    assert_eq!(cluster.results(&batch), [&*path]);
    assert_eq!(fs::read_to_string(&gate).unwrap(), "once\n");
    let ran = cluster.run(&["retry", "--task", id]).expect_success();
    assert!(ran.out.contains("is done"), "{ran:?}");
    assert_eq!((cluster.count("dead"), cluster.count("ended")), (0, 1));
}

#[test]
fn a_task_that_was_cancelled_is_not_begun() {
    let cluster = Cluster::start();
    let file = cluster.folder.path("note");
    let batch = cluster.submit(&["note", &file.display().to_string()]);
    let _cancelled = cluster.run(&["cancel", &batch]).expect_success();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert!(!file.exists());
    let ran = cluster.run(&["results", &batch]).expect_code(1);
    assert!(ran.out.contains("it was cancelled"), "{ran:?}");
    assert_eq!(cluster.count("ready"), 0);
}

#[test]
fn the_same_batch_again_adds_nothing_and_a_forgotten_one_is_gone() {
    let cluster = Cluster::start();
    for _ in 0..3 {
        let words = [
            "submit", "--detach", "--batch", "7", "square", "1", "2", "3",
        ];
        let ran = cluster.run(&words).expect_success();
        assert!(ran.out.contains("Batch 7: 3 tasks accepted"), "{ran:?}");
        assert_eq!(cluster.count("ready"), 3);
    }
    let others = ["submit", "--batch", "7", "text", "1", "2", "3", "4"];
    let ran = cluster.run(&others).expect_complaint(1);
    assert!(
        ran.err.contains("has another task with number 0"),
        "{ran:?}"
    );
    assert_eq!(cluster.count("ready"), 3);
    let ran = cluster.run(&["forget", "7"]).expect_complaint(1);
    assert!(ran.err.contains("3 open tasks"), "{ran:?}");
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results("7"), ["1", "4", "9"]);
    let _gone = cluster.run(&["forget", "7"]).expect_success();
    let ran = cluster.run(&["results", "7"]).expect_complaint(1);
    assert!(ran.err.contains("is forgotten"), "{ran:?}");
}

#[test]
fn the_log_of_a_run_shows_the_sender_of_each_task_and_each_result() {
    let log = Folder::new();
    let path = log.text("run.jsonl");
    let cluster = Cluster::start();
    // The first process of the log, which outlives the others.
    let words = ["worker", "--record", &path];
    let mut worker = cluster.background(&words);
    worker.wait_for("is connected");
    let ran = cluster
        .run(&["submit", "square", "3", "--record", &path])
        .expect_success();
    assert_eq!(ran.lines()[1..], ["9"]);
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
    let run = Run::read(BufReader::new(File::open(&path).unwrap())).unwrap();
    for (text, sender) in [("Lease {", "client"), ("Done {", "job 1")] {
        let received =
            |event: &&timeline::Event| event.kind == Kind::Recv && event.what.contains(text);
        let received = run.events.iter().find(received).unwrap();
        let sent = &run.events[received.cause.unwrap()];
        assert_eq!(sent.kind, Kind::Send);
        let lanes = [&run.lanes[sent.lane], &run.lanes[received.lane]];
        assert!(
            lanes[0].name.starts_with(sender),
            "{text}: {}",
            lanes[0].name
        );
        assert_ne!(lanes[0].pid, lanes[1].pid);
    }
    let broken = |finding: &Finding| finding.verdict == Verdict::Broken;
    let broken: Vec<_> = run.check().into_iter().filter(broken).collect();
    assert!(broken.is_empty(), "{}", broken[0]);
}

/// Row D12. SIGKILL of workers at random moments, while tasks are handed in and done.
#[test]
fn d12_workers_of_a_broker_are_killed_and_each_task_has_one_result() {
    let cluster = Cluster::start();
    let mut workers: Vec<Running> = (0..3).map(|_| cluster.worker(&["--jobs", "2"])).collect();
    let mut seeded = Seeded::new(4);
    let mut squares = Squares::of(&cluster, "workers");
    for round in 0..kills() {
        squares.hand_in(round);
        thread::sleep(Duration::from_micros(seeded.below(150_000)));
        let victim = usize::try_from(seeded.below(3)).unwrap();
        workers[victim].kill();
        workers[victim] = cluster.background(&["worker", "--jobs", "2"]);
        squares.count_kill();
        if let Some(before) = round.checked_sub(1) {
            squares.judge(before);
        }
    }
    squares.judge_all();
}
