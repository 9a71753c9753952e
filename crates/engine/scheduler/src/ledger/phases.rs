//! A task, and its phases.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::limits::ENDED_BYTES;
use crate::record::End;
use crate::task::{Key, Peer};

/// A task: `Ready -> Leased -> Ended`, and back to `Ready` from a worker that is gone, or through
/// `Delayed` after an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) key: Key,
    /// Shared by all tasks of this kind: tasks are queued by the million, and have to be small.
    pub(super) kind: Arc<str>,
    pub(super) argument: Argument,
    pub(crate) phase: Phase,
    /// The number of its latest lease: reports about an earlier one are ignored, except a result.
    pub(crate) attempt: u32,
    /// How often it has failed, and how many workers have died in it.
    pub(crate) errors: u16,
    pub(crate) deaths: u16,
}

/// The bytes of an argument, or, when they are not needed any more, a digest to compare it with others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Argument {
    Whole(Box<[u8]>),
    Digest(u64),
}

impl Argument {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Whole(body) => body.len(),
            Self::Digest(_) => 0,
        }
    }

    pub(super) fn is(&self, body: &[u8]) -> bool {
        match self {
            Self::Whole(ours) => **ours == *body,
            Self::Digest(ours) => *ours == digest(body),
        }
    }
}

/// A digest of an argument, which is the same in each process, since a machine has no randomness. It guards
/// against mistakes only: two arguments with one digest can be constructed, but do not occur by accident.
pub(super) fn digest(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish()
}

/// The state of a task. An end as `Done` or `Cancelled` is final.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Ready,
    Leased(Lease),
    Delayed {
        until: Duration,
    },
    /// `place` is its place among the ends of its batch.
    Ended {
        end: End,
        place: u64,
    },
}

impl Phase {
    /// The cost of an end. A dead task also counts among those that are not done; this is for its error.
    pub(super) fn kept(&self) -> usize {
        match self {
            Self::Ended {
                end: End::Dead(why),
                ..
            } => why.len(),
            Self::Ended { end, .. } => ENDED_BYTES + end.length(),
            _ => 0,
        }
    }
}

/// A task is lent to the worker `peer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lease {
    pub(crate) peer: Peer,
    pub(crate) until: Duration,
    pub(crate) started: bool,
}
