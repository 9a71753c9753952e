//! A process that the check has stopped, and the processes that wait for it.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use lesson::family::descendants;
use nix::unistd::Pid;
use timeline::Run;

use crate::busy::Looks;
use crate::clock::above;
use crate::sockets::sending_ends;
use crate::wakes::Sleeps;

/// What a run had printed and recorded when a stop of a process was over, just before it went on.
#[derive(Debug, Clone)]
pub struct AtStop {
    /// The standard output of the run by then.
    pub out: String,
    /// Its log by then.
    pub run: Run,
}

impl AtStop {
    /// `out` has to be read before the log, so that the log has all that was recorded before a line.
    pub(crate) fn new(out: String, log: &Path) -> Self {
        let log = fs::read(log).unwrap_or_default();
        let run = Run::read(log.as_slice()).unwrap_or_default();
        Self { out, run }
    }
}

/// A stopped process, or one that goes on while the check keeps its ends.
pub(crate) struct Stopped {
    pub(crate) pid: Pid,
    /// Copies of its sending ends, if it is not really stopped.
    pub(crate) kept: Vec<OwnedFd>,
    pub(crate) until: Instant,
    /// Whether all other processes wait for it, and not only its ancestors.
    is_awaited_by_all: bool,
    /// When those that wait for it have nothing more to do; how often each had gone to sleep then.
    pub(crate) from: Instant,
    pub(crate) sleeps: Option<Sleeps>,
    pub(crate) looks: Looks,
}

/// How long all others are watched at the end of a stop in which all of them wait for the process.
/// Before that, they may still be processing what they have received.
const LOOKED_AT: Duration = Duration::from_millis(350);

impl Stopped {
    pub(crate) fn new(pid: Pid, length: Duration, is_awaited_by_all: bool) -> Self {
        let now = Instant::now();
        let before = match is_awaited_by_all {
            true => length.saturating_sub(LOOKED_AT),
            false => length / 4,
        };
        Self {
            pid,
            kept: Vec::new(),
            until: now + length,
            is_awaited_by_all,
            from: now + before,
            sleeps: None,
            looks: Looks::default(),
        }
    }

    /// A process whose sending ends the check keeps from now on. All others wait for their end.
    pub(crate) fn keeping_ends(pid: Pid, length: Duration) -> Self {
        let kept = sending_ends(pid.as_raw());
        Self {
            kept,
            ..Self::new(pid, length, true)
        }
    }

    /// The processes that wait for it. `top` is the first process of the run.
    pub(crate) fn waiting(&self, top: i32) -> Vec<i32> {
        let pid = self.pid.as_raw();
        match self.is_awaited_by_all {
            true => descendants().into_iter().filter(|&it| it != pid).collect(),
            false => above(pid, top),
        }
    }
}
