//! A process that is killed at any point of its life returns no wrong value, makes no other process
//! hang and leaves nothing behind. The same is tested for its parent and for a zygote.
//!
//! From outside, only its system calls can be distinguished, because it shares no memory. So a
//! process is killed before and after each of them (ptrace(2)), and also at random moments.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use child::End;
use lesson_test::{
    Seeded, begin_steps, end_steps, is_dead, kill_at_system_call, kill_now, rounds, spin, until,
};
use multiprocess::{Exit, Process, ProcessError, Zygote, active_children};
use nix::sys::signal::Signal;

lesson_test::forking_tests![within 60;
    a_child_killed_at_any_system_call_returns_no_wrong_value,
    a_parent_killed_at_any_system_call_of_start_and_join_leaves_no_child,
    children_killed_at_random_moments_give_their_value_or_their_end,
    a_zygote_killed_at_random_moments_hangs_no_process,
    a_program_killed_at_random_moments_leaves_neither_zygote_nor_child,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

const KILLED: Exit = Exit::Signal(Signal::SIGKILL as i32);

/// Whether the next child is to stop at its first instruction after the fork.
static STOPS_AT_BIRTH: AtomicBool = AtomicBool::new(false);

extern "C" fn at_birth() {
    if STOPS_AT_BIRTH.load(Ordering::Relaxed) {
        begin_steps();
    }
}

/// A long value; in the child, its last copy is dropped after the report has been sent.
#[derive(Debug, PartialEq)]
struct Reported(Vec<u64>);

impl BorshSerialize for Reported {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Reported {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        Vec::deserialize_reader(reader).map(Self)
    }
}

impl Drop for Reported {
    fn drop(&mut self) {
        // True only in the child: the parent sets it only while it forks.
        if STOPS_AT_BIRTH.load(Ordering::Relaxed) {
            end_steps();
        }
    }
}

fn pair_of_ends() -> (End, End) {
    let (a, b) = UnixStream::pair().unwrap();
    (End::new(OwnedFd::from(a)), End::new(OwnedFd::from(b)))
}

/// Calls `kill_at` with 0, 1, 2 ... until it returns false; returns the number of calls.
fn kill_everywhere(kill_at: impl FnMut(usize) -> bool) -> usize {
    1 + (0..).map(kill_at).take_while(|&inside| inside).count()
}

/// Kills a child while it takes over, in its target, and in its report (a short one, and one in a file).
fn a_child_killed_at_any_system_call_returns_no_wrong_value() {
    // SAFETY: the handler only stops the process, and only when it is told to.
    let set = unsafe { nix::libc::pthread_atfork(None, None, Some(at_birth)) };
    assert_eq!(set, 0);
    // One end more, so that the parent has to tell the child which ends it has kept.
    let _ends = pair_of_ends();
    for len in [1, 1000] {
        let kills = kill_everywhere(|stops| {
            STOPS_AT_BIRTH.store(true, Ordering::Relaxed);
            let target = move || Ok::<_, String>(Reported(vec![7; len]));
            let child = Process::start("victim", target).unwrap();
            STOPS_AT_BIRTH.store(false, Ordering::Relaxed);
            let inside = kill_at_system_call(child.pid(), stops);
            let result = child.join();
            assert!(
                matches!(result, Err(ProcessError::Ended { exit: KILLED, .. })),
                "{result:?} after {stops} stops"
            );
            assert_eq!(active_children(), []);
            inside
        });
        assert!(kills > 10, "{kills}");
    }
}

/// The target of a child that keeps `line` open until it is dead.
fn hold_open(line: UnixStream) -> impl FnOnce() -> io::Result<u64> {
    move || {
        (&line).write_all(b"!")?;
        Ok(7)
    }
}

/// Reads until the last copy of the other end is closed, when all processes that have one are dead.
fn read_to_the_end(line: &UnixStream) -> Vec<u8> {
    line.set_read_timeout(Some(LIMIT)).unwrap();
    let mut bytes = Vec::new();
    { line }.read_to_end(&mut bytes).unwrap();
    bytes
}

fn a_parent_killed_at_any_system_call_of_start_and_join_leaves_no_child() {
    let kills = kill_everywhere(|stops| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let line = theirs.try_clone().unwrap();
        let parent = Process::start("parent", move || {
            begin_steps();
            let child = Process::start("child", hold_open(line)).unwrap();
            assert_eq!(child.join().unwrap(), 7);
            end_steps();
        });
        let parent = parent.unwrap();
        drop(theirs);
        let inside = kill_at_system_call(parent.pid(), stops);
        drop(parent);
        let bytes = read_to_the_end(&ours);
        assert!(bytes == b"!" || (bytes.is_empty() && inside), "{bytes:?}");
        inside
    });
    assert!(kills > 20, "{kills}");
}

/// The work of a child: return a short result or a long one, or start a child of its own.
fn work(number: u64) -> Result<Vec<u64>, String> {
    match number % 3 {
        0 => Ok(vec![number]),
        1 => Ok(vec![number; 2000]),
        _ => {
            let child = Process::start("grandchild", move || vec![number]);
            let child = child.map_err(|error| error.to_string())?;
            child.join().map_err(|error| error.to_string())
        }
    }
}

fn assert_right(number: u64, result: Result<Vec<u64>, ProcessError>) {
    match result {
        Ok(value) => {
            let len = if number % 3 == 1 { 2000 } else { 1 };
            assert!(value == vec![number; len], "{number}: a wrong value");
        }
        Err(ProcessError::Ended { exit: KILLED, .. }) => {}
        Err(error) => panic!("{number}: {error}"),
    }
}

fn children_killed_at_random_moments_give_their_value_or_their_end() {
    let mut seeded = Seeded::new(1);
    for number in (0..).take(rounds(1000)) {
        let mut child = Process::start("victim", move || work(number)).unwrap();
        spin(seeded.duration_below(Duration::from_millis(2)));
        child.kill().unwrap();
        assert!(
            child.wait_timeout(LIMIT).unwrap().is_some(),
            "{number} hangs"
        );
        assert_right(number, child.join());
        assert_eq!(active_children(), []);
    }
}

fn a_zygote_killed_at_random_moments_hangs_no_process() {
    let mut seeded = Seeded::new(2);
    for number in (0_u64..).take(rounds(300)) {
        let zygote = Zygote::start("zygote", work).unwrap();
        let pid = zygote.pid();
        let delay = seeded.duration_below(Duration::from_millis(3));
        let killer = thread::spawn(move || {
            spin(delay);
            assert!(kill_now(pid));
        });
        // The end of the zygote is an error of either call, or comes after both.
        if let Ok(child) = zygote.spawn("child", &number) {
            let child_pid = child.pid();
            match child.join() {
                Err(ProcessError::Os { .. }) => {}
                result => assert_right(number, result),
            }
            until("the child is dead", || is_dead(child_pid));
        }
        killer.join().unwrap();
        drop(zygote);
        assert_eq!(active_children(), []);
    }
}

fn a_program_killed_at_random_moments_leaves_neither_zygote_nor_child() {
    let mut seeded = Seeded::new(3);
    for _ in 0..rounds(200) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let program = Process::start("program", move || {
            let zygote = Zygote::start("zygote", move |number: u64| {
                { &theirs }.write_all(b"!").unwrap();
                number
            });
            let zygote = zygote.unwrap();
            for number in 0.. {
                let child = zygote.spawn("child", &number).unwrap();
                assert_eq!(child.join().unwrap(), number);
            }
        });
        spin(seeded.duration_below(Duration::from_millis(4)));
        drop(program);
        read_to_the_end(&ours);
    }
}
