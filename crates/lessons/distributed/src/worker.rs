//! The worker: asks for a task, does it, tells what came of it, and asks again.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use common::{EventId, Kind, Message, decode, encode, lane, panic_text, record};
use multiprocess::Outcome;

use crate::connection::{Connection, ConnectionError};
use crate::wire::{
    FromScheduler, GRACE, HEARTBEAT, SILENCE_LIMIT, TaskId, TaskOutcome, ToScheduler,
};

type Function = Box<dyn Fn(&[u8]) -> TaskOutcome>;

/// The functions that a worker knows, by name. Only the name and the argument cross the network,
/// so nobody can make a worker run anything else.
#[derive(Default)]
pub struct Registry {
    functions: BTreeMap<&'static str, Function>,
}

impl Registry {
    /// A registry without functions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the function for tasks of this kind; one of the same name is replaced.
    ///
    /// It may return a plain value, or a `Result`. An error or a panic is told to the client,
    /// and the worker goes on.
    #[must_use]
    pub fn with<T: Message, O: Outcome>(
        mut self,
        kind: &'static str,
        function: impl Fn(T) -> O + 'static,
    ) -> Self {
        let with_bytes = move |body: &[u8]| {
            let argument = decode(body).map_err(|error| error.to_string())?;
            let value = function(argument).into_result()?;
            encode(&value).map_err(|error| error.to_string())
        };
        self.functions.insert(kind, Box::new(with_bytes));
        self
    }

    fn call(&self, kind: &str, body: &[u8]) -> TaskOutcome {
        let function = self.functions.get(kind).ok_or_else(|| {
            let known: Vec<_> = self.functions.keys().copied().collect();
            format!(
                "no task of kind '{kind}' is registered, only: {}",
                known.join(", ")
            )
        })?;
        catch_unwind(AssertUnwindSafe(|| function(body)))
            .unwrap_or_else(|panic| Err(format!("the task panicked: {}", panic_text(&*panic))))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.functions.keys()).finish()
    }
}

/// Does tasks of the scheduler at the other end, one at a time. Blocks until the scheduler says
/// that it ends.
///
/// Meanwhile a second thread sends heartbeats, so no task can start a process here.
///
/// # Errors
/// [`ConnectionError`], when the scheduler has gone without a word.
///
/// # Panics
/// When the system gives no second thread.
pub fn work(connection: Connection, registry: &Registry) -> Result<(), ConnectionError> {
    let connection = &connection;
    thread::scope(|scope| {
        // Dropped when the work is over, however that comes about: the heart stops.
        let (_alive, end) = channel();
        scope.spawn(move || {
            lane::enter(format!("heartbeat {}", common::pid()));
            beat(connection, &end);
        });
        do_tasks(connection, registry)
    })
}

fn do_tasks(connection: &Connection, registry: &Registry) -> Result<(), ConnectionError> {
    if has_ended(connection)? {
        return Ok(());
    }
    tell(connection, &ToScheduler::Ready)?;
    loop {
        match connection.recv_answer(SILENCE_LIMIT) {
            Ok(FromScheduler::Lease { id, kind, body }) => {
                let begun = Instant::now();
                record(Kind::Begin, &kind, format_args!("task {id}"), EventId::NONE);
                let outcome = registry.call(&kind, &body);
                record(Kind::End, &kind, format_args!("task {id}"), EventId::NONE);
                if begun.elapsed() > GRACE / 2 && has_ended(connection)? {
                    return Ok(());
                }
                tell_outcome(connection, id, outcome)?;
                tell(connection, &ToScheduler::Ready)?;
            }
            Ok(FromScheduler::Shutdown) => return Ok(()),
            // Answers to what a worker never asks.
            Ok(_) => {}
            // There is no task for us: wait on, as long as the scheduler lives.
            Err(ConnectionError::Timeout(_)) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether the scheduler has said its last word while we were starting, or at a task. One that
/// has waited for us as long as it does ([`GRACE`]) would receive no answer any more.
fn has_ended(connection: &Connection) -> Result<bool, ConnectionError> {
    match connection.recv_answer(Duration::ZERO) {
        Ok(answer) => Ok(answer == FromScheduler::Shutdown),
        Err(ConnectionError::Timeout(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn tell_outcome(
    connection: &Connection,
    id: TaskId,
    outcome: TaskOutcome,
) -> Result<(), ConnectionError> {
    let message = match outcome {
        Ok(body) => ToScheduler::Done { id, body },
        Err(message) => ToScheduler::Failed { id, message },
    };
    match tell(connection, &message) {
        // What the task gave is too long. That is its failure, and not the worker's.
        Err(ConnectionError::Unsendable(message)) => {
            tell(connection, &ToScheduler::Failed { id, message })
        }
        told => told,
    }
}

/// Sends, unless the scheduler has gone: that is for `recv_timeout` to tell. If it ended in good
/// order while we were busy, its last word, `Shutdown`, still lies in our buffer.
fn tell(connection: &Connection, message: &ToScheduler) -> Result<(), ConnectionError> {
    match connection.send(message) {
        Err(ConnectionError::Disconnected) => Ok(()),
        sent => sent,
    }
}

/// Says that this worker lives, until the other end of `end` is dropped.
fn beat(connection: &Connection, end: &Receiver<()>) {
    while end.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
        if connection.send_heartbeat().is_err() {
            // The thread that receives sees it, too.
            return;
        }
    }
}
