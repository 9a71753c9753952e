//! What a worker process does, and with what.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use common::{EventId, Kind, Message, decode, encode, panic_text, record};
use ipc_shared::AtomicValue;
use multiprocess::Outcome;

/// A packet of one or more arguments: its number, and their bytes. The bytes are looked at by
/// the worker only, so that even arguments that cannot be read have a number to answer to.
pub(crate) type Packet = (u64, Vec<u8>);

/// Its number, and the bytes of what came of each argument, a [`Told`].
pub(crate) type Answer = (u64, Vec<u8>);

/// A value; or the text of an error, and whether it was a panic.
pub(crate) type Told<R> = Result<R, (String, bool)>;

/// What a worker has in its hand, for its pool to see: the number of a packet plus one, or 0.
pub(crate) type Hand = AtomicValue<AtomicU64>;

/// What a worker is given.
pub(crate) struct Desk {
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) answers: ipc_pipe::Sender<Answer>,
    pub(crate) hand: Hand,
}

impl Desk {
    /// Takes packets and answers them until the pool closes the queue, or is gone.
    pub(crate) fn serve<A: Message, O: Outcome>(&self, run: &impl Fn(A) -> O) {
        let Self {
            packets,
            answers,
            hand,
        } = self;
        // Shown while the packet is still in the queue. Killed before that, we leave it where
        // it is; killed after it, the pool knows whose it was.
        let show = |packet: &Packet| hand.store(packet.0 + 1, Ordering::Relaxed);
        while let Ok((number, arguments)) = packets.get_with(show) {
            record(Kind::Begin, "task", format_args!("{number}"), EventId::NONE);
            let answer = answer::<A, O>(&arguments, run);
            record(Kind::End, "task", format_args!("{number}"), EventId::NONE);
            if answers.send((number, answer)).is_err() {
                return; // The pool is gone.
            }
            // Emptied after the answer (Release: whoever sees it empty sees the answer). The other
            // way round, we could die between the two, and nobody would know what is missing.
            hand.store(0, Ordering::Release);
        }
    }
}

fn answer<A: Message, O: Outcome>(arguments: &[u8], run: &impl Fn(A) -> O) -> Vec<u8> {
    let told: Vec<Told<O::Value>> = match decode::<Vec<A>>(arguments) {
        Ok(arguments) => arguments
            .into_iter()
            .map(|argument| run_caught(run, argument))
            .collect(),
        Err(error) => vec![Err((error.to_string(), false))],
    };
    encode(&told).unwrap_or_else(|error| {
        // A value without bytes is the task's failure; texts always have some.
        let failures = told.iter().map(|_| Err((error.to_string(), false)));
        encode(&failures.collect::<Vec<Told<O::Value>>>()).unwrap_or_default()
    })
}

fn run_caught<A, O: Outcome>(run: &impl Fn(A) -> O, argument: A) -> Told<O::Value> {
    match catch_unwind(AssertUnwindSafe(|| run(argument).into_result())) {
        Ok(told) => told.map_err(|message| (message, false)),
        Err(panic) => Err((panic_text(&*panic), true)),
    }
}
