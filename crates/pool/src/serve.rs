//! What a worker process does, and with what.

use std::sync::atomic::{AtomicU64, Ordering};

use common::{EventId, Kind, Message, decode_all, encode, record};
use ipc_shared::AtomicValue;
use multiprocess::{Failure, Outcome, call};

/// A packet of one or more tasks: its number, and the bytes of their arguments. The bytes are
/// looked at by the worker only, so that even arguments that cannot be read have a number to
/// answer to.
pub(crate) type Packet = (u64, Vec<u8>);

/// The number of a packet, and the bytes of its [`Results`].
pub(crate) type Answer = (u64, Vec<u8>);

/// What came of each task of a packet.
pub(crate) type Results<R> = Vec<Result<R, Failure>>;

/// The packet that a worker has in hand, for its pool to see: its number plus one, or 0.
pub(crate) type InHand = AtomicValue<AtomicU64>;

/// What a worker process is given.
pub(crate) struct WorkerEnds {
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) answers: ipc_pipe::Sender<Answer>,
    pub(crate) in_hand: InHand,
}

impl WorkerEnds {
    /// Takes packets and answers them until the pool closes the queue, or is gone.
    pub(crate) fn serve<A: Message, O: Outcome>(&self, mut run: impl FnMut(A) -> O) {
        // Shown while the packet is still in the queue. Killed before that, we leave it where
        // it is; killed after it, the pool knows whose it was.
        let show = |packet: &Packet| self.in_hand.store(packet.0 + 1, Ordering::Relaxed);
        while let Ok((number, arguments)) = self.packets.get_with(show) {
            record(Kind::Begin, "task", format_args!("{number}"), EventId::NONE);
            let results = results::<A, O>(&arguments, &mut run);
            record(Kind::End, "task", format_args!("{number}"), EventId::NONE);
            if self.answers.send((number, results)).is_err() {
                return; // The pool is gone.
            }
            // Emptied after the answer (Release: whoever sees it empty sees the answer). The other
            // way round, we could die between the two, and nobody would know what is missing.
            self.in_hand.store(0, Ordering::Release);
        }
    }
}

/// Runs each task of a packet; gives the bytes of the results.
fn results<A: Message, O: Outcome>(arguments: &[u8], run: &mut impl FnMut(A) -> O) -> Vec<u8> {
    let results: Results<O::Value> = match decode_all::<A>(arguments) {
        Ok(arguments) => arguments
            .into_iter()
            .map(|argument| call(|| run(argument)))
            .collect(),
        Err(error) => vec![Err(Failure::Error(error.to_string()))],
    };
    encode(&results).unwrap_or_else(|error| {
        // A value without bytes is the task's failure. Texts always have some.
        let failure = |_| Err(Failure::Error(error.to_string()));
        let failures: Results<O::Value> = results.iter().map(failure).collect();
        encode(&failures).unwrap_or_default()
    })
}
