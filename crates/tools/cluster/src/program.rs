//! The client for a program of your own, without the command line.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use common::{Message, decode, encode};
use scheduler::limits::ENDED_BYTES;
use scheduler::task::TaskOutcome;
use scheduler::wire::Role;

use crate::client::{Client, PATIENCE};
use crate::collection::Collection;
use crate::command::new_batch;
use crate::connect::Scheduler;
use crate::key::Key;
use crate::submission::Submission;

/// How many bytes of collected results, and of their tasks, may stay with the scheduler: they count
/// for its memory.
const MOST_TAKEN: usize = 1 << 20;

/// A scheduler and its workers, as a client sees them.
pub struct Cluster {
    client: Client,
    /// Batches whose results were collected, and how many bytes they take in all.
    taken: Vec<u64>,
    taken_bytes: usize,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").finish_non_exhaustive()
    }
}

impl Cluster {
    /// Connects to the scheduler at `HOST:PORT`. The key is read from a file; without one, the
    /// scheduler has to be on this machine. Blocks for at most ten seconds and one try.
    ///
    /// # Errors
    /// When no scheduler answers there in time, or it has another key.
    pub fn connect(address: &str, key: Option<&Path>) -> Result<Self, String> {
        let key = key.map_or_else(|| Ok(Key::none()), Key::read)?;
        let (address, role) = (address.to_owned(), Role::Client);
        let client = Client::connect(Arc::new(Scheduler { address, key, role }), PATIENCE)?;
        Ok(Self {
            client,
            taken: Vec::new(),
            taken_bytes: 0,
        })
    }

    /// Hands in a task for each argument, of a kind that the workers know, and returns the results in
    /// the order of the arguments: each a value, or the reason why there is none. Blocks until all
    /// tasks have ended, however long they take. A scheduler that is away has ten seconds to come back.
    ///
    /// # Errors
    /// When the scheduler stays away, accepts no more tasks, refuses one, or has lost some, because
    /// it was restarted and had kept them only in memory.
    pub fn map<A: Message, R: Message>(
        &mut self,
        kind: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<Result<R, String>>, String> {
        let bodies = arguments.into_iter().map(|argument| encode(&argument));
        let bodies: Vec<Vec<u8>> = bodies
            .collect::<Result<_, _>>()
            .map_err(|it| it.to_string())?;
        let batch = new_batch();
        let mut tasks = Submission::new(batch, kind, &bodies)?;
        let mut results = Collection::new(batch, Some(tasks.count()), 0);
        self.client
            .collect(&mut tasks, &mut results, None, |_, _| {})?;
        let (_, outcomes) = results.outcomes();
        let outcomes = outcomes.into_values().map(|(_, outcome)| outcome);
        let outcomes: Vec<TaskOutcome> = outcomes.collect();
        let bytes = |outcome: &TaskOutcome| {
            ENDED_BYTES + outcome.as_ref().map_or_else(String::len, Vec::len)
        };
        self.taken.push(batch);
        self.taken_bytes += outcomes.iter().map(bytes).sum::<usize>();
        if self.taken_bytes > MOST_TAKEN {
            self.forget();
        }
        let value = |outcome: TaskOutcome| decode(&outcome?).map_err(|error| error.to_string());
        Ok(outcomes.into_iter().map(value).collect())
    }

    /// Has the scheduler drop the collected results: no other client knows their batches.
    fn forget(&mut self) {
        self.taken_bytes = 0;
        self.client.forget(&std::mem::take(&mut self.taken));
    }
}
