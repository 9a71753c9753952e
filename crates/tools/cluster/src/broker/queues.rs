//! The queues of a cluster, and how each is set.
//!
//! A task is in one of these:
//!
//! - `tasks`: it waits. If its worker dies, the broker takes it back, and counts that: the first
//!   time it goes to
//! - `suspects`, of which a worker takes one when it holds nothing, and takes nothing else until that
//!   one has ended. So a task that dies there has killed its worker, and tasks that only waited beside
//!   it go on. After the second death there it goes to
//! - `died`, from which any worker writes it into the log.
//! - `delay.N`: it has failed N times, and goes back to `tasks` by itself.
//! - `foreign`: messages that other programs have put among the tasks.
//!
//! All are quorum queues, and the broker moves messages between them at least once.

use std::time::Duration;

use lapin::types::{AMQPValue, FieldTable};
use scheduler::machine::Rules;

/// How often a task may be taken back before it is a suspect, and a suspect before it is dead.
const MOST_RETURNS: u16 = 0;
pub(super) const MOST_DEATHS: u16 = 1;

/// For a queue that may drop nothing. By default, RabbitMQ 4 drops what came back 20 times.
const NO_LIMIT: u32 = 1_000_000;

/// The names of the queues.
#[derive(Debug, Clone)]
pub(super) struct Queues {
    pub(super) tasks: String,
    pub(super) suspects: String,
    pub(super) died: String,
    pub(super) foreign: String,
    /// The first is for tasks that have failed once.
    pub(super) delays: Vec<String>,
    /// The streams: the log and, for workers, the numbers of cancelled tasks.
    pub(super) log: String,
    pub(super) cancelled: String,
    /// The exchange that carries the question which peers are there.
    pub(super) roll_call: String,
}

impl Queues {
    pub(super) fn named(name: &str) -> Self {
        let queue = |part: &str| format!("{name}.{part}");
        let delays = 1..Rules::default().most_errors;
        Self {
            tasks: queue("tasks"),
            suspects: queue("suspects"),
            died: queue("died"),
            foreign: queue("foreign"),
            delays: delays
                .map(|errors| queue(&format!("delay.{errors}")))
                .collect(),
            log: queue("log"),
            cancelled: queue("cancelled"),
            roll_call: queue("roll-call"),
        }
    }
}

/// The settings that can be chosen.
pub(crate) struct Wanted {
    /// How many tasks may wait.
    pub(crate) most: u64,
    /// How long an entry of the log is kept. A task that waits longer is lost to its client.
    pub(crate) keep: Duration,
}

impl Queues {
    /// Each queue, with its settings.
    pub(super) fn arguments(&self, wanted: &Wanted) -> Vec<(&str, FieldTable)> {
        let age = format!("{}s", wanted.keep.as_secs().max(1));
        let mut all = self.fixed();
        all.extend([
            (
                &*self.tasks,
                with(
                    then(quorum(MOST_RETURNS.into()), &self.suspects),
                    "x-max-length",
                    AMQPValue::LongLongInt(wanted.most.cast_signed()),
                ),
            ),
            (&*self.log, stream(&age)),
            (&*self.cancelled, stream(&age)),
        ]);
        all
    }

    /// The queues whose settings cannot be chosen, so that each peer knows them.
    pub(super) fn fixed(&self) -> Vec<(&str, FieldTable)> {
        let delay = Rules::default().delay;
        let mut all = vec![
            (&*self.died, quorum(NO_LIMIT)),
            (&*self.foreign, quorum(NO_LIMIT)),
            (
                &*self.suspects,
                then(quorum(MOST_DEATHS.into()), &self.died),
            ),
        ];
        for (doubled, queue) in self.delays.iter().enumerate() {
            let pause = (delay * 2_u32.pow(u32::try_from(doubled).unwrap_or(0))).as_millis();
            let pause = AMQPValue::LongLongInt(i64::try_from(pause).unwrap_or(i64::MAX));
            let delayed = then(quorum(NO_LIMIT), &self.tasks);
            all.push((queue, with(delayed, "x-message-ttl", pause)));
        }
        all
    }
}

fn with(mut arguments: FieldTable, name: &str, value: AMQPValue) -> FieldTable {
    arguments.insert(name.into(), value);
    arguments
}

fn quorum(most_returns: u32) -> FieldTable {
    let arguments = with(FieldTable::default(), "x-queue-type", text("quorum"));
    with(
        arguments,
        "x-delivery-limit",
        AMQPValue::LongLongInt(most_returns.into()),
    )
}

/// What leaves the queue goes to `next`, and is dropped here only when it has arrived there.
fn then(mut arguments: FieldTable, next: &str) -> FieldTable {
    for (name, value) in [
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-routing-key", next),
        ("x-dead-letter-strategy", "at-least-once"),
        ("x-overflow", "reject-publish"),
    ] {
        arguments.insert(name.into(), text(value));
    }
    arguments
}

fn stream(age: &str) -> FieldTable {
    let arguments = with(FieldTable::default(), "x-queue-type", text("stream"));
    with(arguments, "x-max-age", text(age))
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}
