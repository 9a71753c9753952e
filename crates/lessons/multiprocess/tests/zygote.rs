//! The promises of a zygote and of its children.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};
use std::{fs, process, ptr, thread};

use child::End;
use lesson_test::{Even, is_dead, kill_now, until};
use multiprocess::{Exit, Process, Zygote, active_children, exit_now, wait_any};
use nix::errno::Errno;
use nix::libc::{__rlimit_resource_t, RLIMIT_NOFILE, RLIMIT_NPROC, prlimit, rlimit};
use nix::sys::signal::Signal;
use nix::sys::socket::{MsgFlags, recv};
use nix::unistd::{Uid, geteuid, setuid};

lesson_test::forking_tests![
    each_child_is_called_with_its_argument_and_returns_its_result,
    a_program_with_threads_starts_processes_from_any_of_them,
    each_end_of_a_child_is_reported_as_that_of_a_process,
    arguments_and_results_larger_than_any_buffer_arrive,
    x01_an_argument_that_does_not_come_back_is_the_failure_of_the_child,
    a_child_can_be_waited_for_with_a_limit_and_beside_others,
    a_handle_that_is_dropped_leaves_no_child,
    children_outlive_the_handle_of_the_zygote,
    a_zygote_that_was_killed_is_an_error_for_all_that_ask_it,
    a_zygote_and_its_children_die_with_the_program,
    x18_a_child_of_a_zygote_holds_no_end_but_its_own_line,
    a_zygote_that_may_not_fork_reports_it,
    a_zygote_at_its_limit_of_descriptors_refuses_and_lives,
];

const LIMIT: Duration = Duration::from_secs(20);

fn sleep_long() {
    thread::sleep(Duration::from_secs(100));
}

fn each_child_is_called_with_its_argument_and_returns_its_result() {
    let offset = 100;
    let target = move |number: u32| (number + offset, common::pid(), common::ppid());
    let zygote = Zygote::start("zygote", target).unwrap();
    let children = [0, 1, 2, 3].map(|number| {
        let name = format!("child {number}");
        zygote.spawn(name, &number).unwrap()
    });
    for (number, child) in (0..).zip(children) {
        assert_eq!(child.name(), format!("child {number}"));
        let pid = child.pid();
        let given = child.join().unwrap();
        assert_eq!(given, (number + 100, pid, zygote.pid()));
    }
    assert_eq!(active_children().len(), 1);
}

fn a_program_with_threads_starts_processes_from_any_of_them() {
    let zygote = Zygote::start("zygote", |number: u64| number * 2).unwrap();
    thread::scope(|scope| {
        for number in 0..4 {
            let zygote = &zygote;
            scope.spawn(move || {
                for turn in 0..10 {
                    let number = number * 10 + turn;
                    let child = zygote.spawn("child", &number).unwrap();
                    assert_eq!(child.join().unwrap(), number * 2);
                }
            });
        }
    });
    // A child may outlive the thread that started it through the zygote.
    let child = thread::scope(|scope| scope.spawn(|| zygote.spawn("child", &4)).join());
    assert_eq!(child.unwrap().unwrap().join().unwrap(), 8);
}

/// The target of a child: ends in the way that `how` names.
fn end_as(how: String) -> Result<u8, String> {
    match &*how {
        "well" => Ok(7),
        "error" => Err("not today".to_owned()),
        "panic" => panic!("no more {}", "work"),
        "exit" => exit_now(8),
        "std exit" => process::exit(9),
        "abort" => process::abort(),
        _ => {
            sleep_long();
            Ok(0)
        }
    }
}

fn each_end_of_a_child_is_reported_as_that_of_a_process() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let spawn = |how: &str| zygote.spawn(how, &how.to_owned()).unwrap();
    assert_eq!(spawn("well").join().unwrap(), 7);
    let join = |process: Process<u8>| process.join().unwrap_err().to_string();
    assert_eq!(join(spawn("error")), "process error failed: not today");
    assert_eq!(join(spawn("panic")), "process panic panicked: no more work");
    assert_eq!(
        join(spawn("exit")),
        "process exit gave no result: exit code 8"
    );
    let text = "process std exit gave no result: exit code 9";
    assert_eq!(join(spawn("std exit")), text);
    let text = "process abort gave no result: killed by SIGABRT";
    assert_eq!(join(spawn("abort")), text);
    for signal in [Signal::SIGTERM, Signal::SIGKILL] {
        let mut child = spawn("sleep");
        match signal {
            Signal::SIGTERM => child.terminate(),
            _ => child.kill(),
        }
        .unwrap();
        let exit = Some(Exit::Signal(signal as i32));
        assert_eq!(child.wait_timeout(LIMIT).unwrap(), exit);
        child.kill().unwrap();
        let text = format!("process sleep gave no result: killed by {signal}");
        assert_eq!(join(child), text);
    }
    assert_eq!(active_children().len(), 1);
}

fn arguments_and_results_larger_than_any_buffer_arrive() {
    let target = |mut bytes: Vec<u8>| {
        bytes.reverse();
        bytes
    };
    let zygote = Zygote::start("zygote", target).unwrap();
    for len_bytes in [0, 4000, 4096, 5000, 20 << 20] {
        let bytes: Vec<u8> = (0..len_bytes).map(|place| (place % 251) as u8).collect();
        let mut given = zygote.spawn("long", &bytes).unwrap().join().unwrap();
        given.reverse();
        assert!(given == bytes, "{len_bytes} bytes");
    }
}

/// Row X01, its second half.
fn x01_an_argument_that_does_not_come_back_is_the_failure_of_the_child() {
    let zygote = Zygote::start("zygote", |_: Even| 1_u8).unwrap();
    let child = zygote.spawn("child", &Even(1)).unwrap();
    let text = child.join().unwrap_err().to_string();
    assert!(text.contains("1 is odd"), "{text}");
    let zygote = Zygote::start("zygote", |number: f64| number).unwrap();
    let refused = zygote.spawn("child", &f64::NAN).unwrap_err().to_string();
    assert!(refused.contains("into bytes"), "{refused}");
}

fn a_child_can_be_waited_for_with_a_limit_and_beside_others() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let mut sleeper = zygote.spawn("sleeper", &"sleep".to_owned()).unwrap();
    let asked = Instant::now();
    let limit = Duration::from_millis(100);
    assert_eq!(sleeper.wait_timeout(limit).unwrap(), None);
    assert!(asked.elapsed() >= limit);
    let mut own = Process::start("own", || end_as("sleep".to_owned())).unwrap();
    let mut quick = zygote.spawn("quick", &"well".to_owned()).unwrap();
    let first = wait_any(&mut [&mut own, &mut sleeper, &mut quick], LIMIT);
    assert_eq!(first.unwrap(), Some(2));
    assert_eq!(quick.join().unwrap(), 7);
    own.kill().unwrap();
    let first = wait_any(&mut [&mut sleeper, &mut own], LIMIT);
    assert_eq!(first.unwrap(), Some(1));
}

/// Returns whether a process exists, possibly as a zombie.
fn exists(pid: u32) -> bool {
    fs::exists(format!("/proc/{pid}")).unwrap()
}

fn a_handle_that_is_dropped_leaves_no_child() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let sleeper = zygote.spawn("sleeper", &"sleep".to_owned()).unwrap();
    let pid = sleeper.pid();
    drop(sleeper);
    assert_eq!(active_children().len(), 1);
    until("the child is dead", || is_dead(pid));
}

fn children_outlive_the_handle_of_the_zygote() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let pid = zygote.pid();
    let well = zygote.spawn("well", &"well".to_owned()).unwrap();
    let sleeper = zygote.spawn("sleeper", &"sleep".to_owned()).unwrap();
    drop(zygote);
    assert_eq!(well.join().unwrap(), 7);
    assert!(exists(pid));
    drop(sleeper);
    assert!(!exists(pid));
    assert_eq!(active_children(), []);
}

fn a_zygote_that_was_killed_is_an_error_for_all_that_ask_it() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let mut sleeper = zygote.spawn("sleeper", &"sleep".to_owned()).unwrap();
    let pid = sleeper.pid();
    assert!(kill_now(zygote.pid()));
    let lost = sleeper.wait_timeout(LIMIT).unwrap_err().to_string();
    assert!(lost.contains("zygote has ended"), "{lost}");
    let lost = sleeper.join().unwrap_err().to_string();
    assert!(
        lost.contains("sleeper") && lost.contains("zygote"),
        "{lost}"
    );
    until("the child is dead", || is_dead(pid));
    let refused = zygote.spawn("late", &"well".to_owned()).unwrap_err();
    assert!(refused.to_string().contains("has it ended"), "{refused}");
    assert_eq!(active_children(), []);
}

fn a_zygote_and_its_children_die_with_the_program() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let program = Process::start("program", move || {
        let line = theirs.try_clone().unwrap();
        let target = move |_: u8| {
            (&line).write_all(b"!").ok();
            sleep_long();
        };
        let zygote = Zygote::start("zygote", target).unwrap();
        let _child = zygote.spawn("child", &1).unwrap();
        sleep_long();
    })
    .unwrap();
    (&ours).read_exact(&mut [0]).unwrap();
    program.kill().unwrap();
    // Returns when the last copy of the other end is closed: when all three processes are dead.
    ours.set_read_timeout(Some(LIMIT)).unwrap();
    assert_eq!((&ours).read(&mut [0]).unwrap(), 0);
}

/// Row X18.
fn x18_a_child_of_a_zygote_holds_no_end_but_its_own_line() {
    let (ours, captured) = UnixStream::pair().unwrap();
    let [ours, captured] = [ours, captured].map(|end| End::new(OwnedFd::from(end)));
    let target = move |_: u8| {
        let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
        let names = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        let names = names.map(|name| name.display().to_string());
        let sockets = names.filter(|name| name.starts_with("socket:")).count();
        (sockets as u32, captured.is_held())
    };
    let zygote = Zygote::start("zygote", target).unwrap();
    let first = zygote.spawn("first", &1).unwrap();
    let second = zygote.spawn("second", &2).unwrap();
    assert_eq!(first.join().unwrap(), (1, false));
    assert_eq!(second.join().unwrap(), (1, false));
    // The zygote holds this end until it ends.
    let fd = ours.as_fd().as_raw_fd();
    let read = || recv(fd, &mut [0], MsgFlags::MSG_DONTWAIT);
    assert_eq!(read(), Err(Errno::EAGAIN));
    drop(zygote);
    assert_eq!(read(), Ok(0));
}

/// In a child, because a process that has given up root cannot get it back; root has no such limit.
fn a_zygote_that_may_not_fork_reports_it() {
    let child = Process::start("limited", || {
        if geteuid().is_root() {
            setuid(Uid::from_raw(65534)).unwrap();
        }
        let zygote = Zygote::start("zygote", |number: u8| number).unwrap();
        let pid = zygote.pid().cast_signed();
        let before = limit_of(RLIMIT_NPROC, pid, 0);
        let refused = zygote.spawn("refused", &1).unwrap_err().to_string();
        limit_of(RLIMIT_NPROC, pid, before);
        let given = zygote.spawn("allowed", &1).unwrap().join().unwrap();
        (refused, given)
    });
    let (text, given) = child.unwrap().join().unwrap();
    assert!(
        text.contains("ulimit -u") && text.contains("unavailable"),
        "{text}"
    );
    assert_eq!(given, 1);
}

/// Sets the soft limit of the process, and returns the previous one.
fn limit_of(resource: __rlimit_resource_t, pid: i32, soft: u64) -> u64 {
    let mut limit = rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: this call sets nothing, and `limit` has room for the answer.
    let asked = unsafe { prlimit(pid, resource, ptr::null(), &raw mut limit) };
    assert_eq!(asked, 0, "{}", io::Error::last_os_error());
    let before = std::mem::replace(&mut limit.rlim_cur, soft);
    // SAFETY: this call asks for nothing, and only reads `limit`.
    let set = unsafe { prlimit(pid, resource, &raw const limit, ptr::null_mut()) };
    assert_eq!(set, 0, "{}", io::Error::last_os_error());
    before
}

/// At the limit the kernel drops the descriptor that comes with an order, or refuses the pidfd.
fn a_zygote_at_its_limit_of_descriptors_refuses_and_lives() {
    let zygote = Zygote::start("zygote", end_as).unwrap();
    let pid = zygote.pid().cast_signed();
    let sleeper = zygote.spawn("sleeper", &"sleep".to_owned()).unwrap();
    let is_free = |fd: &u64| !fs::exists(format!("/proc/{pid}/fd/{fd}")).unwrap();
    let first_free = (0..).find(is_free).unwrap();
    for free in [0, 1] {
        let before = limit_of(RLIMIT_NOFILE, pid, first_free + free);
        zygote.spawn("refused", &"well".to_owned()).unwrap_err();
        limit_of(RLIMIT_NOFILE, pid, before);
        let given = zygote.spawn("allowed", &"well".to_owned()).unwrap().join();
        assert_eq!(given.unwrap(), 7);
    }
    let pid = sleeper.pid();
    assert!(!is_dead(pid));
}
