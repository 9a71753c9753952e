//! Runs a program until it ends, or ends it and everything it has started when it must stop.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use common::is_ignored;
use lesson::family::{Children, kill_all, reap};
use nix::libc;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::Signal;
use sandbox::record::How;

use crate::failed::Failed;

/// How a program has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself or by a signal of another process, with this output.
    Itself(How, String),
    /// It was ended because of Ctrl-C or another signal.
    Interrupted,
    /// It was ended because `stop` returned true.
    Stopped,
    /// It was ended at its time limit.
    TooLong,
}

/// Reports whether Ctrl-C or another signal that ends a program has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on, these signals do not end this process; the process has to check for them.
    pub(crate) fn noticed() -> Result<Self, Failed> {
        let came = Arc::new(AtomicBool::new(false));
        for signal in signals() {
            signal_hook::flag::register(signal, Arc::clone(&came))
                .map_err(|error| format!("cannot notice signals: {error}"))?;
        }
        adopt_orphans()?;
        Ok(Self(came))
    }

    /// From now on, the first of these signals does not end this process, which has to check for it.
    /// A second one does.
    pub(crate) fn first_noticed() -> Result<Self, Failed> {
        let came = Arc::new(AtomicBool::new(false));
        for signal in signals() {
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&came))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&came)))
                .map_err(|error| format!("cannot notice signals: {error}"))?;
        }
        // A box whose maker is killed before it is made waits for it without an end, and has to be found.
        adopt_orphans()?;
        Ok(Self(came))
    }

    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The signals that end a program: Ctrl-C, `kill` and a closed terminal. Under `nohup` the last one is
/// ignored, so that a class can be graded overnight.
fn signals() -> impl Iterator<Item = i32> {
    let all = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
    let is_heard = |signal: &Signal| *signal != Signal::SIGHUP || !is_ignored(*signal);
    all.into_iter().filter(is_heard).map(|signal| signal as i32)
}

/// From now on, every orphan among its descendants becomes a child of this process.
fn adopt_orphans() -> Result<(), Failed> {
    Ok(set_child_subreaper(true).map_err(|errno| format!("cannot be a subreaper: {errno}"))?)
}

#[cfg(test)]
impl Interrupt {
    pub(crate) fn example() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn come(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Translates a status of wait(2).
fn how(status: i32) -> How {
    match libc::WIFEXITED(status) {
        true => How::Exit(libc::WEXITSTATUS(status)),
        false => How::Signal(libc::WTERMSIG(status)),
    }
}

/// Runs the program for at most `limit`, and until `stop` returns true; captures its standard
/// output. Afterwards, no process that it has started is left.
pub(crate) fn run(
    command: &mut Command,
    interrupt: &Interrupt,
    limit: Duration,
    mut stop: impl FnMut() -> bool,
) -> Result<Ended, Failed> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let program = command.get_program().to_owned();
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let out = child.stdout.take().map(|pipe| Pipe::read(pipe, MOST_BYTES));
    let deadline = Instant::now() + limit;
    let ended = loop {
        match reap().map_err(|error| error.to_string())? {
            Children::Ended(one) if one.pid.as_raw().cast_unsigned() == child.id() => {
                break Ended::Itself(how(one.status), String::new());
            }
            Children::Ended(_) => continue,
            Children::None => return Err("a child has ended unseen".to_owned().into()),
            Children::Alive => {}
        }
        if interrupt.has_come() {
            break Ended::Interrupted;
        }
        if stop() {
            break Ended::Stopped;
        }
        if Instant::now() > deadline {
            break Ended::TooLong;
        }
        thread::sleep(Duration::from_millis(10));
    };
    let killed = kill_all(|_| ()).map_err(|error| error.to_string())?;
    if !killed.left.is_empty() {
        return Err(format!("processes could not be ended: {:?}", killed.left).into());
    }
    Ok(match ended {
        Ended::Itself(how, _) => Ended::Itself(how, out.map(Pipe::text).unwrap_or_default()),
        other => other,
    })
}

/// The most bytes of a program's output that are kept.
pub(crate) const MOST_BYTES: usize = 64 << 20;

/// How long the end of a pipe is waited for after its writers were killed.
const END: Duration = Duration::from_secs(5);

/// The begin of what comes through a pipe. A thread reads all of it, so that no writer waits for room.
pub(crate) struct Pipe {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Pipe {
    /// Reads a pipe, of which it keeps `most` bytes.
    pub(crate) fn read(mut pipe: impl Read + Send + 'static, most: usize) -> Self {
        let (end, ended) = mpsc::channel();
        let kept: Arc<Mutex<Vec<u8>>> = Arc::default();
        let all = Arc::clone(&kept);
        thread::spawn(move || {
            let mut part = [0; 1 << 16];
            while let Some(part) = next(&mut pipe, &mut part) {
                let mut kept = all.lock().unwrap_or_else(PoisonError::into_inner);
                let room = most - kept.len();
                kept.extend_from_slice(&part[..part.len().min(room)]);
            }
            let _may_have_gone = end.send(());
        });
        Self { kept, ended }
    }

    /// Captures the standard error of a command, which must be dropped before the end can be seen.
    pub(crate) fn errors_of(command: &mut Command, most: usize) -> Result<Self, Failed> {
        let (ours, theirs) = io::pipe().map_err(|error| format!("no pipe: {error}"))?;
        command.stderr(theirs);
        Ok(Self::read(ours, most))
    }

    /// Returns what has come. Waits for the end, but not for long: a process that could not be killed may
    /// still have the pipe open.
    pub(crate) fn text(self) -> String {
        self.text_within(END)
    }

    fn text_within(self, limit: Duration) -> String {
        let _ended_or_not = self.ended.recv_timeout(limit);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

/// The next part of a stream; `None` at its end.
fn next<'a>(stream: &mut impl Read, part: &'a mut [u8]) -> Option<&'a [u8]> {
    loop {
        match stream.read(part) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return None,
            Ok(length) => return Some(&part[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lesson_test::limited;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;

    use super::*;

    #[test]
    fn a_program_that_prints_without_an_end_does_not_fill_the_memory_of_its_judge() {
        let (end, all) = io::pipe().unwrap();
        let writer = thread::spawn(move || {
            let mut all = all;
            io::copy(&mut io::repeat(b'x').take(3 << 20), &mut all).unwrap()
        });
        assert_eq!(Pipe::read(end, 1 << 20).text().len(), 1 << 20);
        assert_eq!(writer.join().unwrap(), 3 << 20, "all of it was read");
    }

    /// bubblewrap may be killed by a Ctrl-C before its box is made.
    #[test]
    fn a_process_whose_parent_has_gone_becomes_a_child_of_the_grader() {
        let _interrupt = Interrupt::first_noticed().unwrap();
        let script = "sleep 60 >/dev/null 2>&1 & echo $!";
        let printed = Command::new("sh").args(["-c", script]).output().unwrap();
        let pid = String::from_utf8_lossy(&printed.stdout);
        let pid: i32 = pid.trim().parse().unwrap();
        let parent = common::Stat::of(pid).unwrap().parent;
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        assert_eq!(parent.cast_unsigned(), std::process::id());
    }

    #[test]
    fn a_pipe_that_stays_open_is_not_waited_for_without_an_end() {
        let (end, mut open) = io::pipe().unwrap();
        open.write_all(b"so far").unwrap();
        let pipe = Pipe::read(end, 1 << 20);
        let limit = Duration::from_millis(50);
        let text = limited(Duration::from_secs(60), move || pipe.text_within(limit));
        assert_eq!(text, "so far");
        drop(open);
    }
}
