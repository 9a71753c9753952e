//! A process that is killed anywhere, from its first moment to its last, gives no wrong value,
//! hangs nobody and leaves nothing behind; nor does its parent, nor a zygote.
//!
//! From outside only its system calls can be told apart, since it shares no memory. So a process is
//! killed before and after each of them (ptrace(2)), and at random moments besides.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::hint::spin_loop;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use borsh::{BorshDeserialize, BorshSerialize};
use lesson_test::{begin_steps, end_steps};
use multiprocess::{End, Exit, Process, ProcessError, Zygote, active_children};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

lesson_test::forking_tests![within 60;
    a_child_killed_at_any_system_call_gives_no_wrong_value,
    a_parent_killed_at_any_system_call_of_start_and_join_leaves_no_child,
    children_killed_at_random_moments_give_their_value_or_their_end,
    a_zygote_killed_at_random_moments_hangs_nobody,
    a_program_killed_at_random_moments_leaves_neither_zygote_nor_child,
];

/// Nobody may hang for longer.
const LIMIT: Duration = Duration::from_secs(5);

const KILLED: Exit = Exit::Signal(Signal::SIGKILL as i32);

/// Whether the next child is to stop at its first instruction after the fork.
static STOPS_AT_BIRTH: AtomicBool = AtomicBool::new(false);

extern "C" fn at_birth() {
    if STOPS_AT_BIRTH.load(Ordering::Relaxed) {
        begin_steps();
    }
}

/// A long value, whose last copy in the child is dropped when its report is out.
#[derive(Debug, PartialEq)]
struct Told(Vec<u64>);

impl BorshSerialize for Told {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Told {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        Vec::deserialize_reader(reader).map(Self)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        // True in the child alone: the parent says so only while it forks.
        if STOPS_AT_BIRTH.load(Ordering::Relaxed) {
            end_steps();
        }
    }
}

fn pair_of_ends() -> (End, End) {
    let (a, b) = UnixStream::pair().unwrap();
    (End::new(OwnedFd::from(a)), End::new(OwnedFd::from(b)))
}

/// Lets a child that stops itself (`begin_steps`) come to the `stops`-th beginning or end of a
/// system call, and kills it there. Gives false when it came to its end (`end_steps`) before that.
fn kill_at(child: u32, stops: usize) -> bool {
    let child = Pid::from_raw(child.cast_signed());
    let stopped_by = || match waitpid(child, None) {
        Ok(WaitStatus::Stopped(_, signal)) => signal,
        other => panic!("the child was to stop, and did something else: {other:?}"),
    };
    assert_eq!(stopped_by(), Signal::SIGSTOP, "the child begins");
    let go_on = || {
        ptrace::syscall(child, None).unwrap();
        stopped_by() != Signal::SIGSTOP
    };
    let inside = (0..stops).all(|_| go_on());
    kill(child, Signal::SIGKILL).unwrap();
    inside
}

/// Calls `kill_at` with 0, 1, 2 ... until it gives false; gives how often it was called.
fn kill_everywhere(kill_at: impl FnMut(usize) -> bool) -> usize {
    1 + (0..).map(kill_at).take_while(|&inside| inside).count()
}

/// Killed when it takes over, in its target, in its report: short, and in a file.
fn a_child_killed_at_any_system_call_gives_no_wrong_value() {
    // SAFETY: the handler only stops the process, and only when it is told to.
    let set = unsafe { nix::libc::pthread_atfork(None, None, Some(at_birth)) };
    assert_eq!(set, 0);
    // An end more, so that the child has to hear which ends its parent has kept.
    let _ends = pair_of_ends();
    for len in [1, 1000] {
        let kills = kill_everywhere(|stops| {
            STOPS_AT_BIRTH.store(true, Ordering::Relaxed);
            let target = move || Ok::<_, String>(Told(vec![7; len]));
            let child = Process::start("victim", target).unwrap();
            STOPS_AT_BIRTH.store(false, Ordering::Relaxed);
            let inside = kill_at(child.pid(), stops);
            let told = child.join();
            assert!(
                matches!(told, Err(ProcessError::Ended { exit: KILLED, .. })),
                "{told:?} after {stops} stops"
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

/// Ends when the last copy of the other end is closed: when all that have it are dead.
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
        let inside = kill_at(parent.pid(), stops);
        drop(parent);
        let told = read_to_the_end(&ours);
        assert!(told == b"!" || (told.is_empty() && inside), "{told:?}");
        inside
    });
    assert!(kills > 20, "{kills}");
}

/// The same kills in each run: the next of a sequence of numbers, from 0 up to `limit`.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn spin_below(&mut self, limit: Duration) {
        let delay = Duration::from_nanos(self.below(limit.as_nanos() as u64));
        let started = Instant::now();
        while started.elapsed() < delay {
            spin_loop();
        }
    }
}

/// What a child may do: tell a little, tell much, start a child of its own.
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

fn assert_right(number: u64, told: Result<Vec<u64>, ProcessError>) -> bool {
    match told {
        Ok(value) => {
            let len = if number % 3 == 1 { 2000 } else { 1 };
            assert!(value == vec![number; len], "{number}: a wrong value");
            true
        }
        Err(ProcessError::Ended { exit: KILLED, .. }) => false,
        Err(error) => panic!("{number}: {error}"),
    }
}

fn children_killed_at_random_moments_give_their_value_or_their_end() {
    let mut seeded = Seeded(1);
    let mut ended_well = 0;
    for number in 0..1000 {
        let mut child = Process::start("victim", move || work(number)).unwrap();
        seeded.spin_below(Duration::from_millis(2));
        child.kill().unwrap();
        assert!(
            child.wait_timeout(LIMIT).unwrap().is_some(),
            "{number} hangs"
        );
        ended_well += usize::from(assert_right(number, child.join()));
        assert_eq!(active_children(), []);
    }
    assert!(
        (1..1000).contains(&ended_well),
        "{ended_well} of 1000 ended well"
    );
}

fn signal_to(pid: u32) {
    kill(Pid::from_raw(pid.cast_signed()), Signal::SIGKILL).unwrap();
}

/// Dead, be it on the list of a parent that has not waited for it yet: the zygote's children are
/// given to another process when it dies, and that one takes its time.
fn is_dead(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}

fn wait_until_dead(pid: u32) {
    let limit = Instant::now() + LIMIT;
    while !is_dead(pid) {
        assert!(Instant::now() < limit, "process {pid} is left");
        thread::yield_now();
    }
}

fn a_zygote_killed_at_random_moments_hangs_nobody() {
    let mut seeded = Seeded(2);
    let mut values = 0;
    for number in 0..300_u64 {
        let zygote = Zygote::start("zygote", work).unwrap();
        let pid = zygote.pid();
        let delay = seeded.below(3_000_000);
        let killer = thread::spawn(move || {
            let started = Instant::now();
            while started.elapsed() < Duration::from_nanos(delay) {
                spin_loop();
            }
            signal_to(pid);
        });
        // The zygote's end comes as an error of either, or after both.
        if let Ok(child) = zygote.spawn("child", &number) {
            let child_pid = child.pid();
            match child.join() {
                Err(ProcessError::Os { .. }) => {}
                told => values += usize::from(assert_right(number, told)),
            }
            wait_until_dead(child_pid);
        }
        killer.join().unwrap();
        drop(zygote);
        assert_eq!(active_children(), []);
    }
    assert!((1..300).contains(&values), "{values} of 300 ended well");
}

fn a_program_killed_at_random_moments_leaves_neither_zygote_nor_child() {
    let mut seeded = Seeded(3);
    for _ in 0..200 {
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
        seeded.spin_below(Duration::from_millis(4));
        drop(program);
        read_to_the_end(&ours);
    }
}
