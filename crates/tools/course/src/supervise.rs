//! Runs a program until it ends, or ends it and everything it has started when it must stop.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::{Children, kill_all, reap};
use nix::libc;
use nix::sys::prctl::set_child_subreaper;
use sandbox::record::How;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

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
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&came))
                .map_err(|error| format!("cannot notice signals: {error}"))?;
        }
        // Every orphan among its descendants becomes a child of this process.
        set_child_subreaper(true).map_err(|errno| format!("cannot be a subreaper: {errno}"))?;
        Ok(Self(came))
    }

    /// From now on, the first of these signals does not end this process, which has to check for it.
    /// A second one does.
    pub(crate) fn first_noticed() -> Result<Self, Failed> {
        let came = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&came))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&came)))
                .map_err(|error| format!("cannot notice signals: {error}"))?;
        }
        Ok(Self(came))
    }

    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
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
    let mut stdout = child.stdout.take();
    let reader = thread::spawn(move || stdout.as_mut().map(first_of).unwrap_or_default());
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
    // No process has the pipe open any more, so the reader ends.
    let out = reader.join().unwrap_or_default();
    Ok(match ended {
        Ended::Itself(how, _) => Ended::Itself(how, out),
        other => other,
    })
}

/// The most bytes of a program's output that are kept.
const MOST_BYTES: u64 = 64 << 20;

/// The begin of a stream. All of it is read, so that its writer does not wait for room.
fn first_of(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let _what_came = stream.take(MOST_BYTES).read_to_end(&mut bytes);
    let _the_rest = io::copy(stream, &mut io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_prints_without_an_end_does_not_fill_the_memory_of_its_judge() {
        let mut stream = io::repeat(b'x').take(MOST_BYTES + (1 << 20));
        assert_eq!(first_of(&mut stream).len() as u64, MOST_BYTES);
        assert_eq!(stream.limit(), 0, "all of it was read");
    }
}
