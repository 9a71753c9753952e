//! Tests what a peer without the key can make the scheduler do, and what it cannot.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use harness::{Cluster, LIMIT, Running, program};
use lesson_test::{Folder, Ran, Seeded, rounds, run_within, until};

/// How long a login may take, and a margin.
const LOGIN: Duration = Duration::from_secs(5);
const MOMENT: Duration = Duration::from_secs(2);

fn run(words: &[&str]) -> Ran {
    run_within(LIMIT, Command::new(program()).args(words))
}

#[test]
fn a_key_is_for_its_owner_alone_and_never_replaced() {
    let folder = Folder::new();
    let key = folder.text("key");
    let made = run(&["key", &key]).expect_success();
    let text = fs::read_to_string(&key).unwrap();
    assert!(!made.out.contains(text.trim()), "{made:?}");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let ran = run(&["key", &key]).expect_complaint(1);
    assert!(ran.err.contains("File exists"), "{ran:?}");
    let other = folder.text("other");
    let _made = run(&["key", &other]).expect_success();
    assert_ne!(fs::read_to_string(&other).unwrap(), text);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = run(&["status", "--key", &key]).expect_complaint(1);
    assert!(ran.err.contains(&format!("chmod 600 {key}")), "{ran:?}");
    let ran = run(&["worker", "--key", &folder.text("none")]).expect_complaint(1);
    assert!(ran.err.contains("cannot read the key file"), "{ran:?}");
    for nonsense in ["", "abc", &"z".repeat(64), &"0".repeat(64), &"é".repeat(32)] {
        fs::write(&other, nonsense).unwrap();
        let ran = run(&["status", "--key", &other]).expect_complaint(1);
        assert!(ran.err.contains("holds no key"), "{ran:?}");
    }
}

#[test]
fn a_key_for_which_the_disk_has_no_room_leaves_no_file() {
    let folder = Folder::new();
    let key = folder.text("key");
    let mut shell = Command::new("sh");
    // No file may be longer than 0 bytes.
    shell.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\""]);
    shell.arg(program()).args(["key", &key]);
    let ran = run_within(LIMIT, &mut shell).expect_complaint(1);
    assert!(ran.err.contains("cannot make the key file"), "{ran:?}");
    let _made = run(&["key", &key]).expect_success();
}

#[test]
fn without_a_key_it_listens_to_this_machine_alone_and_prints_that() {
    let mut cluster = Cluster::start_in(Folder::new(), &[], &[]);
    cluster
        .scheduler
        .wait_for("There is no key, so it listens to this machine alone");
    let ran = run(&["scheduler", "--volatile", "--at", "0.0.0.0:0"]).expect_complaint(1);
    assert!(ran.err.contains("is open to others"), "{ran:?}");
    let ran = run(&["status", "--at", "192.0.2.1:7878"]).expect_complaint(1);
    assert!(ran.err.contains("another machine: give --key"), "{ran:?}");
    let folder = Folder::new();
    let key = folder.text("key");
    let _made = run(&["key", &key]).expect_success();
    let ran = run(&["status", "--at", &cluster.address, "--key", &key]).expect_complaint(1);
    assert!(ran.err.contains("has another key, or none"), "{ran:?}");
}

/// Passes on what both sides send, and keeps the bytes of each.
struct Tap {
    address: String,
    sent: Arc<Mutex<Vec<u8>>>,
    answered: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    fn before(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Self {
            address: listener.local_addr().unwrap().to_string(),
            sent: Arc::default(),
            answered: Arc::default(),
        };
        let (sent, answered) = (Arc::clone(&tap.sent), Arc::clone(&tap.answered));
        let address = address.to_owned();
        thread::spawn(move || {
            let (client, _) = listener.accept().unwrap();
            let server = TcpStream::connect(&address).unwrap();
            pass_on(
                client.try_clone().unwrap(),
                server.try_clone().unwrap(),
                sent,
            );
            pass_on(server, client, answered);
        });
        tap
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, kept: Arc<Mutex<Vec<u8>>>) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _gone = to.shutdown(Shutdown::Both);
    });
}

/// Sends these bytes, and returns everything that is answered until the end of the line.
fn answer(address: &str, words: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    // The scheduler may have hung up already.
    let _gone = stream.write_all(words);
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn a_session_that_was_recorded_cannot_be_played_back() {
    let cluster = Cluster::start();
    let tap = Tap::before(&cluster.address);
    let key = cluster.folder.text("key");
    let submit = ["submit", "--detach", "--key", &key, "--at", &tap.address];
    let _accepted = run(&[&submit[..], &["square", "3"]].concat()).expect_success();
    assert_eq!(cluster.count("ready"), 1);
    let sent = tap.sent.lock().unwrap().clone();
    assert!(sent.len() > 130, "{}", sent.len());
    for _ in 0..3 {
        let begun = Instant::now();
        // The scheduler sends its public key, and nothing else.
        assert_eq!(answer(&cluster.address, &sent).len(), 50);
        assert!(begun.elapsed() < LOGIN);
        assert_eq!((cluster.count("ready"), cluster.count("clients")), (1, 1));
    }
    // The answer is the same if only the recorded login is sent.
    assert_eq!(answer(&cluster.address, &sent[..109]).len(), 50);
}

/// To a recorded answer, to nonsense and to another protocol, a worker reveals nothing.
#[test]
fn a_false_scheduler_is_refused_by_workers_and_clients() {
    let cluster = Cluster::start();
    let tap = Tap::before(&cluster.address);
    let key = cluster.folder.text("key");
    let _seen = run(&["status", "--key", &key, "--at", &tap.address]).expect_success();
    let recorded = tap.answered.lock().unwrap().clone();
    let nonsense = [&[48, 0][..], &[7; 48]].concat();
    for answer in [
        recorded,
        nonsense,
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let receiving = Arc::clone(&received);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                stream.write_all(&answer).unwrap();
                let _reset = stream.read_to_end(&mut receiving.lock().unwrap());
            }
        });
        for command in ["worker", "status"] {
            let ran = run(&[command, "--key", &key, "--at", &address]).expect_complaint(1);
            assert!(
                ran.err
                    .contains("has another key, or none, or is no scheduler"),
                "{ran:?}"
            );
        }
        // Each has sent its public key and nothing more.
        until("both were heard", || received.lock().unwrap().len() == 100);
    }
}

#[test]
fn a_silent_scheduler_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let begun = Instant::now();
    let ran = run(&["status", "--give-up", "0", "--at", &address]).expect_complaint(1);
    assert!(ran.err.contains("no scheduler answers"), "{ran:?}");
    assert!(
        (LOGIN..LOGIN + 3 * MOMENT).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
}

fn is_open(mut stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0; 8]);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// Returns a number of `/proc/PID/status`.
fn number_of(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    let number = line
        .trim_start_matches(':')
        .split_whitespace()
        .next()
        .unwrap();
    number.parse().unwrap()
}

#[test]
fn a_thousand_silent_strangers_keep_no_peer_out_and_are_all_cut_in_time() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let pid = cluster.scheduler.pid();
    let (memory, threads) = (number_of(pid, "VmRSS"), number_of(pid, "Threads"));
    let strangers: Vec<_> = (0..1000)
        .map(|_| TcpStream::connect(&cluster.address).unwrap())
        .collect();
    let begun = Instant::now();
    until("64 of them are left", || {
        let more = number_of(pid, "Threads") - threads;
        assert!(more <= 64 + 8, "{more} threads for strangers");
        strangers.iter().filter(|stream| is_open(stream)).count() <= 64
    });
    for number in 0..3_u64 {
        let word = number.to_string();
        let ran = cluster.run(&["submit", "square", &word]).expect_success();
        assert_eq!(ran.lines()[1..], [(number * number).to_string()]);
    }
    let more = number_of(pid, "VmRSS").saturating_sub(memory);
    assert!(more < 16 << 10, "{more} KiB for strangers");
    until("all of them are cut", || !strangers.iter().any(is_open));
    assert!(
        begun.elapsed() < LOGIN + 3 * MOMENT,
        "{:?}",
        begun.elapsed()
    );
}

/// The limit of a shell is often lower than the number of peers that a scheduler has room for.
#[test]
fn a_scheduler_takes_as_many_descriptors_as_it_may_have() {
    let folder = Folder::new();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 100; exec \"$0\" \"$@\""]);
    let words = ["scheduler", "--volatile", "--at", "127.0.0.1:0"];
    shell.arg(program()).args(words);
    let mut scheduler = Running::start(&mut shell, &folder.path("log"));
    scheduler.wait_for("listens on");
    let limits = fs::read_to_string(format!("/proc/{}/limits", scheduler.pid())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let mut numbers = line.unwrap().split_whitespace().skip(3);
    let (soft, hard) = (numbers.next(), numbers.next());
    assert!(soft == hard && soft != Some("100"), "{line:?}");
}

#[test]
fn a_scheduler_without_descriptors_says_so_once_and_accepts_when_there_are_some() {
    let folder = Folder::new();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 24; exec \"$0\" \"$@\""]);
    let words = ["scheduler", "--volatile", "--at", "127.0.0.1:0"];
    shell.arg(program()).args(words);
    let mut scheduler = Running::start(&mut shell, &folder.path("log"));
    let line = scheduler.wait_for("listens on");
    let address = line.split_once("listens on ").unwrap().1;
    let strangers: Vec<_> = (0..40)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    scheduler.wait_for("No room for another connection: Too many open files");
    drop(strangers);
    let _status = run(&["status", "--at", address]).expect_success();
    let log = scheduler.log();
    assert_eq!(log.matches("No room").count(), 1, "{log}");
}

#[test]
fn a_login_has_five_seconds_in_all_however_slowly_it_trickles() {
    let cluster = Cluster::start();
    let mut stream = TcpStream::connect(&cluster.address).unwrap();
    let begun = Instant::now();
    let mut sent = 0;
    // The bytes are the length of a first message, and then the message.
    for byte in [48, 0].into_iter().chain([7; 48]) {
        if stream.write_all(&[byte]).is_err() || !is_open(&stream) {
            break;
        }
        sent += 1;
        thread::sleep(LOGIN / 20);
    }
    assert!((15..40).contains(&sent), "{sent}");
    assert!(
        (LOGIN..LOGIN + 2 * MOMENT).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_claimed_length_is_refused_before_its_bytes_come() {
    let cluster = Cluster::start();
    for length in [0, 1, 47, 49, 127, 128, 0x7fff, 0xffff_u16] {
        let begun = Instant::now();
        let mut words = length.to_le_bytes().to_vec();
        words.push(7);
        // The answer is an empty frame, which means that the scheduler has another key.
        assert_eq!(answer(&cluster.address, &words), [0, 0], "{length}");
        assert!(begun.elapsed() < LOGIN, "{length}");
    }
}

/// Sends random bytes as logins. Most have a valid length, because only those are examined further.
#[test]
fn any_bytes_before_the_key_are_refused_and_leave_nothing() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let pid = cluster.scheduler.pid();
    let memory = number_of(pid, "VmRSS");
    let mut seeded = Seeded::new(7);
    for round in 0..rounds(20_000) {
        let length = match seeded.below(4) {
            0 => seeded.below(300),
            _ => 50,
        };
        let mut words: Vec<u8> = (0..length)
            .map(|_| seeded.below(256).to_le_bytes()[0])
            .collect();
        if seeded.below(4) > 0 && words.len() >= 2 {
            words[..2].copy_from_slice(&[48, 0]);
        }
        let mut stream = TcpStream::connect(&cluster.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let _refused = stream.write_all(&words);
        let _gone = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        assert!(answer.len() <= 2, "round {round}, {words:?}: {answer:?}");
    }
    let more = number_of(pid, "VmRSS").saturating_sub(memory);
    assert!(more < 16 << 10, "{more} KiB for strangers");
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}
