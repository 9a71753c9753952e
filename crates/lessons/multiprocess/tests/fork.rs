//! The promises of bare fork and wait. Each test runs in a process of its own, see `lesson_test`.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;
use std::{env, thread};

use child::End;
use lesson_test::until;
use multiprocess::{Exit, Fork, exit_now, fork, try_wait, wait};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpid, getppid};

lesson_test::forking_tests![
    m01_fork_returns_in_the_parent_with_the_id_of_the_child,
    m02_the_parent_of_the_child_is_the_one_that_forked,
    m03_each_exit_code_arrives_with_the_right_pid,
    m04_a_signal_is_never_mixed_up_with_an_exit_code,
    m05_waiting_without_blocking_reports_still_running_and_then_the_status,
    m06_a_child_is_waited_for_by_its_pid_and_only_once,
    m07_the_child_changes_its_own_copies,
    a_child_has_no_copy_of_an_end_open,
];

fn sleep_long() {
    thread::sleep(Duration::from_secs(100));
}

/// Forks a child that ends with the code that `child` returns; returns its pid.
fn forked(child: impl FnOnce() -> i32) -> Pid {
    match fork("child").unwrap() {
        Fork::Parent { child } => child,
        Fork::Child => exit_now(child()),
    }
}

/// Row M01.
fn m01_fork_returns_in_the_parent_with_the_id_of_the_child() {
    let (mut ours, mut theirs) = UnixStream::pair().unwrap();
    let child = forked(move || {
        let pid = getpid().as_raw().to_le_bytes();
        i32::from(theirs.write_all(&pid).is_err())
    });
    let mut bytes = [0; 4];
    ours.read_exact(&mut bytes).unwrap();
    assert!(child.as_raw() > 0);
    assert_eq!(i32::from_le_bytes(bytes), child.as_raw());
    assert_eq!(wait(child), Ok(Exit::Code(0)));
}

/// Row M02.
fn m02_the_parent_of_the_child_is_the_one_that_forked() {
    let parent = getpid();
    let child = forked(move || i32::from(getppid() != parent));
    assert_eq!(wait(child), Ok(Exit::Code(0)));
}

/// Row M03.
fn m03_each_exit_code_arrives_with_the_right_pid() {
    let children = [0, 1, 12, 255].map(|code| (code, forked(|| code)));
    for (code, child) in children.into_iter().rev() {
        assert_eq!(wait(child), Ok(Exit::Code(code)));
    }
}

/// Row M04.
fn m04_a_signal_is_never_mixed_up_with_an_exit_code() {
    let own = forked(|| {
        kill(getpid(), Signal::SIGTERM).ok();
        15
    });
    let sleeping = forked(|| {
        sleep_long();
        0
    });
    kill(sleeping, Signal::SIGKILL).unwrap();
    assert_eq!(wait(own), Ok(Exit::Signal(Signal::SIGTERM as i32)));
    assert_eq!(wait(sleeping), Ok(Exit::Signal(Signal::SIGKILL as i32)));
    assert_eq!(wait(forked(|| 9)), Ok(Exit::Code(9)));
}

/// Row M05.
fn m05_waiting_without_blocking_reports_still_running_and_then_the_status() {
    let (gate, mut waits) = UnixStream::pair().unwrap();
    let child = forked(move || {
        let _end_of_stream = waits.read(&mut [0]);
        7
    });
    assert_eq!(try_wait(child), Ok(None));
    gate.shutdown(Shutdown::Both).unwrap();
    let mut exit = None;
    until("the child ends", || {
        exit = try_wait(child).unwrap();
        exit.is_some()
    });
    assert_eq!(exit, Some(Exit::Code(7)));
}

/// Row M06.
fn m06_a_child_is_waited_for_by_its_pid_and_only_once() {
    let children: Vec<Pid> = (0..25).map(|code| forked(move || code)).collect();
    assert_eq!(wait(children[12]), Ok(Exit::Code(12)));
    assert_eq!(wait(children[12]), Err(Errno::ECHILD));
    for (code, child) in (0..).zip(children) {
        if code != 12 {
            assert_eq!(wait(child), Ok(Exit::Code(code)));
        }
    }
}

/// Row M07.
fn m07_the_child_changes_its_own_copies() {
    let number = Cell::new(1);
    // SAFETY: one thread, as everywhere here, so no other thread reads the environment meanwhile.
    unsafe { env::set_var("M07", "parent") };
    let child = forked(|| {
        number.set(2);
        // SAFETY: the child has one thread as well, so no other reads the environment meanwhile.
        unsafe { env::set_var("M07", "child") };
        i32::from(number.get() != 2 || env::var("M07").as_deref() != Ok("child"))
    });
    assert_eq!(wait(child), Ok(Exit::Code(0)));
    assert_eq!(number.get(), 1);
    assert_eq!(env::var("M07").as_deref(), Ok("parent"));
}

/// If a child had such a copy, a reader would wait until that child ends.
fn a_child_has_no_copy_of_an_end_open() {
    let (reading, writing) = UnixStream::pair().unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    reading
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let end = End::new(writing.into());
    theirs
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let child = forked(|| {
        // Stays until its parent has seen the end of the stream.
        let read = (&theirs).read(&mut [0]);
        i32::from(end.is_held() || (&end).write(b"x").is_ok() || read.is_err())
    });
    drop(end);
    assert_eq!((&reading).read(&mut [0]).unwrap(), 0);
    ours.shutdown(Shutdown::Both).unwrap();
    assert_eq!(wait(child), Ok(Exit::Code(0)));
}
