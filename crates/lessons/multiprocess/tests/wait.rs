//! Waiting until one of several processes ends.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use multiprocess::{Exit, Process, active_children, wait_any};
use nix::sys::signal::Signal;

lesson_test::forking_tests![
    the_first_to_end_is_returned_whatever_its_place,
    a_limit_is_kept_and_an_empty_list_is_no_wait,
    a_child_that_ends_only_when_its_long_report_is_read_is_not_missed,
];

const LIMIT: Duration = Duration::from_secs(20);

fn sleep_long() {
    thread::sleep(Duration::from_secs(100));
}

fn the_first_to_end_is_returned_whatever_its_place() {
    let mut gates = Vec::new();
    let mut waiters = Vec::new();
    for number in 0..3_u8 {
        let (gate, mut waits) = UnixStream::pair().unwrap();
        gates.push(gate);
        let target = move || waits.read(&mut [0]).map(|_| number);
        waiters.push(Process::start(format!("waiter {number}"), target).unwrap());
    }
    for place in [1, 1, 0] {
        let gate = gates.remove(place);
        gate.shutdown(std::net::Shutdown::Both).unwrap();
        let mut watched: Vec<_> = waiters.iter_mut().collect();
        assert_eq!(wait_any(&mut watched, LIMIT).unwrap(), Some(place));
        // A second call returns the same process.
        assert_eq!(wait_any(&mut watched, LIMIT).unwrap(), Some(place));
        assert_eq!(watched[place].exit(), Some(Exit::Code(0)));
        waiters.remove(place).join().unwrap();
        assert_eq!(active_children().len(), waiters.len());
    }
}

fn a_limit_is_kept_and_an_empty_list_is_no_wait() {
    assert_eq!(wait_any::<()>(&mut [], LIMIT).unwrap(), None);
    let mut one = Process::start("sleeper", sleep_long).unwrap();
    let mut other = Process::start("sleeper", sleep_long).unwrap();
    let asked = Instant::now();
    let limit = Duration::from_millis(100);
    assert_eq!(wait_any(&mut [&mut one, &mut other], limit).unwrap(), None);
    assert!(asked.elapsed() >= limit);
    other.kill().unwrap();
    let first = wait_any(&mut [&mut one, &mut other], LIMIT).unwrap();
    let killed = Some(Exit::Signal(Signal::SIGKILL as i32));
    assert_eq!((first, one.exit(), other.exit()), (Some(1), None, killed));
}

fn a_child_that_ends_only_when_its_long_report_is_read_is_not_missed() {
    let long = || Process::start("long", || vec![7_u8; 8 << 20]).unwrap();
    let mut sleeper = Process::start("sleeper", || {
        sleep_long();
        Vec::new()
    });
    let sleeper = sleeper.as_mut().unwrap();
    let mut writers = [long(), long()];
    for mut writer in writers.each_mut() {
        let ended = wait_any(&mut [&mut *sleeper, &mut writer], LIMIT);
        assert_eq!(ended.unwrap(), Some(1));
    }
    for writer in writers {
        assert_eq!(writer.join().unwrap(), vec![7; 8 << 20]);
    }
}
