//! What fork and `Process` promise. Each test is a process of its own, see `lesson_test`.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use multiprocess::{
    End, Exit, Fork, Process, ProcessError, StartError, active_children, exit_now, fork, try_wait,
    wait,
};
use nix::errno::Errno;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, dup2_stderr, geteuid, getpid, getppid, setuid};

lesson_test::forking_tests![
    m01_fork_returns_in_the_parent_with_the_id_of_the_child,
    m02_the_parent_of_the_child_is_the_one_that_forked,
    m03_each_exit_code_arrives_with_the_right_pid,
    m04_a_signal_is_never_mixed_up_with_an_exit_code,
    m05_waiting_without_blocking_says_still_running_and_then_the_status,
    m06_a_child_is_waited_for_by_its_pid_and_only_once,
    m07_the_child_changes_its_own_copies,
    m08_a_second_thread_makes_start_refuse,
    m09_a_process_is_listed_while_it_runs,
    m10_the_target_sees_the_exact_arguments,
    m11_waiting_with_a_limit_says_still_running_in_time,
    m12_terminate_and_kill_end_a_sleeping_child,
    m13_a_panic_reaches_the_handle_and_standard_error,
    m14_exit_codes_of_a_return_an_error_and_a_wish,
    m15_children_start_children,
    m16_join_waits_for_each_of_five,
    m17_a_type_of_ones_own_with_run_and_its_ends,
    x07_a_handle_that_is_dropped_leaves_no_process,
    x09_a_joined_thread_does_not_count,
    x18_a_child_holds_exactly_the_ends_it_was_given,
    x18_a_closed_end_leaves_its_number_taken,
    a_result_larger_than_any_buffer_arrives,
    a_value_without_bytes_is_the_failure_of_the_child,
    a_child_dies_with_its_parent,
    a_result_whose_encoding_panics_never_leaves_the_child,
    a_child_killed_by_a_real_time_signal_is_told,
    a_program_that_was_started_with_children_ignored_can_wait,
    a_target_whose_parents_copy_panics_leaves_no_child,
    a_copy_of_a_handle_leaves_the_sibling_alone,
    join_works_at_the_limit_of_descriptors,
    an_end_made_while_the_target_is_dropped_confuses_nobody,
    a_refused_fork_is_an_error_that_names_the_limit,
];

/// A fork whose child ends with the code that `child` gives.
fn forked(child: impl FnOnce() -> i32) -> Pid {
    // SAFETY: each test runs in a process of one thread.
    match unsafe { fork("child") }.unwrap() {
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
    let mut told = [0; 4];
    ours.read_exact(&mut told).unwrap();
    assert!(child.as_raw() > 0);
    assert_eq!(i32::from_le_bytes(told), child.as_raw());
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
fn m05_waiting_without_blocking_says_still_running_and_then_the_status() {
    let (gate, mut waits) = UnixStream::pair().unwrap();
    let child = forked(move || {
        let _end_of_stream = waits.read(&mut [0]);
        7
    });
    assert_eq!(try_wait(child), Ok(None));
    gate.shutdown(std::net::Shutdown::Both).unwrap();
    let limit = Instant::now() + Duration::from_secs(5);
    let exit = loop {
        if let Some(exit) = try_wait(child).unwrap() {
            break exit;
        }
        assert!(Instant::now() < limit, "the child does not end");
        thread::yield_now();
    };
    assert_eq!(exit, Exit::Code(7));
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
    // SAFETY: one thread, as everywhere here, so nobody reads the environment meanwhile.
    unsafe { env::set_var("M07", "parent") };
    let child = forked(|| {
        number.set(2);
        // SAFETY: as above.
        unsafe { env::set_var("M07", "child") };
        i32::from(number.get() != 2 || env::var("M07").as_deref() != Ok("child"))
    });
    assert_eq!(wait(child), Ok(Exit::Code(0)));
    assert_eq!(number.get(), 1);
    assert_eq!(env::var("M07").as_deref(), Ok("parent"));
}

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
    let ((number, text), list, told) = process.join().unwrap();
    assert_eq!(
        (number, text.as_str(), list),
        (-7, "seven é", vec![1, 2, 3])
    );
    assert_eq!(told, pid);
}

/// Row M11.
fn m11_waiting_with_a_limit_says_still_running_in_time() {
    let mut process = Process::start("sleeper", sleep_long).unwrap();
    for limit in [Duration::ZERO, Duration::from_millis(200)] {
        let asked = Instant::now();
        assert_eq!(process.wait_timeout(limit).unwrap(), None);
        assert!(asked.elapsed() >= limit);
        assert!(asked.elapsed() < limit + Duration::from_secs(1));
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
        let exit = process.wait_timeout(Duration::from_secs(1)).unwrap();
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
    let mut wish = Process::start("wish", || -> () { exit_now(8) }).unwrap();
    assert_eq!(wish.wait().unwrap(), Exit::Code(8));
    let told = wish.join().unwrap_err();
    assert!(
        matches!(
            told,
            ProcessError::Ended {
                exit: Exit::Code(8),
                ..
            }
        ),
        "{told:?}"
    );

    let mut well = Process::start("well", || ()).unwrap();
    assert_eq!(well.wait().unwrap(), Exit::Code(0));
    well.join().unwrap();

    let mut failed = Process::start("failed", || Err::<(), _>("not today")).unwrap();
    assert_eq!(failed.wait().unwrap(), Exit::Code(1));
    let told = failed.join().unwrap_err();
    assert_eq!(told.to_string(), "process failed failed: not today");

    let std_exit = Process::start("std", || -> () { process::exit(9) }).unwrap();
    let told = std_exit.join().unwrap_err();
    assert!(
        matches!(
            told,
            ProcessError::Ended {
                exit: Exit::Code(9),
                ..
            }
        ),
        "{told:?}"
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

/// A process as a type: its data, and what it does with them.
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
        let mut heard = [0; 5];
        (&theirs).read_exact(&mut heard).unwrap();
        assert_eq!(heard, *shout.as_bytes());
    }
    drop(ours);
    assert_eq!(process.wait().unwrap(), Exit::Code(0));
    process.join().unwrap();
}

/// Row X07: the handle is the only way to the child, and takes it along. That no child is left
/// is checked after each test.
fn x07_a_handle_that_is_dropped_leaves_no_process() {
    let process = Process::start("sleeper", sleep_long).unwrap();
    let pid = process.pid();
    drop(process);
    assert!(!fs::exists(format!("/proc/{pid}")).unwrap());
    assert_eq!(active_children(), []);
}

/// Row X09.
fn x09_a_joined_thread_does_not_count() {
    for _ in 0..100 {
        thread::spawn(|| ()).join().unwrap();
        Process::start("child", || ()).unwrap().join().unwrap();
    }
}

/// Row X18.
fn x18_a_child_holds_exactly_the_ends_it_was_given() {
    let (mut ours, given) = pair_of_ends();
    let (other, kept) = pair_of_ends();
    let child = Process::start("child", move || {
        let name = |end: &End| fs::read_link(format!("/proc/self/fd/{}", fd(end))).unwrap();
        let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
        let sockets = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        let sockets = sockets.filter(|target| target.to_string_lossy().starts_with("socket:"));
        // The given end, and the one that the result goes to.
        let (count, given) = (sockets.count(), name(&given));
        (count == 2, given.to_string_lossy().starts_with("socket:"))
    });
    assert_eq!(child.unwrap().join().unwrap(), (true, true));
    // The only copy of its peer was the child's: the stream has ended.
    let mut rest = Vec::new();
    let stream = UnixStream::from(ours.as_fd().try_clone_to_owned().unwrap());
    (&stream).read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"");
    ours = other;
    drop((ours, kept));
}

/// Row X18: an `End` in the parent's memory must not name a file that the child opens later.
fn x18_a_closed_end_leaves_its_number_taken() {
    let (ours, theirs) = pair_of_ends();
    let (a, b) = (fd(&ours), fd(&theirs));
    let child = Process::start("child", move || {
        let opened = fs::File::open("/proc/self/stat").unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(&opened);
        (
            number != a && number != b,
            fs::read_link(format!("/proc/self/fd/{a}")).is_ok(),
        )
    });
    assert_eq!(child.unwrap().join().unwrap(), (true, true));
    drop((ours, theirs));
}

/// A child that tells more than the socket holds ends only because `join` listens.
fn a_result_larger_than_any_buffer_arrives() {
    let child = Process::start("big", || vec![7_u8; 20 << 20]).unwrap();
    let value = child.join().unwrap();
    assert_eq!(value.len(), 20 << 20);
    assert!(value.iter().all(|&byte| byte == 7));
}

/// Row X01, its second half.
fn a_value_without_bytes_is_the_failure_of_the_child() {
    let child = Process::start("nan", || f64::NAN).unwrap();
    let error = child.join().unwrap_err().to_string();
    assert!(
        error.starts_with("process nan failed: cannot turn"),
        "{error}"
    );
}

/// Nothing is left behind, also when the parent is killed.
fn a_child_dies_with_its_parent() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let parent = Process::start("parent", move || {
        let line = theirs.try_clone().unwrap();
        let _child = Process::start("child", move || {
            (&line).write_all(b"!").ok();
            sleep_long();
        });
        sleep_long();
    })
    .unwrap();
    let mut told = [0];
    (&ours).read_exact(&mut told).unwrap();
    parent.kill().unwrap();
    // Ends when the last copy of the other end is closed: when both are dead.
    ours.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert_eq!((&ours).read(&mut told).unwrap(), 0);
    drop(parent);
}

struct PanicsAsBytes;

impl multiprocess::Outcome for PanicsAsBytes {
    type Value = Vec<u8>;

    fn into_result(self) -> Result<Vec<u8>, String> {
        struct DropBomb;
        impl Drop for DropBomb {
            fn drop(&mut self) {
                panic!("in a destructor");
            }
        }
        std::panic::panic_any(DropBomb)
    }
}

/// The payload's destructor panics where nobody catches it any more.
fn a_result_whose_encoding_panics_never_leaves_the_child() {
    let parent = common::pid();
    let bystander = Process::start("bystander", sleep_long).unwrap();
    let child = Process::start("child", || PanicsAsBytes).unwrap();
    child.join().unwrap_err();
    assert_eq!(
        common::pid(),
        parent,
        "the child has come back as its parent"
    );
    assert_eq!(active_children().len(), 1);
    drop(bystander);
}

fn a_child_killed_by_a_real_time_signal_is_told() {
    let mut child = Process::start("child", sleep_long).unwrap();
    let pid = i32::try_from(child.pid()).unwrap();
    // SAFETY: a number to a process of ours.
    assert_eq!(unsafe { nix::libc::kill(pid, nix::libc::SIGRTMIN()) }, 0);
    let exit = Exit::Signal(nix::libc::SIGRTMIN());
    assert_eq!(child.wait().unwrap(), exit);
    assert_eq!(active_children(), []);
    assert!(
        child
            .join()
            .unwrap_err()
            .to_string()
            .contains("killed by signal")
    );
}

fn a_program_that_was_started_with_children_ignored_can_wait() {
    // SAFETY: no handler is set, so none can do wrong.
    unsafe { nix::sys::signal::signal(Signal::SIGCHLD, nix::sys::signal::SigHandler::SigIgn) }
        .unwrap();
    Process::start("child", || ()).unwrap().join().unwrap();
}

fn a_target_whose_parents_copy_panics_leaves_no_child() {
    struct PanicsInTheParent(u32);
    impl Drop for PanicsInTheParent {
        fn drop(&mut self) {
            assert_ne!(common::pid(), self.0, "the parent drops its copy");
        }
    }
    let (ours, theirs) = pair_of_ends();
    let captured = PanicsInTheParent(common::pid());
    let started = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Process::start("child", move || {
            let _moved = &captured;
            sleep_long();
        })
    }));
    assert!(started.is_err());
    assert_eq!(active_children(), []);
    drop((ours, theirs));
}

fn a_copy_of_a_handle_leaves_the_sibling_alone() {
    let sibling = Rc::new(Process::start("sibling", sleep_long).unwrap());
    let copy = Rc::clone(&sibling);
    let killer = Process::start("killer", move || copy.kill().is_ok());
    killer.unwrap().join().unwrap();
    assert!(fs::exists(format!("/proc/{}/fd", sibling.pid())).unwrap());
    let mut sibling = Rc::into_inner(sibling).unwrap();
    assert_eq!(
        sibling.wait_timeout(Duration::from_millis(50)).unwrap(),
        None
    );
}

fn join_works_at_the_limit_of_descriptors() {
    let child = Process::start("child", || 7_u8).unwrap();
    let mut all = Vec::new();
    while let Ok(file) = fs::File::open("/dev/null") {
        all.push(file);
    }
    assert_eq!(child.join().unwrap(), 7);
    let refused = Process::start("child", || ()).unwrap_err().to_string();
    assert!(
        refused.contains("Too many open files") && active_children().is_empty(),
        "{refused}"
    );
}

/// Descriptors' numbers are used again at once; ends are known by another name.
fn an_end_made_while_the_target_is_dropped_confuses_nobody() {
    thread_local!(static STASH: Cell<Option<(End, End)>> = const { Cell::new(None) });
    struct MakesAnEnd(u32, Option<End>);
    impl Drop for MakesAnEnd {
        fn drop(&mut self) {
            drop(self.1.take());
            if common::pid() == self.0 {
                STASH.set(Some(pair_of_ends()));
            }
        }
    }
    let (ours, theirs) = pair_of_ends();
    let captured = MakesAnEnd(common::pid(), Some(theirs));
    let child = Process::start("child", move || {
        let end = captured.1.as_ref().unwrap();
        end.is_held() && { end }.write_all(b"!").is_ok()
    });
    assert!(child.unwrap().join().unwrap());
    let mut told = [0];
    (&ours).read_exact(&mut told).unwrap();
    drop(STASH.take());
}

/// In a child, because who has given up root cannot take it back; root knows no such limit.
fn a_refused_fork_is_an_error_that_names_the_limit() {
    let child = Process::start("limited", || {
        if geteuid().is_root() {
            setuid(Uid::from_raw(65534)).unwrap();
        }
        setrlimit(Resource::RLIMIT_NPROC, 0, 0).unwrap();
        Process::start("refused", || ()).unwrap_err().to_string()
    });
    let text = child.unwrap().join().unwrap();
    assert!(
        text.contains("ulimit -u") && text.contains("unavailable"),
        "{text}"
    );
}

fn sleep_long() {
    thread::sleep(Duration::from_secs(100));
}

fn pair_of_ends() -> (End, End) {
    let (a, b) = UnixStream::pair().unwrap();
    (End::new(OwnedFd::from(a)), End::new(OwnedFd::from(b)))
}

fn fd(end: &End) -> i32 {
    std::os::fd::AsRawFd::as_raw_fd(&end.as_fd())
}
