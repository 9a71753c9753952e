//! Tests the verdicts of a judge on checks that hang. The judge is this program, run once more.

use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::report::Outcome;
use check::{Check, Fault, Verdict, main as judge};
use lesson_test::run_within;
use nix::sys::prctl::get_dumpable;
use nix::sys::signal::{SigSet, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, Uid, dup2_stdout, fork, getppid, pause};

/// The environment variable with the number of the check that the judge runs.
const NUMBER: &str = "HUNG";
/// A user that is not root; root can inspect every process.
const NOBODY: u32 = 65534;

const END: &str = "check waits to read from a pipe whose sending end is still open in check";

/// The body that hangs, the verdict, whether it is sure, and a part of the text.
type Hung = (fn(), Verdict, bool, &'static str);

const HUNG: [Hung; 9] = [
    (reads_its_own_pipe, Verdict::Deadlock, true, END),
    (joins_itself, Verdict::Deadlock, true, "all of it waits"),
    (sleeps, Verdict::Timeout, true, "is asleep by the clock"),
    // Not sure, because the event might come before the limit of the wait.
    (waits_a_while, Verdict::Deadlock, false, "all of it waits"),
    (works, Verdict::Timeout, true, "is at work"),
    // The report says nothing about a process that cannot be inspected.
    (blocks_signals, Verdict::Timeout, true, "within 1 s."),
    (signals_itself, Verdict::Pass, false, ""),
    // The judge reads no more of either.
    (closes_its_output, Verdict::Timeout, true, "is asleep"),
    (prints_too_much, Verdict::Timeout, true, "is asleep"),
];

/// A body that works until its processor time is used up, and its limit by the clock.
const BUSY: (fn(), u64) = (works, 120);
/// The judge and its check get one second of processor time each.
const ONE_SECOND: &str = "ulimit -c 0; ulimit -S -t 1; exec \"$@\"";

fn main() -> ExitCode {
    let number = env::var(NUMBER)
        .ok()
        .and_then(|text| text.parse::<usize>().ok());
    if let Some(number) = number {
        let (run, seconds) = HUNG.get(number).map_or(BUSY, |hung| (hung.0, 1));
        let check = Check::new("hangs", "it ends", run);
        return judge("judged_hung", &[check.within(Duration::from_secs(seconds))]);
    }
    for (number, (_, expected, is_sure, words)) in HUNG.iter().enumerate() {
        let outcome = outcome_of(number, "1");
        let verdict = outcome.verdict();
        let text = outcome.fault.as_ref().map_or(String::new(), text_of);
        assert_eq!(verdict, *expected, "{number}: {text}");
        let judged_sure = outcome.fault.is_some_and(|fault| fault.is_sure);
        assert_eq!(judged_sure, *is_sure, "{number}: {text}");
        assert!(text.contains(words), "{number}: {text}");
    }
    let longer = outcome_of(HUNG.len() - 1, "2");
    let words = longer.fault.as_ref().map_or(String::new(), text_of);
    assert!(words.contains("within 2 s"), "{words}");
    let busy = outcome_of(HUNG.len(), "1");
    let words = busy.fault.as_ref().map_or(String::new(), text_of);
    assert_eq!(busy.verdict(), Verdict::Timeout, "{words}");
    assert!(words.contains("used up its processor time"), "{words}");
    ExitCode::SUCCESS
}

fn text_of(fault: &Fault) -> String {
    fault.said.join("\n")
}

fn outcome_of(number: usize, slowness: &str) -> Outcome {
    let program = env::current_exe().expect("this program has a path");
    let mut command = Command::new("sh");
    let limits = if HUNG.get(number).is_some() {
        "exec \"$@\""
    } else {
        ONE_SECOND
    };
    command.args(["-c", limits, "sh"]).arg(program);
    command.arg("--report").env(NUMBER, number.to_string());
    command.env("CHECK_SLOWNESS", slowness);
    if Uid::effective().is_root() {
        use std::os::unix::process::CommandExt;
        command.uid(NOBODY).gid(NOBODY);
    }
    let ran = run_within(Duration::from_secs(200), &mut command);
    let mut outcomes = check::report::parse(&ran.out).expect("a report");
    outcomes.pop().expect("a check")
}

/// A thread waits for another thread that waits for it.
fn joins_itself() {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let waits = std::thread::spawn(move || receiver.recv());
    let _never = waits.join();
    drop(sender);
}

fn reads_its_own_pipe() {
    let (mut reading, _writing) = std::io::pipe().expect("a pipe");
    // SAFETY: this process has one thread.
    match unsafe { fork() }.expect("a child") {
        ForkResult::Child => {
            let _never = reading.read(&mut [0]);
        }
        ForkResult::Parent { child } => {
            let _never = waitpid(child, None);
        }
    }
}

fn sleeps() {
    loop {
        sleep(Duration::from_millis(20));
    }
}

fn closes_its_output() {
    let nowhere = File::create("/dev/null").expect("a file");
    dup2_stdout(nowhere).expect("another output");
    sleeps();
}

fn prints_too_much() {
    let line = [b'\n'; 1 << 20];
    for _ in 0..65 {
        let _until_nobody_reads = io::stdout().write_all(&line);
    }
    sleeps();
}

/// Waits as the library does without a limit: in turns, each with a limit.
fn waits_a_while() {
    let (_bell, silent) = UnixStream::pair().expect("a pair");
    loop {
        let deadline = Some(Instant::now() + Duration::from_millis(100));
        let _in_vain = child::wait_readable(&[silent.as_fd()], deadline);
    }
}

fn works() {
    loop {
        std::hint::spin_loop();
    }
}

fn blocks_signals() {
    SigSet::all().thread_block().expect("a mask");
    loop {
        pause();
    }
}

/// The signal opens no process here, not even if a child sends it: no process may choose who opens it.
fn signals_itself() {
    let is_closed = || !get_dumpable().expect("it can be asked");
    nix::sys::signal::raise(check::opened::OPEN).expect("a signal");
    assert!(is_closed(), "a process has opened itself");
    kill(Pid::this(), check::opened::OPEN).expect("a signal");
    assert!(is_closed(), "a process has opened itself");
    let (mut is_ready, ready) = std::io::pipe().expect("a pipe");
    let (mut is_sent, sent) = std::io::pipe().expect("a pipe");
    // SAFETY: this process has one thread.
    let child = match unsafe { fork() }.expect("a child") {
        ForkResult::Child => {
            drop(sent);
            let _chooses_its_parent = check::opened::let_parent_open();
            let is_done = kill(getppid(), check::opened::OPEN).is_ok();
            drop(ready);
            // A signal that was sent before the end of the stream is handled before the next line runs.
            let _end = is_sent.read(&mut [0]);
            let is_right = is_done && is_closed();
            // SAFETY: ends this process.
            unsafe { nix::libc::_exit(i32::from(!is_right)) }
        }
        ForkResult::Parent { child } => child,
    };
    drop(ready);
    let _end = is_ready.read(&mut [0]);
    kill(child, check::opened::OPEN).expect("a signal");
    drop(sent);
    let ended = waitpid(child, None).expect("a child");
    assert!(
        matches!(ended, WaitStatus::Exited(_, 0)),
        "a child has chosen who opens it: {ended:?}"
    );
    assert!(is_closed(), "a child has opened its parent");
}
