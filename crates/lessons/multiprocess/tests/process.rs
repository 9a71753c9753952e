//! The promises of fork and `Process`. Each test runs in a process of its own, see `lesson_test`.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use std::{process, thread};

use child::End;
use multiprocess::{Exit, Process, ProcessError, StartError, active_children, exit_now};
use nix::sys::signal::Signal;
use nix::unistd::dup2_stderr;

lesson_test::forking_tests![
    m08_a_second_thread_makes_start_refuse,
    m09_a_process_is_listed_while_it_runs,
    m10_the_target_sees_the_exact_arguments,
    m11_waiting_with_a_limit_reports_still_running_in_time,
    m12_terminate_and_kill_end_a_sleeping_child,
    m13_a_panic_reaches_the_handle_and_standard_error,
    m14_exit_codes_of_a_return_an_error_and_a_wish,
    m15_children_start_children,
    m16_join_waits_for_each_of_five,
    m17_a_type_of_ones_own_with_run_and_its_ends,
];

/// Row M08, as this library answers it: such a child could hang on a lock that a vanished
/// thread held, so the safe call does not make one.
fn m08_a_second_thread_makes_start_refuse() {
    let gate = Arc::new(Barrier::new(5));
    let threads = [0; 4].map(|_| {
        let gate = Arc::clone(&gate);
        thread::spawn(move || gate.wait())
    });
    let refused = Process::start("child", || ()).unwrap_err();
    assert!(
        matches!(refused, StartError::Threads { count: 5 }),
        "{refused:?}"
    );
    gate.wait();
    for thread in threads {
        thread.join().unwrap();
    }
    Process::start("child", || ()).unwrap().join().unwrap();
}

/// Row M09.
fn m09_a_process_is_listed_while_it_runs() {
    assert_eq!(active_children(), []);
    let (gate, mut waits) = UnixStream::pair().unwrap();
    let mut process = Process::start("waiter", move || waits.read(&mut [0]).map(|_| ())).unwrap();
    let listed = active_children();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].name.as_str(), listed[0].pid),
        ("waiter", process.pid())
    );
    assert_eq!(process.exit(), None);
    assert_eq!(process.wait_timeout(Duration::ZERO).unwrap(), None);
    gate.shutdown(std::net::Shutdown::Both).unwrap();
    assert_eq!(process.wait().unwrap(), Exit::Code(0));
    assert_eq!(process.exit(), Some(Exit::Code(0)));
    assert_eq!(active_children(), []);
    process.join().unwrap();
}

/// Row M10.
fn m10_the_target_sees_the_exact_arguments() {
    let (number, text, list) = (-7_i64, "seven é".to_owned(), vec![1_u8, 2, 3]);
    let mut process = Process::start("with arguments", move || {
        ((number, text), list, common::pid())
    })
    .unwrap();
    assert_eq!(process.name(), "with arguments");
    let pid = process.pid();
    assert_eq!(process.wait().unwrap(), Exit::Code(0));
    let ((number, text), list, own_pid) = process.join().unwrap();
    assert_eq!(
        (number, text.as_str(), list),
        (-7, "seven é", vec![1, 2, 3])
    );
    assert_eq!(own_pid, pid);
}

/// Row M11.
fn m11_waiting_with_a_limit_reports_still_running_in_time() {
    let mut process = Process::start("sleeper", sleep_long).unwrap();
    for limit in [Duration::ZERO, Duration::from_millis(200)] {
        let asked = Instant::now();
        assert_eq!(process.wait_timeout(limit).unwrap(), None);
        assert!(asked.elapsed() >= limit);
        assert!(asked.elapsed() < limit + Duration::from_secs(20));
    }
    assert_eq!(active_children().len(), 1);
}

/// Row M12.
fn m12_terminate_and_kill_end_a_sleeping_child() {
    for signal in [Signal::SIGTERM, Signal::SIGKILL] {
        let mut process = Process::start("sleeper", sleep_long).unwrap();
        match signal {
            Signal::SIGTERM => process.terminate(),
            _ => process.kill(),
        }
        .unwrap();
        let exit = process.wait_timeout(Duration::from_secs(9)).unwrap();
        assert_eq!(exit, Some(Exit::Signal(signal as i32)));
        assert_eq!(active_children(), []);
        let error = process.join().unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("sleeper") && text.contains(signal.as_str()),
            "{text}"
        );
    }
}

/// Rows M13 and X10.
fn m13_a_panic_reaches_the_handle_and_standard_error() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let target = move || -> () {
        dup2_stderr(&theirs).unwrap();
        panic!("no more {}", "work")
    };
    let mut process = Process::start("panicker", target).unwrap();
    assert_eq!(process.wait().unwrap(), Exit::Code(101));
    let error = process.join().unwrap_err();
    assert_eq!(error.to_string(), "process panicker panicked: no more work");
    let mut printed = String::new();
    (&ours).read_to_string(&mut printed).unwrap();
    assert!(printed.contains("no more work"), "{printed}");
}

/// Rows M14 and X10.
fn m14_exit_codes_of_a_return_an_error_and_a_wish() {
    let mut exited = Process::start("wish", || -> () { exit_now(8) }).unwrap();
    assert_eq!(exited.wait().unwrap(), Exit::Code(8));
    let error = exited.join().unwrap_err();
    assert!(
        matches!(
            error,
            ProcessError::Ended {
                exit: Exit::Code(8),
                ..
            }
        ),
        "{error:?}"
    );

    let mut well = Process::start("well", || ()).unwrap();
    assert_eq!(well.wait().unwrap(), Exit::Code(0));
    well.join().unwrap();

    let mut failed = Process::start("failed", || Err::<(), _>("not today")).unwrap();
    assert_eq!(failed.wait().unwrap(), Exit::Code(1));
    let error = failed.join().unwrap_err();
    assert_eq!(error.to_string(), "process failed failed: not today");

    let std_exit = Process::start("std", || -> () { process::exit(9) }).unwrap();
    let error = std_exit.join().unwrap_err();
    assert!(
        matches!(
            error,
            ProcessError::Ended {
                exit: Exit::Code(9),
                ..
            }
        ),
        "{error:?}"
    );
}

/// Row M15.
fn m15_children_start_children() {
    fn tree(depth: usize, path: String) -> Result<Vec<String>, String> {
        let mut reports = vec![path.clone()];
        if depth > 0 {
            for branch in 0..2 {
                let path = format!("{path}{branch}");
                let child = Process::start(path.clone(), move || tree(depth - 1, path));
                let below = child.map_err(|error| error.to_string())?.join();
                reports.extend(below.map_err(|error| error.to_string())?);
            }
        }
        Ok(reports)
    }
    let reports = tree(2, "r".to_owned()).unwrap();
    assert_eq!(reports, ["r", "r0", "r00", "r01", "r1", "r10", "r11"]);
}

/// Row M16.
fn m16_join_waits_for_each_of_five() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut children = Vec::new();
    for number in 0..5_u8 {
        let mut line = theirs.try_clone().unwrap();
        let name = number.to_string();
        children.push(Process::start(name, move || {
            thread::sleep(Duration::from_millis(100 - 20 * u64::from(number)));
            line.write_all(&[number])
        }));
    }
    for child in children {
        child.unwrap().join().unwrap();
    }
    (&theirs).write_all(b"e").unwrap();
    drop(theirs);
    let mut order = Vec::new();
    (&ours).read_to_end(&mut order).unwrap();
    assert_eq!(order.last(), Some(&b'e'));
    order.pop();
    order.sort_unstable();
    assert_eq!(order, [0, 1, 2, 3, 4]);
}

/// A process as a type of its own, with its data and its methods.
struct Shouter {
    words: End,
    shouts: End,
}

impl Shouter {
    fn run(self) -> std::io::Result<()> {
        let mut byte = [0];
        while (&self.words).read(&mut byte)? > 0 {
            (&self.shouts).write_all(&byte.map(|byte| byte.to_ascii_uppercase()))?;
        }
        Ok(())
    }
}

/// Rows M17 and X06: there is no class to derive from, and no constructor to forget.
fn m17_a_type_of_ones_own_with_run_and_its_ends() {
    let ((ours, words), (theirs, shouts)) = (pair_of_ends(), pair_of_ends());
    let shouter = Shouter { words, shouts };
    let mut process = Process::start("shouter", move || shouter.run()).unwrap();
    for (word, shout) in [("hello", "HELLO"), ("world", "WORLD")] {
        (&ours).write_all(word.as_bytes()).unwrap();
        let mut received = [0; 5];
        (&theirs).read_exact(&mut received).unwrap();
        assert_eq!(received, *shout.as_bytes());
    }
    drop(ours);
    assert_eq!(process.wait().unwrap(), Exit::Code(0));
    process.join().unwrap();
}

fn sleep_long() {
    thread::sleep(Duration::from_secs(100));
}

fn pair_of_ends() -> (End, End) {
    let (a, b) = UnixStream::pair().unwrap();
    (End::new(OwnedFd::from(a)), End::new(OwnedFd::from(b)))
}
