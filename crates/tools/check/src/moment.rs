//! The moments at which a check acts on a process of a run, and the process to act on.

use std::fs;
use std::path::Path;

use common::Kind;
use common::log::{LINE_BYTES, Line};
use lesson::family::descendants;
use nix::unistd::Pid;

/// A moment of a run.
#[derive(Debug, Clone)]
pub(crate) enum Moment {
    /// A line is printed that contains this text and a pid in brackets. The process is the one with this pid.
    Line(String),
    /// A process that is not the first one records an event of this kind. The process is this one.
    Event(Kind),
    /// Any process records that it has sent a message. The process is this one.
    Sent,
    /// Any process records that it makes another one. The process is the one that makes it.
    Forked,
}

/// The process to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    NotYet,
    /// The process has ended.
    Gone,
    Is(Pid),
}

impl Moment {
    /// Returns whether all others wait for a process that is stopped at this moment, and not only its
    /// ancestors: one that has just sent or received a message.
    pub(crate) fn is_awaited_by_all(&self) -> bool {
        matches!(self, Self::Sent | Self::Event(Kind::Recv))
    }

    /// Returns the process for the `nth` occurrence of this moment, counted from 1. `first` is the
    /// run's first process; `out` and `log` are what the run has printed and recorded so far.
    pub(crate) fn whom(&self, nth: usize, out: &str, log: Option<&Path>, first: Pid) -> Whom {
        let found = match self {
            Self::Line(text) => {
                let lines = out.lines().filter(|line| line.contains(text.as_str()));
                lines.filter_map(number_in_brackets).nth(nth - 1)
            }
            Self::Event(kind) => {
                let pids = recorded(*kind, log).into_iter();
                let mut children = pids.filter(|&pid| pid != first.as_raw());
                children.nth(nth - 1)
            }
            Self::Sent => recorded(Kind::Send, log).get(nth - 1).copied(),
            Self::Forked => recorded(Kind::Fork, log).get(nth - 1).copied(),
        };
        match found {
            None => Whom::NotYet,
            Some(pid) if pid > 1 && descendants().contains(&pid) => Whom::Is(Pid::from_raw(pid)),
            Some(_) => Whom::Gone,
        }
    }
}

/// The processes that have recorded events of this kind, one entry for each event.
fn recorded(kind: Kind, log: Option<&Path>) -> Vec<i32> {
    let bytes = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    let lines = bytes.chunks(LINE_BYTES).filter_map(Line::parse);
    let its = lines.filter(|line| line.kind() == Some(kind));
    its.map(|line| line.pid.cast_signed()).collect()
}

fn number_in_brackets(line: &str) -> Option<i32> {
    let (_, rest) = line.split_once('(')?;
    let (number, _) = rest.split_once(')')?;
    number.trim_start_matches("pid=").parse().ok()
}
