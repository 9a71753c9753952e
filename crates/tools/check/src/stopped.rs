//! A process that the check has stopped, and what waits for it meanwhile.

use std::time::{Duration, Instant};

use lesson::family::descendants;
use nix::unistd::Pid;

use crate::busy::Looks;
use crate::clock::above;
use crate::wakes::Sleeps;

/// A process that stands still.
pub(crate) struct Stopped {
    pub(crate) pid: Pid,
    pub(crate) until: Instant,
    /// All other processes wait for it, and not only those above it.
    is_awaited_by_all: bool,
    /// From then on those that wait for it have nothing more to do, and how often they had gone to sleep then.
    pub(crate) from: Instant,
    pub(crate) sleeps: Option<Sleeps>,
    pub(crate) looks: Looks,
}

/// How long all others are looked at at least while a process stands still that all of them wait for. Until
/// then they may still have to do with what they have got.
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

    /// The processes that wait for it, in a run whose first process is `top`.
    pub(crate) fn waiting(&self, top: i32) -> Vec<i32> {
        let pid = self.pid.as_raw();
        match self.is_awaited_by_all {
            true => descendants().into_iter().filter(|&it| it != pid).collect(),
            false => above(pid, top),
        }
    }
}
