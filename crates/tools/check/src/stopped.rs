//! A process that the check has stopped, and the processes that wait for it.

use std::time::{Duration, Instant};

use lesson::family::descendants;
use nix::unistd::Pid;

use crate::busy::Looks;
use crate::clock::above;
use crate::wakes::Sleeps;

/// A stopped process.
pub(crate) struct Stopped {
    pub(crate) pid: Pid,
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
            until: now + length,
            is_awaited_by_all,
            from: now + before,
            sleeps: None,
            looks: Looks::default(),
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
