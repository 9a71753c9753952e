//! The messages in the queues, and the entries of the log.

use borsh::{BorshDeserialize, BorshSerialize};
use common::{decode, encode};
use scheduler::TaskId;
use scheduler::task::Call;
use scheduler::wire::{Role, ToScheduler};
use snow::params::HashChoice;
use snow::resolvers::{CryptoResolver, DefaultResolver};

use crate::wire::ToCluster;

/// The type of a message, with the version of its content. It distinguishes our messages from those
/// that another program has put into a queue.
pub(super) const TASK: &str = "cluster-task-2";
pub(super) const ENTRY: &str = "cluster-entry-2";
pub(super) const CANCELLED: &str = "cluster-cancelled-1";
/// A worker that has read up to its mark knows what is cancelled now.
pub(super) const MARK: &str = "cluster-mark-1";

/// How many bytes of a digest are in the log, which all clients read. It guards against mistakes.
const DIGEST_BYTES: usize = 16;

/// The event that sent a message, for the log of a run.
pub(super) type Cause = [u8; 8];

/// A task in a queue.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Task {
    pub(super) id: TaskId,
    /// 1, and one more each time that the dead task is tried again.
    pub(super) round: u32,
    /// How often it has failed in this round.
    pub(super) errors: u16,
    /// How often a worker had died of it in this round when it was last published: with each
    /// publication the broker's own count begins anew.
    pub(super) deaths: u16,
    pub(super) call: Call,
    pub(super) cause: Cause,
}

/// An entry of the log.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) enum Entry {
    /// The changes that a client wants. Tasks that it hands in come with a digest of their
    /// arguments: the entry gives them numbers, but they are in no batch yet. Without changes, the
    /// entry marks the place up to which the client has to read to know the present state.
    Asked {
        client: u64,
        number: u64,
        changes: Vec<ToScheduler>,
    },
    /// These tasks are in the queue, and so in their batches: no one has to hand them in again.
    Queued(Vec<TaskId>),
    /// Workers have ended these tasks. The first end of a task in the log counts.
    Ended(Vec<Ended>),
    /// A client has put a dead task into the queue again, for this round. The round distinguishes
    /// two clients that do so at the same time: the second may see this after the next death.
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
    /// With the call, so that it can be tried again: a dead letter.
    Dead {
        why: String,
        call: Call,
    },
}

/// Answers a client that asks which peers are there.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Here {
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) holds: u64,
    pub(super) reported: u64,
}

/// The bytes of a message. It is plain data, so this cannot fail.
pub(super) fn bytes<M: BorshSerialize + common::Message>(message: &M) -> Vec<u8> {
    encode(message).unwrap_or_default()
}

/// The message, if it has this type and can be read; `None` if another program has sent it.
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

/// The change that has to be in the log before this request is carried out, if it changes anything.
/// A retry of a dead task is carried out first: see [`Entry::Again`].
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

/// A call with a digest instead of its argument. A later version must compute the same one.
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
