//! A task, and the phases it goes through.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::limits::ENDED_BYTES;
use crate::record::End;
use crate::task::{Key, Peer};

/// A task: `Ready -> Leased -> Ended`, and back to `Ready` from a worker that is gone, or by way
/// of `Delayed` after an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) key: Key,
    /// Shared by all tasks of this kind: what is queued by the million has to be small.
    pub(super) kind: Arc<str>,
    pub(super) argument: Argument,
    pub(crate) phase: Phase,
    /// The number of its latest lease: of what is said of an earlier one only a result is heard.
    pub(crate) attempt: u32,
    /// How often it has failed, and how often its worker has died of it.
    pub(crate) errors: u16,
    pub(crate) deaths: u16,
}

/// The bytes of an argument, or, once they are of no more use, what tells it from others.
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

/// The same in each process, as a machine has no chance in it. It is against mistakes: two arguments
/// with one digest can be made, but do not come about.
pub(super) fn digest(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish()
}

/// Where a task is. What has begun to be `Done` or `Cancelled` stays so.
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
    /// What an end costs. A dead task counts among those that are not done, beside its error.
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

/// A task is lent to this worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lease {
    pub(crate) peer: Peer,
    pub(crate) until: Duration,
    pub(crate) started: bool,
}
