//! The worker: takes tasks, does them one after the other, and reports how each has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{fmt, thread};

use common::{Message, Trace, decode, encode, end_of_panic, flush_stdout, life};
use multiprocess::{Outcome, call};
use scheduler::ask::send;
use scheduler::connection::{Connection, ConnectionError, Unnoted};
use scheduler::limits::{HEARTBEAT, SILENCE_LIMIT};
use scheduler::task::{TaskId, TaskOutcome};
use scheduler::wire::{FromScheduler, ToScheduler};

type Function = Box<dyn Fn(&[u8]) -> TaskOutcome>;

/// The functions of a worker, by name. Only the name and the argument cross the network, so a peer
/// cannot make a worker run anything else.
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

    /// Adds the function for tasks of this kind; it replaces one of the same name.
    ///
    /// It may return a plain value, or a `Result`. After an error or a panic the task is tried
    /// again, up to [`most_errors`](crate::machine::Rules::most_errors) times in all; then the
    /// client receives the error. The worker goes on.
    #[must_use]
    pub fn with<T: Message, O: Outcome>(
        mut self,
        kind: &'static str,
        function: impl Fn(T) -> O + 'static,
    ) -> Self {
        let with_bytes = move |body: &[u8]| {
            let argument = decode(body).map_err(|error| error.to_string())?;
            let value = function(argument).into_result()?;
            let bytes = encode(&value).map_err(|error| error.to_string());
            let _ended = call(|| drop(value)); // Its task is done, even if its destructor panics.
            bytes
        };
        self.functions.insert(kind, Box::new(with_bytes));
        self
    }

    fn call(&self, kind: &str, body: &[u8]) -> TaskOutcome {
        let function = self.functions.get(kind).ok_or_else(|| {
            let known: Vec<_> = self.functions.keys().copied().collect();
            let known = known.join(", ");
            format!("no task of kind '{kind}' is registered, only: {known}")
        })?;
        catch_unwind(AssertUnwindSafe(|| function(body)))
            .unwrap_or_else(|panic| Err(format!("the task panicked: {}", end_of_panic(panic))))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.functions.keys()).finish()
    }
}

/// Does tasks of the scheduler at the other end, one at a time. Blocks until the scheduler reports
/// that it ends.
///
/// Meanwhile a second thread receives, and sends heartbeats; so no task can start a process here.
///
/// # Errors
/// [`ConnectionError`], when the connection ends without such a report, or the system cannot start
/// the second thread.
pub fn work(connection: Connection, registry: &Registry) -> Result<(), ConnectionError> {
    work_ahead(connection, registry, 1)
}

/// Works as [`work`] does, but holds up to `most` tasks (32 at most): the next one is here when one
/// is done, but another worker that is free cannot have it.
///
/// # Errors
/// Those of [`work`].
pub fn work_ahead(
    connection: Connection,
    registry: &Registry,
    most: u32,
) -> Result<(), ConnectionError> {
    let worker = &Worker {
        connection,
        held: Mutex::default(),
        is_over: AtomicBool::new(false),
    };
    thread::scope(|scope| {
        let (messages, inbox) = channel();
        let receive = move || worker.receive(&messages);
        let started = thread::Builder::new().spawn_scoped(scope, receive);
        started.map_err(ConnectionError::NoThread)?;
        // This ends the other thread, even after a panic.
        let _close = CloseOnDrop(&worker.connection);
        worker.send(&ToScheduler::Credit { most })?;
        worker.do_tasks(&inbox, registry)
    })
}

type Answer = Result<Unnoted<FromScheduler>, ConnectionError>;

struct CloseOnDrop<'a>(&'a Connection);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

struct Worker {
    connection: Connection,
    /// The tasks that are ours, until the scheduler has recorded how they ended.
    held: Mutex<BTreeSet<TaskId>>,
    /// The scheduler has sent its last message, and reads no more.
    is_over: AtomicBool,
}

impl Worker {
    fn do_tasks(
        &self,
        inbox: &Receiver<Answer>,
        registry: &Registry,
    ) -> Result<(), ConnectionError> {
        loop {
            life::idles();
            let answer = inbox.recv().map_err(|_| ConnectionError::Disconnected)?;
            match self.connection.note(answer?) {
                FromScheduler::Lease { id, attempt, call } if self.is_ours(id) => {
                    self.send(&ToScheduler::Started { id, attempt })?;
                    let trace = Trace::named(call.kind.clone());
                    trace.begins(format_args!("task {id}"));
                    let outcome = registry.call(&call.kind, &call.body);
                    flush_stdout(); // Before it is sent: a kill after that would lose the text of std.
                    trace.ends(format_args!("task {id}"));
                    self.send_outcome(id, attempt, outcome)?;
                }
                FromScheduler::Shutdown => return Ok(()),
                FromScheduler::Refused { why } => return Err(ConnectionError::Refused(why)),
                _ => {}
            }
        }
    }

    fn send_outcome(
        &self,
        id: TaskId,
        attempt: u32,
        outcome: TaskOutcome,
    ) -> Result<(), ConnectionError> {
        let failed = |message| ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        let done = |body| ToScheduler::Done { id, attempt, body };
        match self.send(&outcome.map_or_else(failed, done)) {
            // The value of the task is too long: the task has failed, and not the worker.
            Err(ConnectionError::Unsendable(why)) => self.send(&failed(why)),
            sent => sent,
        }
    }

    /// Sends, unless the scheduler has ended: then its last message, or the error, is in the inbox.
    fn send(&self, message: &ToScheduler) -> Result<(), ConnectionError> {
        if self.is_over.load(Ordering::Acquire) {
            return Ok(());
        }
        send(&self.connection, message, SILENCE_LIMIT)
    }

    /// Passes on the scheduler's messages, and sends a heartbeat every second, however long a task
    /// takes. Returns when the connection ends.
    fn receive(&self, messages: &Sender<Answer>) {
        let mut last_sent = Instant::now();
        loop {
            let left = HEARTBEAT.saturating_sub(last_sent.elapsed());
            match self.connection.recv_unnoted(left) {
                Ok(answer) => {
                    self.look_at(&answer.message);
                    let _ended = messages.send(Ok(answer));
                }
                Err(ConnectionError::Timeout(_)) => {}
                Err(error) => {
                    let _ended = messages.send(Err(error));
                    return;
                }
            }
            if last_sent.elapsed() >= HEARTBEAT && !self.is_over.load(Ordering::Acquire) {
                last_sent = Instant::now();
                let held = self.held().iter().copied().collect();
                // If this fails, receiving fails as well.
                let alive = ToScheduler::Heartbeat { held };
                let _gone = self.connection.send_unnoted(&alive);
            }
        }
    }

    fn look_at(&self, message: &FromScheduler) {
        match message {
            FromScheduler::Lease { id, .. } => drop(self.held().insert(*id)),
            FromScheduler::Recorded { id } | FromScheduler::Revoked { id } => {
                self.held().remove(id);
            }
            FromScheduler::Shutdown => self.is_over.store(true, Ordering::Release),
            _ => {}
        }
    }

    /// Whether to begin a task that has waited here: it may have been revoked meanwhile, and a
    /// scheduler that has ended needs no result.
    fn is_ours(&self, id: TaskId) -> bool {
        !self.is_over.load(Ordering::Acquire) && self.held().contains(&id)
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<TaskId>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
