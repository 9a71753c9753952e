//! The parts of its parent's run that a child takes over, and those that it leaves to its parent.
#![expect(clippy::unwrap_used, reason = "a test may")]
#![expect(
    clippy::disallowed_macros,
    reason = "print! and its buffer are the subject"
)]

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, FromRawFd, OwnedFd};
use std::sync::mpsc::channel;
use std::time::Duration;
use std::{panic, process, thread};

use child::End;
use common::say;
use lesson_test::{until, with_limit};
use multiprocess::{
    Exit, Fork, Process, StartError, Zygote, active_children, exit_now, fork, wait,
};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::resource::Resource;
use nix::unistd::{dup, dup2_stderr, dup2_stdout};

lesson_test::forking_tests![
    a_child_is_not_failed_by_a_line_that_its_parent_could_not_print,
    a_child_is_not_failed_by_text_of_print_that_its_parent_could_not_write,
    a_child_prints_and_fails_by_itself,
    a_child_of_a_bare_fork_fails_when_it_could_not_print,
    a_child_that_cannot_take_over_prints_the_reason,
    text_of_print_waits_for_room_in_a_full_pipe_that_does_not_block,
    text_of_print_comes_out_once_however_a_child_ends,
    things_made_in_different_processes_have_different_names,
    children_of_one_name_pause_differently,
    a_panic_whose_payload_panics_in_turn_is_reported_by_join,
    a_result_that_panics_is_reported_or_returned,
    a_child_that_has_ended_is_not_active,
    a_fork_with_a_second_thread_is_refused,
    a_start_is_refused_also_while_another_thread_keeps_the_lock_of_print,
];

/// Calls `call` while standard output goes to `file`.
fn with_stdout<R>(file: impl AsFd, call: impl FnOnce() -> R) -> R {
    let ours = dup(io::stdout()).unwrap();
    dup2_stdout(file).unwrap();
    let result = call();
    dup2_stdout(ours).unwrap();
    result
}

fn empty_file() -> File {
    File::from(memfd_create("stdout", MFdFlags::empty()).unwrap())
}

fn text_of(mut file: &File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

fn a_child_is_not_failed_by_a_line_that_its_parent_could_not_print() {
    with_stdout(File::create("/dev/full").unwrap(), || say!("lost"));
    Process::start("child", || ()).unwrap().join().unwrap();
    let zygote = Zygote::start("zygote", |_: u8| ()).unwrap();
    zygote.spawn("child", &1).unwrap().join().unwrap();
    let child = match fork("child").unwrap() {
        Fork::Parent { child } => child,
        Fork::Child => exit_now(i32::from(common::take_output_failure().is_some())),
    };
    assert_eq!(wait(child), Ok(Exit::Code(0)));
    // The failure still belongs to the parent.
    let failure = common::take_output_failure().unwrap();
    assert!(failure.contains("No space left"), "{failure}");
}

/// The child does not print the parent's text either, and its own output is printed.
fn a_child_is_not_failed_by_text_of_print_that_its_parent_could_not_write() {
    let full = File::create("/dev/full").unwrap();
    let file = empty_file();
    let childs = file.try_clone().unwrap();
    let child = with_stdout(&full, || {
        print!("lost");
        let child = Process::start("child", || ()).unwrap();
        child.join().unwrap();
        let prints = || {
            print!("heard");
            io::stdout().flush().unwrap();
        };
        let child = Process::start("prints", move || with_stdout(childs, prints));
        child.unwrap().join()
    });
    child.unwrap();
    // The failure belongs to the parent, and is reported once.
    let failure = common::take_output_failure().unwrap();
    assert!(failure.contains("No space left"), "{failure}");
    with_stdout(&full, common::flush_stdout);
    assert_eq!(common::take_output_failure(), None);
    assert_eq!(text_of(&file), "heard");
}

fn text_of_print_waits_for_room_in_a_full_pipe_that_does_not_block() {
    let (mut reading, writing) = io::pipe().unwrap();
    fcntl(&writing, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    while (&writing).write(&[b'.'; 4096]).is_ok() {}
    let reader = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        let mut text = String::new();
        reading.read_to_string(&mut text).map(|_| text)
    });
    with_stdout(&writing, || {
        print!("kept");
        common::flush_stdout();
    });
    drop(writing);
    assert!(reader.join().unwrap().unwrap().ends_with(".kept"));
    assert_eq!(common::take_output_failure(), None);
}

fn a_child_prints_and_fails_by_itself() {
    with_stdout(File::create("/dev/full").unwrap(), || say!("lost"));
    let file = empty_file();
    with_stdout(&file, || {
        let child = Process::start("child", || say!("heard"));
        child.unwrap().join().unwrap();
    });
    assert_eq!(text_of(&file), "heard\n");
    let full = File::create("/dev/full").unwrap();
    for target in [|| say!("lost"), || print!("lost")] {
        let child = with_stdout(&full, || Process::start("child", target).unwrap().join());
        let text = child.unwrap_err().to_string();
        assert!(
            text.contains("process child failed: cannot write"),
            "{text}"
        );
    }
}

fn a_child_of_a_bare_fork_fails_when_it_could_not_print() {
    let full = File::create("/dev/full").unwrap();
    let complaints = empty_file();
    // (The code that `exit_now` gets, the code with which the child ends.)
    for (code, expected) in [(0, 1), (7, 7)] {
        let child = match fork("child").unwrap() {
            Fork::Parent { child } => child,
            Fork::Child => {
                dup2_stderr(&complaints).unwrap();
                with_stdout(&full, || say!("lost"));
                exit_now(code)
            }
        };
        assert_eq!(wait(child), Ok(Exit::Code(expected)));
        let text = text_of(&complaints);
        let begin = format!("process {child}: cannot write to standard output: No space left");
        assert!(text.lines().last().unwrap().starts_with(&begin), "{text}");
    }
    assert_eq!(text_of(&complaints).lines().count(), 2);
}

/// The parent has an end above a limit that was lowered later, so the child cannot close it for good.
fn a_child_that_cannot_take_over_prints_the_reason() {
    let high = fcntl(io::stderr(), FcntlArg::F_DUPFD_CLOEXEC(500)).unwrap();
    // SAFETY: the call has just made this descriptor, for us alone.
    let kept = End::new(unsafe { OwnedFd::from_raw_fd(high) });
    let (complaints, ours) = (empty_file(), dup(io::stderr()).unwrap());
    dup2_stderr(&complaints).unwrap();
    let child = with_limit(Resource::RLIMIT_NOFILE, 400, || {
        let child = Process::start("child", || ())?;
        Ok::<_, StartError>((child.pid(), child.join()))
    });
    dup2_stderr(ours).unwrap();
    let (pid, result) = child.unwrap();
    let text = result.unwrap_err().to_string();
    assert_eq!(text, "process child gave no result: exit code 1");
    let text = text_of(&complaints);
    let begin = format!("process {pid}: cannot begin: ");
    assert!(
        text.starts_with(&begin) && text.contains("descriptor"),
        "{text}"
    );
    drop(kept);
}

fn text_of_print_comes_out_once_however_a_child_ends() {
    let file = empty_file();
    with_stdout(&file, || {
        print!("parent;");
        let well = Process::start("well", || print!("well;"));
        well.unwrap().join().unwrap();
        print!("again;");
        let exits = Process::start("exits", || -> () {
            print!("exits;");
            process::exit(3)
        });
        exits.unwrap().join().unwrap_err();
        let panics = Process::start("panics", || -> () {
            print!("panics;");
            panic::resume_unwind(Box::new("no more"))
        });
        panics.unwrap().join().unwrap_err();
        let zygote = Zygote::start("zygote", |word: String| print!("{word};")).unwrap();
        let spawned = zygote.spawn("spawned", &"spawned".to_owned());
        spawned.unwrap().join().unwrap();
        io::stdout().flush().unwrap();
    });
    assert_eq!(text_of(&file), "parent;well;again;exits;panics;spawned;");
}

fn things_made_in_different_processes_have_different_names() {
    let name = || common::next_name("pipe");
    let mut names = vec![name()];
    for _ in 0..2 {
        let child = Process::start("child", move || vec![name(), name()]);
        names.extend(child.unwrap().join().unwrap());
    }
    names.push(name());
    for (place, name) in names.iter().enumerate() {
        assert!(!names[..place].contains(name), "{names:?}");
    }
    assert_eq!((names[0].as_str(), names[5].as_str()), ("pipe", "pipe 2"));
}

fn children_of_one_name_pause_differently() {
    let pause = || common::next_pause(Duration::from_secs(1)).as_nanos() as u64;
    let mut pauses = vec![pause()];
    for _ in 0..4 {
        let worker = Process::start("worker", move || (pause(), pause()));
        let (one, other) = worker.unwrap().join().unwrap();
        pauses.extend([one, other]);
    }
    let zygote = Zygote::start("zygote", move |_: u8| pause()).unwrap();
    for _ in 0..4 {
        pauses.push(zygote.spawn("worker", &0).unwrap().join().unwrap());
    }
    for (place, pause) in pauses.iter().enumerate() {
        assert!(!pauses[..place].contains(pause), "{pauses:?}");
    }
}

/// A value whose destructor panics.
#[derive(Debug)]
struct DropBomb;

impl Drop for DropBomb {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

fn a_panic_whose_payload_panics_in_turn_is_reported_by_join() {
    let child = Process::start("child", || -> () { panic::panic_any(DropBomb) });
    let text = child.unwrap().join().unwrap_err().to_string();
    assert_eq!(text, "process child panicked: a panic without a text");
}

/// A value that panics when it is encoded, or when the child drops it.
#[derive(Debug)]
struct Bad {
    as_bytes: bool,
    child: u32,
}

impl borsh::BorshSerialize for Bad {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        assert!(!self.as_bytes, "it has no bytes");
        self.child.serialize(writer)
    }
}

impl borsh::BorshDeserialize for Bad {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let child = u32::deserialize_reader(reader)?;
        Ok(Self {
            as_bytes: false,
            child,
        })
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        assert_ne!(self.child, common::pid(), "in a destructor");
    }
}

fn a_result_that_panics_is_reported_or_returned() {
    let start = |as_bytes| {
        let make = move || {
            let child = common::pid();
            Ok::<_, String>(Bad { as_bytes, child })
        };
        Process::start("child", make).unwrap().join()
    };
    let text = start(true).unwrap_err().to_string();
    assert_eq!(text, "process child panicked: it has no bytes");
    assert_ne!(start(false).unwrap().child, common::pid());
}

fn a_child_that_has_ended_is_not_active() {
    let quick = Process::start("quick", || ()).unwrap();
    let slow = Process::start("slow", || thread::sleep(Duration::from_secs(100))).unwrap();
    until("the quick one has ended", || active_children().len() == 1);
    assert_eq!(active_children()[0].pid, slow.pid());
    quick.join().unwrap();
    let zygote = Zygote::start("zygote", |seconds: u64| {
        thread::sleep(Duration::from_secs(seconds));
    });
    let zygote = zygote.unwrap();
    let quick = zygote.spawn("quick", &0).unwrap();
    let long = zygote.spawn("long", &100).unwrap();
    let names = || -> Vec<_> { active_children().into_iter().map(|one| one.name).collect() };
    until("the quick one has ended", || {
        names() == ["slow", "zygote", "long"]
    });
    quick.join().unwrap();
    drop((slow, long));
    let bare = match fork("bare").unwrap() {
        Fork::Parent { child } => child,
        // The zygote is a sibling of this child, not its child.
        Fork::Child => exit_now(i32::from(!active_children().is_empty())),
    };
    assert_eq!(wait(bare), Ok(Exit::Code(0)));
}

fn a_fork_with_a_second_thread_is_refused() {
    let other = thread::spawn(thread::park);
    let refused = fork("child").unwrap_err().to_string();
    assert!(refused.contains("2 threads run"), "{refused}");
    other.thread().unpark();
    other.join().unwrap();
}

/// That thread may release the lock only after the main thread has gone on.
fn a_start_is_refused_also_while_another_thread_keeps_the_lock_of_print() {
    let (locked, is_locked) = channel();
    let (gone_on, has_gone_on) = channel::<()>();
    let other = thread::spawn(move || {
        let _lock = io::stdout().lock();
        locked.send(()).unwrap();
        let _closed = has_gone_on.recv();
    });
    is_locked.recv().unwrap();
    let refused = Process::start("child", || ()).unwrap_err();
    assert!(
        matches!(refused, StartError::Threads { count: 2 }),
        "{refused}"
    );
    drop(gone_on);
    other.join().unwrap();
}
