//! What lies in the queues and in the log.

use borsh::{BorshDeserialize, BorshSerialize};
use common::{decode, encode};
use scheduler::TaskId;
use scheduler::task::Call;
use scheduler::wire::{Role, ToScheduler};
use snow::params::HashChoice;
use snow::resolvers::{CryptoResolver, DefaultResolver};

use crate::wire::ToCluster;

/// The type that stands on a message, with the version of what is in it: what another program has
/// put into a queue is told by it.
pub(super) const TASK: &str = "cluster-task-2";
pub(super) const ENTRY: &str = "cluster-entry-2";
pub(super) const CANCELLED: &str = "cluster-cancelled-1";
/// Marks the place up to which a worker has to read to know what is cancelled now.
pub(super) const MARK: &str = "cluster-mark-1";

/// How much of a digest stands in the log, which all clients read. It is against mistakes.
const DIGEST_BYTES: usize = 16;

/// The event that sent it, for the log of a run.
pub(super) type Cause = [u8; 8];

/// A task in a queue.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Task {
    pub(super) id: TaskId,
    /// 1, and one more each time that a dead task is tried again.
    pub(super) round: u32,
    /// How often it has failed in this round.
    pub(super) errors: u16,
    /// How often its worker has died of it in this round, as far as the broker that counts this begins
    /// anew: it does so with each time that the task is published.
    pub(super) deaths: u16,
    pub(super) call: Call,
    pub(super) cause: Cause,
}

/// An entry of the log.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) enum Entry {
    /// What a client wants to be changed; of tasks that it hands in, with a digest of their arguments:
    /// they have their numbers by it, and are in no batch yet. With no change, it marks the place up to
    /// which the client has to read to know what is so now.
    Asked {
        client: u64,
        number: u64,
        changes: Vec<ToScheduler>,
    },
    /// These tasks are in the queue, and so in their batches: they need not be handed in again.
    Queued(Vec<TaskId>),
    /// Workers are done with these. What the log says first of a task counts.
    Ended(Vec<Ended>),
    /// A client has put a dead task into the queue again, for this round. The round tells apart what
    /// two clients do at the same time: the second of them may see this after the next death.
    Again { id: TaskId, round: u32 },
}

/// How a task has ended.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Ended {
    pub(super) id: TaskId,
    pub(super) round: u32,
    pub(super) end: End,
    pub(super) cause: Cause,
}

#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) enum End {
    Done(Vec<u8>),
    /// With what there was to do, to be tried again: a dead letter.
    Dead {
        why: String,
        call: Call,
    },
}

/// Answers a client that asks who is there.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Here {
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) holds: u64,
    pub(super) told: u64,
}

/// The bytes of a message. They are plain data, so that this cannot fail.
pub(super) fn bytes<M: BorshSerialize + common::Message>(message: &M) -> Vec<u8> {
    encode(message).unwrap_or_default()
}

/// The message of a type and these bytes; `None` if another program has put it there.
pub(super) fn read<M: common::Message>(
    expected: &str,
    delivery: &lapin::message::Delivery,
) -> Option<M> {
    let kind = delivery.properties.kind().as_ref()?;
    if kind.as_str() != expected {
        return None;
    }
    decode(&delivery.data).ok()
}

/// What is to stand in the log of this wish before it is carried out, if it changes anything. To try
/// a dead task again is carried out first: see [`Entry::Again`].
pub(super) fn change(message: &ToCluster) -> Option<ToScheduler> {
    match message {
        ToCluster::Machine(ToScheduler::Submit { key, call }) => {
            let (key, call) = (*key, digest(call));
            Some(ToScheduler::Submit { key, call })
        }
        ToCluster::Machine(
            message @ (ToScheduler::Cancel { .. }
            | ToScheduler::CancelBatch { .. }
            | ToScheduler::Forget { .. }),
        ) => Some(message.clone()),
        _ => None,
    }
}

/// A call with what tells its argument from others, also in a later version of this program.
pub(super) fn digest(call: &Call) -> Call {
    let hash = DefaultResolver.resolve_hash(&HashChoice::Blake2s);
    let mut hash = hash.expect("the lines of a cluster need it as well");
    let mut body = vec![0; hash.hash_len()];
    hash.input(&call.body);
    hash.result(&mut body);
    body.truncate(DIGEST_BYTES);
    let kind = call.kind.clone();
    Call { kind, body }
}
