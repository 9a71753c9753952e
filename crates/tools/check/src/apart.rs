//! Runs a check in a process of its own, and takes its verdict.

use std::env;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::{descendants, kill_all};
use nix::libc;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use timeline::Run;

use crate::fault::{Fault, Verdict};
use crate::hung;
use crate::nonces::Nonces;
use crate::quiet::Turns;
use crate::running::Log;
use crate::stream::REST;

/// The argument with which a process runs a single check.
pub(crate) const ONE: &str = "--one";
/// The most bytes that a check may print, its log included.
const MOST_OUTPUT: u64 = 64 << 20;

/// Runs the check of this name in a process of its own, and returns its fault.
pub(crate) fn run(name: &str, limit: Duration) -> Result<(), Fault> {
    let own =
        |what: &str, error: io::Error| Fault::of(Verdict::GraderError, format!("{what}: {error}"));
    let nonces = Nonces::new().map_err(|error| own("no random numbers", error))?;
    let program = env::current_exe().map_err(|error| own("this program has no path", error))?;
    let mut child = Command::new(program)
        .args([ONE, name])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| own("no process for a check", error))?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(out), Some(err)) = pipes else {
        unreachable!("all three were asked for");
    };
    // The process may have been killed already; then it reports nothing.
    let _may_be_dead = nonces.send(&mut stdin);
    drop(stdin);
    let (out, err) = (text_of(out), text_of(err));
    let mut all = None;
    let ended = within(limit, |limit| {
        let until = Instant::now() + limit;
        // The output may also end because the check has closed it, or has printed too much.
        all = all.take().or_else(|| out.recv_timeout(limit).ok());
        end_of(&mut child, until)
    });
    let Some(ended) = ended else {
        return Err(does_not_end(limit, child, &err));
    };
    // All processes that the check has left end here, so the readers reach the end of their pipes.
    let _all = kill_all(|_| ());
    let out = all.unwrap_or_else(|| rest_of(&out));
    match (ended, nonces.word_of(&out)) {
        (Ok(Ended::Stopped), _) => Err(Fault::new("It has stopped the process of its check.")),
        (_, Some(Err(fault))) => Err(fault),
        // A word that another line has repeated does not count.
        (Ok(Ended::Itself(status)), Some(Ok(()))) if status.success() => Ok(()),
        (Ok(Ended::Itself(status)), _) => Err(no_word(status, &rest_of(&err))),
        (Err(error), _) => Err(own("no end of a check", error)),
    }
}

/// How the process of a check has ended.
enum Ended {
    Itself(ExitStatus),
    /// It has not: the student's code has stopped it, so that it does not see what it has to judge.
    Stopped,
}

/// Waits until a process has ended or was stopped, or until this moment.
fn end_of(child: &mut Child, until: Instant) -> Option<io::Result<Ended>> {
    let pid = Pid::from_raw(child.id().cast_signed());
    // A stop from which it goes on is seen later, too.
    let stops = WaitPidFlag::WSTOPPED | WaitPidFlag::WCONTINUED | WaitPidFlag::WNOHANG;
    loop {
        if let Ok(WaitStatus::Stopped(..) | WaitStatus::Continued(_)) = waitid(Id::Pid(pid), stops)
        {
            return Some(Ok(Ended::Stopped));
        }
        match child.try_wait().transpose() {
            None if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
            ended => return ended.map(|status| status.map(Ended::Itself)),
        }
    }
}

/// The fault of a check that ended without a verdict.
fn no_word(status: ExitStatus, err: &str) -> Fault {
    let last = last_lines(err);
    match status.signal() {
        Some(libc::SIGXCPU) => Fault::of(
            Verdict::Timeout,
            format!("It has used up its processor time.{last}"),
        ),
        _ => Fault::of(
            Verdict::Crash,
            format!("The process ended in the middle of the check: {status}.{last}"),
        ),
    }
}

/// The fault of a check that is still running at its limit. Nothing that it prints counts any more,
/// because its memory, with the nonce, is opened for the look.
fn does_not_end(limit: Duration, mut child: Child, err: &Receiver<String>) -> Fault {
    let what = format!("It does not end within {} s", limit.as_secs());
    let log = Log::of(child.id());
    let look = hung::look();
    // If the check ended meanwhile, perhaps by the signal, the look does not show why it hung.
    let look = look.filter(|_| matches!(child.try_wait(), Ok(None)));
    let programs = kill_all(|_| ()).unwrap_or_default().names;
    let run = Run::read(log.text().as_bytes()).unwrap_or_default();
    let (verdict, text) = match &look {
        Some(look) => look.describe(&what, &run, &programs),
        None => (Verdict::Timeout, format!("{what}.")),
    };
    let last = last_lines(&rest_of(err));
    let is_sure = verdict == Verdict::Timeout || look.is_some_and(|look| look.is_endless);
    Fault {
        is_sure,
        ..Fault::of(verdict, text + &last)
    }
}

/// Calls `wait` until it returns a value or `limit` is over, but for at most about four times as
/// long. Time in which the processes below this one had to wait for other programs does not count.
fn within<T>(limit: Duration, mut wait: impl FnMut(Duration) -> Option<T>) -> Option<T> {
    let (mut next, mut before) = (limit, Duration::ZERO);
    let begun = Instant::now();
    loop {
        if let Some(came) = wait(next) {
            return Some(came);
        }
        let turns = Turns::of(&descendants()).unwrap_or_default();
        let lost = turns.lost_since(&Turns::default(), begun.elapsed());
        next = lost.saturating_sub(before);
        before = lost;
        if next < limit / 20 || begun.elapsed() > 4 * limit {
            return None;
        }
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(5)..].iter();
    last.map(|line| format!("\n  {line}")).collect()
}

/// Reads a stream in a thread of its own, which sends the text at the end.
fn text_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (ended, text) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _what_came = pipe.take(MOST_OUTPUT).read_to_end(&mut bytes);
        // The judge may have stopped waiting for it.
        let _unless_too_late = ended.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    text
}

/// The text of a stream that no process should have open any more.
fn rest_of(text: &Receiver<String>) -> String {
    text.recv_timeout(REST).unwrap_or_default()
}
