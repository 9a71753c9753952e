//! A child of this process and one of a zygote, which has news before it ends, in one list.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use check::expect_in_time;
use multiprocess::{Process, Zygote, wait_any};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::AN_HOUR;
use crate::told::Told;

/// The time in which an answer takes the news and waits again.
const A_MOMENT: Duration = Duration::from_millis(400);
/// The longest time in which the end of one of the two has to be noticed, before the other one ends, too.
const TO_NOTICE: Duration = Duration::from_millis(1500);

/// The places of the two in the list.
const REPORTED: usize = 0;
const TOLD: usize = 1;

pub(crate) fn another() {
    expect_first(TOLD, "the second one ended");
}

pub(crate) fn the_same() {
    expect_first(REPORTED, "it ended");
}

/// On a busy machine the first end may be noticed too late, so it is enough if it is in one of three runs.
fn expect_first(place: usize, ends: &str) {
    let mut waited = None;
    for _ in 0..3 {
        waited = any_of_two(place);
        if waited == Some(place) {
            return;
        }
    }
    expect_in_time(false, || {
        format!(
            "In each of three runs, the first of two processes reported its result, and its end was not \
             known yet. Then {ends}. {:?} was expected, and not {waited:?}: after the report, the wait \
             should go on for both.",
            Some(place)
        )
    });
}

/// What a call returns after a report, when the process at `first` ends before the other one does.
fn any_of_two(first: usize) -> Option<usize> {
    let mut told = Told::new(1);
    let gate = told.gates[0].try_clone().expect("a descriptor");
    let (zygote, mut reported) = reported();
    let zygote_pid = Pid::from_raw(zygote.pid().cast_signed());
    let end = move |place| {
        if place == TOLD {
            let _ends = gate.shutdown(Shutdown::Both);
        } else {
            kill(zygote_pid, Signal::SIGCONT).expect("it is a child");
        }
    };
    let (returned, returns) = mpsc::channel::<()>();
    let waited = thread::scope(|scope| {
        // The answer may be the first to wait for the process, so nothing else waits for it here.
        scope.spawn(move || {
            thread::sleep(A_MOMENT);
            end(first);
            let _time_is_over = returns.recv_timeout(TO_NOTICE);
            end(REPORTED + TOLD - first);
        });
        let waited = wait_any(&mut [&mut reported, &mut told.processes[0]], AN_HOUR);
        drop(returned);
        waited
    });
    waited.expect("no error of the system")
}

/// A zygote's child that reports its result now. Its end is known only when its zygote is continued.
fn reported() -> (Zygote<(), ()>, Process<()>) {
    let (mut ours, theirs) = UnixStream::pair().expect("a socket pair");
    let zygote = Zygote::start("zygote", move |()| {
        let mut stream = &theirs;
        let _begun = stream.write(&[1]);
        let _end = stream.read(&mut [0]);
    });
    let zygote = zygote.expect("a zygote starts");
    let child = zygote.spawn("child", &()).expect("the zygote forks");
    // A child that has begun needs its zygote no more.
    ours.read_exact(&mut [0]).expect("the child begins");
    let pid = Pid::from_raw(zygote.pid().cast_signed());
    kill(pid, Signal::SIGSTOP).expect("it is a child");
    let _reports = ours.shutdown(Shutdown::Both);
    (zygote, child)
}
