//! The wait ends when any of the processes ends, or at the deadline.

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use check::{Check, main as judge, numbers, use_of};
use multiprocess::{Exit, Process, Zygote, wait_any};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

use crate::told::Told;

mod limits;
mod mixed;
mod signals;
mod sleeps;
mod told;

fn main() -> ExitCode {
    let checks = [
        Check::new(
            "first",
            "it returns which process has ended, whatever its place",
            first,
        ),
        Check::new(
            "one-core",
            "it returns which process has ended on one core, too",
            first,
        )
        .on_one_core(),
        Check::new("again", "a second call returns the same, at once", again),
        Check::new(
            "several",
            "of several, it returns the first in the list, and misses none",
            several,
        ),
        Check::new(
            "deadline",
            "it gives up at the deadline, and not before",
            limits::deadline,
        ),
        Check::new(
            "ended",
            "a process that has ended is returned even if no time is left",
            ended,
        ),
        Check::new(
            "late",
            "it waits for as long as it takes, with a deadline and without",
            late,
        ),
        Check::new("asks", "it sleeps, and does not poll", sleeps::asks),
        Check::new(
            "woken",
            "the end of a process wakes it, however long it has slept",
            sleeps::woken,
        ),
        Check::new(
            "in-time",
            "it does not wait beyond the deadline",
            limits::in_time,
        ),
        Check::new(
            "zygote",
            "a process counts as ended only when its exit is known",
            zygote,
        ),
        Check::new(
            "limit-anew",
            "a wake-up that is not an end does not start the limit again",
            limits::anew,
        ),
        Check::new(
            "another",
            "while one has reported but not ended, it also waits for the others",
            mixed::another,
        ),
        Check::new(
            "reported",
            "while one has reported but not ended, it still waits for its end",
            mixed::the_same,
        ),
        Check::new(
            "error",
            "an error of the system is returned, and not ignored",
            error,
        ),
        Check::new(
            "long",
            "it also waits for a process with a long result",
            long,
        ),
        Check::new(
            "signal",
            "if a signal wakes it and no process has ended, it waits on",
            signals::waits_on,
        ),
        Check::new(
            "signal-limit",
            "a signal that wakes it does not start the limit again",
            signals::limit,
        ),
    ];
    judge(
        "multiprocess/wait-any",
        &checks.map(|check| check.within(LIMIT)),
    )
}

/// An answer that waits for the wrong process never returns.
const LIMIT: Duration = Duration::from_secs(8);
const AN_HOUR: Duration = Duration::from_secs(3600);
/// A limit of seven weeks of which little is left if its milliseconds, microseconds or nanoseconds are cut off
/// to 32 bits, or its milliseconds to 16.
const WEEKS: Duration = Duration::from_millis((1 << 32) + 150);

/// Prints the case that a call has to handle. A fault of an answer that hangs has the last of these lines.
fn show_question(question: &str) {
    common::complain(&format!("The call was made when {question}."));
}

fn first() {
    // The seed chooses the last number, so that no fixed number of processes is enough. Each process takes
    // three descriptors, and an answer may copy one; a box has 256.
    let many = numbers("processes", 1, 34..=44)[0];
    first_of(4, &[2, 0, 1, 0]);
    first_of(many, &[many - 1, many - 3]);
}

fn first_of(count: usize, places: &[usize]) {
    let mut told = Told::new(count);
    for &place in places {
        told.tell(place);
        let count = told.processes.len();
        show_question(&format!(
            "the process at place {place} of {count} was about to end, and the others ran on"
        ));
        assert_eq!(
            told.any(AN_HOUR),
            Some(place),
            "of {count} processes, the one at place {place} ends"
        );
        told.remove(place);
    }
}

fn again() {
    let mut told = Told::new(3);
    told.tell(1);
    for time in ["first", "second", "third"] {
        assert_eq!(
            told.any(AN_HOUR),
            Some(1),
            "the {time} call after the process at place 1 has ended"
        );
    }
    told.end(0);
    assert!(told.any(AN_HOUR).is_some(), "two ended, but it found none");
}

/// Two processes have ended before the call.
fn several() {
    for order in [[2, 1], [1, 2], [3, 0]] {
        let mut told = Told::new(4);
        let [one, other] = order;
        told.end(one);
        told.end(other);
        let (first, second) = (one.min(other), one.max(other));
        assert_eq!(
            told.any(AN_HOUR),
            Some(first),
            "the processes at the places {first} and {second} have ended"
        );
        told.remove(first);
        assert_eq!(
            told.any(AN_HOUR),
            Some(second - 1),
            "the first process that has ended is no longer in the list, and the second is at place {}",
            second - 1
        );
        told.remove(second - 1);
    }
}

fn ended() {
    let mut told = Told::new(2);
    told.end(1);
    assert_eq!(
        told.any(Duration::ZERO),
        Some(1),
        "the second of two processes has ended, and the limit is 0"
    );
}

/// The process ends long after the call.
fn late() {
    let start = || {
        let process = Process::start("late", || thread::sleep(Duration::from_millis(700)));
        process.expect("a process starts")
    };
    let exit = start().wait();
    let well = Some(Exit::Code(0));
    assert_eq!(
        exit.ok(),
        well,
        "without a deadline, how a process of 700 ms has ended"
    );
    let exit = start().wait_timeout(WEEKS);
    assert_eq!(
        exit.ok(),
        Some(well),
        "with a limit of seven weeks ({WEEKS:?}), how a process of 700 ms has ended"
    );
}

/// A child of a zygote reports its result first, and its zygote reports later how it has ended.
fn zygote() {
    let zygote = Zygote::start("zygote", |number: u32| number + 1);
    let zygote = zygote.expect("a zygote starts");
    for number in 0..20 {
        let mut child = zygote.spawn("child", &number).expect("the zygote forks");
        let limit = [AN_HOUR, Duration::MAX][number as usize % 2];
        let waited = wait_any(&mut [&mut child], limit);
        assert_eq!(
            waited.ok(),
            Some(Some(0)),
            "the child of a zygote ends, with a limit of {limit:?}"
        );
        let exit = child.exit();
        assert_eq!(
            exit,
            Some(Exit::Code(0)),
            "the exit of a zygote's child, after the call has returned that it has ended"
        );
    }
}

fn error() {
    error_of_look();
    error_of_the_wait();
}

/// Other code of this process has waited for a child, so its exit cannot be learned any more.
fn error_of_look() {
    let mut told = Told::new(2);
    told.tell(1);
    let pid = Pid::from_raw(told.processes[1].pid().cast_signed());
    waitpid(pid, None).expect("it is a child");
    let mut all: Vec<_> = told.processes.iter_mut().collect();
    let waited = wait_any(&mut all, AN_HOUR);
    assert!(
        waited.is_err(),
        "the second of two processes has ended, but other code has waited for it, so `look` returns an \
         error: an error was expected, and not {waited:?}"
    );
}

/// poll(2) returns an error if it is called with more descriptors than this process may have open. An answer
/// that waits by another call may reach its limit instead, but not too early, and not by polling.
fn error_of_the_wait() {
    let limit = Duration::from_millis(500);
    let mut told = Told::new(2);
    let mut all: Vec<_> = told.processes.iter_mut().collect();
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("the kernel reports it");
    setrlimit(Resource::RLIMIT_NOFILE, 1, hard).expect("a process may lower its limits");
    let begin = Instant::now();
    let (waited, used) = use_of(|| wait_any(&mut all, limit));
    let took = begin.elapsed();
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).expect("and raise them again");
    let is_one_wait = used.cpu < limit / 4 && sleeps::may_sleep(used.sleeps, took);
    let has_slept = took >= limit && is_one_wait;
    assert!(
        waited.is_err() || has_slept,
        "two processes run, and this process may have only one open descriptor, so poll(2) returns an \
         error: an error was expected, and not {waited:?} after {took:?} with a limit of {limit:?}"
    );
}

fn long() {
    let mut told = Told::new(1);
    let long = Process::start("long", || vec![7_u8; 8 << 20]);
    let mut long = long.expect("a process starts");
    assert_eq!(told.any(Duration::ZERO), None, "the other process runs");
    let waited = wait_any(&mut [&mut long], AN_HOUR);
    assert_eq!(
        waited.ok(),
        Some(Some(0)),
        "a process with a result of 8 MiB ends"
    );
    let result = long.join().expect("a result");
    assert_eq!(result.len(), 8 << 20, "the number of bytes of its result");
}
