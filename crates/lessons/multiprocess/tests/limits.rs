//! The promises of `Process` when something goes wrong; each test checks that nothing is left behind.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;
use std::{fs, thread};

use child::End;
use lesson_test::{Even, with_limit};
use multiprocess::{Exit, Process, active_children};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{Uid, geteuid, setuid};

lesson_test::forking_tests![
    x07_a_handle_that_is_dropped_leaves_no_process,
    x09_a_joined_thread_does_not_count,
    x18_a_child_holds_exactly_the_ends_it_was_given,
    x18_a_closed_end_leaves_its_number_taken,
    a_result_larger_than_any_buffer_arrives,
    a_value_without_bytes_is_the_failure_of_the_child,
    a_child_dies_with_its_parent,
    a_result_whose_encoding_panics_never_leaves_the_child,
    a_child_killed_by_a_real_time_signal_is_reported,
    a_program_that_was_started_with_children_ignored_can_wait,
    a_target_whose_parents_copy_panics_leaves_no_child,
    a_copy_of_a_handle_is_refused_and_leaves_the_sibling_alone,
    join_works_at_the_limit_of_descriptors,
    a_long_result_that_is_lost_at_the_limit_of_descriptors_is_an_error_that_names_it,
    a_long_error_at_the_limit_of_descriptors_is_cut_to_the_room_there_is,
    an_end_made_while_the_target_is_dropped_confuses_no_process,
    a_refused_fork_is_an_error_that_names_the_limit,
    a_target_that_aborts_is_an_error_that_names_the_signal,
    a_result_that_does_not_come_back_is_an_error_that_names_the_process,
];

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
        // The given end, and the one that the result is sent through.
        let (count, given) = (sockets.count(), name(&given));
        (count == 2, given.to_string_lossy().starts_with("socket:"))
    });
    assert_eq!(child.unwrap().join().unwrap(), (true, true));
    // The child had the only copy of its peer, so the stream has ended.
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

/// A child whose result is larger than the socket's buffer ends only because `join` reads it.
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

/// The child does not outlive its parent, even if the parent is killed.
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
    let mut byte = [0];
    (&ours).read_exact(&mut byte).unwrap();
    parent.kill().unwrap();
    // Returns when the last copy of the other end is closed: when both processes are dead.
    ours.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert_eq!((&ours).read(&mut byte).unwrap(), 0);
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

/// The payload's destructor panics at a place where no caller catches the panic any more.
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

fn a_child_killed_by_a_real_time_signal_is_reported() {
    let mut child = Process::start("child", sleep_long).unwrap();
    let pid = i32::try_from(child.pid()).unwrap();
    // SAFETY: sends a signal to a process of this test.
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

fn a_copy_of_a_handle_is_refused_and_leaves_the_sibling_alone() {
    let sibling = Rc::new(Process::start("sibling", sleep_long).unwrap());
    let copy = Rc::new(Cell::new(None));
    let copied = Rc::clone(&copy);
    copy.set(Some(Process::start("other", sleep_long).unwrap()));
    let its = Rc::clone(&sibling);
    let killer = Process::start("killer", move || {
        let mut other = copied.take().unwrap();
        let mut refused: Vec<_> = [its.kill(), its.terminate(), other.wait().map(|_| ())].into();
        refused.push(other.wait_timeout(Duration::ZERO).map(|_| ()));
        let refused = refused.into_iter().map(|one| one.unwrap_err().to_string());
        refused.collect::<Vec<_>>()
    });
    for refused in killer.unwrap().join().unwrap() {
        assert!(
            refused.contains("was started by another process"),
            "{refused}"
        );
    }
    drop(copy);
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

/// A long result comes in a file, for which this process has no descriptor left: 0 to 2 are taken.
fn a_long_result_that_is_lost_at_the_limit_of_descriptors_is_an_error_that_names_it() {
    let child = Process::start("child", || vec![7_u8; 5 << 10]).unwrap();
    let error = with_limit(Resource::RLIMIT_NOFILE, 3, || child.join().unwrap_err());
    let text = error.to_string();
    assert!(
        text.contains("process child") && text.contains("lost") && text.contains("ulimit -n"),
        "{text}"
    );
    assert_eq!(active_children(), []);
}

/// A report longer than a packet needs a descriptor.
fn a_long_error_at_the_limit_of_descriptors_is_cut_to_the_room_there_is() {
    let long = || {
        setrlimit(Resource::RLIMIT_NOFILE, 0, 0).unwrap();
        format!("on purpose {}", "é".repeat(10_000))
    };
    let fails = move || Err::<(), _>(long());
    let panics = move || -> () { std::panic::resume_unwind(Box::new(long())) };
    let large = move || long();
    let errors = [
        Process::start("child", fails).unwrap().join().unwrap_err(),
        Process::start("child", panics).unwrap().join().unwrap_err(),
        Process::start("child", large).unwrap().join().unwrap_err(),
    ];
    let texts = errors.map(|error| error.to_string());
    assert!(
        texts[0].starts_with("process child failed: on purpose éé"),
        "{texts:?}"
    );
    assert!(
        texts[1].starts_with("process child panicked: on purpose éé"),
        "{texts:?}"
    );
    assert!(texts[2].contains("Too many open files"), "{texts:?}");
}

/// The numbers of descriptors are used again at once, so ends are identified by another number.
fn an_end_made_while_the_target_is_dropped_confuses_no_process() {
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
    let mut byte = [0];
    (&ours).read_exact(&mut byte).unwrap();
    drop(STASH.take());
}

/// In a child, because a process that has given up root cannot get it back; root has no such limit.
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

fn a_target_that_aborts_is_an_error_that_names_the_signal() {
    let child = Process::start("child", || -> () { std::process::abort() });
    let text = child.unwrap().join().unwrap_err().to_string();
    assert_eq!(text, "process child gave no result: killed by SIGABRT");
    assert_eq!(active_children(), []);
}

fn a_result_that_does_not_come_back_is_an_error_that_names_the_process() {
    let child = Process::start("child", || Ok::<_, String>(Even(1))).unwrap();
    let text = child.join().unwrap_err().to_string();
    assert!(
        text.contains("process child is lost") && text.contains("1 is odd"),
        "{text}"
    );
}
