//! What a child takes over of its parent's run and what not, and what it leaves to its parent.
#![expect(clippy::unwrap_used, reason = "a test may")]
#![expect(
    clippy::disallowed_macros,
    reason = "print! and its buffer are the subject"
)]

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, panic, process, thread};

use common::{Kind, Settings, say};
use lesson_test::until;
use multiprocess::{Exit, Fork, Process, Zygote, active_children, exit_now, fork, pipe, wait};
use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::{dup, dup2_stdout};

lesson_test::forking_tests![
    a_child_is_not_failed_by_a_line_that_its_parent_could_not_print,
    a_child_prints_and_fails_by_itself,
    text_of_print_comes_out_once_however_a_child_ends,
    things_made_in_different_processes_have_different_names,
    children_of_one_name_pause_differently,
    a_panic_whose_payload_panics_in_turn_is_told_by_join,
    a_result_that_panics_is_told_or_given,
    a_child_that_has_ended_is_not_active,
    a_fork_with_a_second_thread_is_refused,
    a_kernel_without_pidfds_is_an_error_that_names_the_version,
    a_program_that_calls_exit_has_ended_in_its_log,
    a_destructor_of_a_thread_local_prints_in_a_recorded_run,
    reads_and_writes_of_a_bare_pipe_are_in_the_log,
    what_two_readers_have_torn_is_not_called_received,
];

/// Calls `call` with standard output on `file`.
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
    // It is still the parent's.
    let failure = common::take_output_failure().unwrap();
    assert!(failure.contains("No space left"), "{failure}");
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
        let told = child.unwrap_err().to_string();
        assert!(
            told.contains("process child failed: cannot write"),
            "{told}"
        );
    }
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

/// Its destructor panics.
#[derive(Debug)]
struct DropBomb;

impl Drop for DropBomb {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

fn a_panic_whose_payload_panics_in_turn_is_told_by_join() {
    let child = Process::start("child", || -> () { panic::panic_any(DropBomb) });
    let told = child.unwrap().join().unwrap_err().to_string();
    assert_eq!(told, "process child panicked: a panic without a text");
}

/// Panics when it is turned into bytes, or when it is dropped by the child.
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

fn a_result_that_panics_is_told_or_given() {
    let start = |as_bytes| {
        let make = move || {
            let child = common::pid();
            Ok::<_, String>(Bad { as_bytes, child })
        };
        Process::start("child", make).unwrap().join()
    };
    let told = start(true).unwrap_err().to_string();
    assert_eq!(told, "process child panicked: it has no bytes");
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
        // The zygote is its sibling.
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

/// A filter that lets the kernel answer as one that does not know the call.
fn forbid_pidfd_open() {
    let statement = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut program = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            0,
            1,
            libc::SYS_pidfd_open as u32,
        ),
        statement(
            libc::BPF_RET | libc::BPF_K,
            0,
            0,
            libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32,
        ),
        statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let filter = libc::sock_fprog {
        len: 4,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: four numbers.
    let no_new = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    let mode = libc::SECCOMP_MODE_FILTER;
    // SAFETY: the filter lives until the call has copied it.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const filter) };
    assert_eq!((no_new, set), (0, 0));
}

fn a_kernel_without_pidfds_is_an_error_that_names_the_version() {
    let child = Process::start("child", || {
        forbid_pidfd_open();
        let refused = Process::start("refused", || ()).unwrap_err().to_string();
        (refused, active_children().is_empty())
    });
    let (refused, is_empty) = child.unwrap().join().unwrap();
    assert!(refused.contains("needs Linux 5.4 or newer"), "{refused}");
    assert!(is_empty && refused.lines().count() == 1, "{refused}");
}

/// Runs `program` in a process of its own that records, to its end; gives its log.
fn recorded(program: impl FnOnce() + 'static) -> (u32, String) {
    let log: PathBuf = env::temp_dir().join(format!("inherited-{}.log", process::id()));
    let path = log.clone();
    let mut child = Process::start("program", move || {
        let settings = Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record: Some(path),
        };
        common::begin("program", &settings).unwrap();
        program();
    })
    .unwrap();
    let ended = child.wait_timeout(Duration::from_secs(5)).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    assert!(matches!(ended, Some(Exit::Code(_))), "{ended:?} {text}");
    (child.pid(), text)
}

fn a_program_that_calls_exit_has_ended_in_its_log() {
    let (pid, log) = recorded(|| {
        let child = Process::start("child", || -> () { process::exit(4) });
        child.unwrap().join().unwrap_err();
        process::exit(3)
    });
    let exits = log.lines().filter(|line| line.contains(r#""k":"exit""#));
    let exits: Vec<_> = exits.collect();
    assert_eq!(exits.len(), 2, "{log}");
    assert!(exits[1].contains(&format!(r#""pid":{pid},"#)), "{log}");
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
}

fn a_destructor_of_a_thread_local_prints_in_a_recorded_run() {
    struct Talks;
    impl Drop for Talks {
        fn drop(&mut self) {
            say!("Gone.");
            common::pause(Duration::from_millis(1));
        }
    }
    thread_local!(static TALKS: RefCell<Option<Talks>> = const { RefCell::new(None) });
    let (_, log) = recorded(|| {
        let name = thread::Builder::new().name("talker".to_owned());
        // Its lane is used later, and so is destroyed before it.
        let talker = name.spawn(|| {
            TALKS.set(Some(Talks));
            say!("Here.");
        });
        talker.unwrap().join().unwrap();
        common::end();
    });
    let gone = log.lines().find(|line| line.contains("Gone."));
    assert!(
        gone.is_some_and(|gone| gone.contains(r#""lane":"talker""#)),
        "{log}"
    );
}

/// The kinds of events in a log, of the lane of that name.
fn kinds(log: &str, lane: &str) -> Vec<Kind> {
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let lane = run.lanes.iter().find(|one| one.name == lane).unwrap();
    let events = lane.events.iter();
    events.map(|&event| run.events[event].kind).collect()
}

fn reads_and_writes_of_a_bare_pipe_are_in_the_log() {
    use Kind::{Close, Eof, Exit as Ends, Fork as Forks, Join, Recv, Send, Wait};

    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        let reader = match fork("reader").unwrap() {
            Fork::Parent { child } => child,
            Fork::Child => {
                drop(writing);
                let mut word = String::new();
                let read = (&reading).read_to_string(&mut word);
                exit_now(i32::from(read.is_err() || word != "one two"));
            }
        };
        drop(reading);
        (&writing).write_all(b"one").unwrap();
        (&writing).write_all(b" two").unwrap();
        drop(writing);
        assert_eq!(wait(reader), Ok(Exit::Code(0)));
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{log}");
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let received = "All 2 messages sent into pipe";
    assert!(said.iter().any(|one| one.contains(received)), "{said:?}");
    let parent = kinds(&log, "main");
    assert!(
        parent.ends_with(&[Forks, Close, Send, Send, Close, Wait, Join, Ends]),
        "{parent:?}"
    );
    let mut child = kinds(&log, "reader");
    // How often it found nothing is the machine's affair.
    child.retain(|kind| *kind != Wait);
    assert!(
        child.ends_with(&[Close, Recv, Recv, Eof, Ends]),
        "{child:?}"
    );
}

fn what_two_readers_have_torn_is_not_called_received() {
    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        (&writing).write_all(b"torn").unwrap();
        (&reading).read_exact(&mut [0; 2]).unwrap();
        match fork("other").unwrap() {
            Fork::Parent { child } => assert_eq!(wait(child), Ok(Exit::Code(0))),
            Fork::Child => {
                let read = (&reading).read_exact(&mut [0; 2]);
                exit_now(i32::from(read.is_err()));
            }
        }
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    assert!(!said.iter().any(|one| one.contains("received")), "{said:?}");
}
