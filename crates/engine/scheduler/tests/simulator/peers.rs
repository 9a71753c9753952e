//! The processes around the scheduler, each with its own clock.

use std::collections::BTreeMap;
use std::time::Duration;

use lesson_test::Seeded;
use scheduler::TaskId;
use scheduler::machine::Peer;
use scheduler::task::TaskOutcome;
use scheduler::wire::ToScheduler;

/// The clock of one process: it starts with the process, and is fast or slow.
pub(crate) struct Clock {
    pub(crate) begun: Duration,
    pub(crate) percent: u32,
}

impl Clock {
    pub(crate) fn new(now: Duration, seeded: &mut Seeded) -> Self {
        let percent = 70 + u32::try_from(seeded.below(71)).expect("it is small");
        Self {
            begun: now,
            percent,
        }
    }

    /// The time that it shows when the world's time is `now`.
    pub(crate) fn at(&self, now: Duration) -> Duration {
        (now - self.begun) * self.percent / 100
    }
}

/// A worker: its task, and the results that it still has to send.
pub(crate) struct Worker {
    pub(crate) clock: Clock,
    /// Its connection, unless it is cut off.
    pub(crate) peer: Option<Peer>,
    /// The leases that it has not begun.
    pub(crate) waiting: Vec<(TaskId, u32)>,
    /// The task that it is doing, and until when.
    pub(crate) task: Option<(TaskId, u32, Duration)>,
    /// Its results, until each is recorded.
    pub(crate) results: BTreeMap<TaskId, ToScheduler>,
    pub(crate) heartbeat: Duration,
}

/// A client: submits its tasks again and again until each is accepted, and follows their ends.
pub(crate) struct Client {
    pub(crate) clock: Clock,
    pub(crate) peer: Option<Peer>,
    pub(crate) ids: BTreeMap<u32, TaskId>,
    pub(crate) next: u64,
    pub(crate) received: Vec<(TaskId, TaskOutcome)>,
    pub(crate) asks: Duration,
}

impl Worker {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            peer: None,
            waiting: Vec::new(),
            task: None,
            results: BTreeMap::new(),
            heartbeat: Duration::ZERO,
        }
    }
}

impl Client {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            peer: None,
            ids: BTreeMap::new(),
            next: 0,
            received: Vec::new(),
            asks: Duration::ZERO,
        }
    }
}
