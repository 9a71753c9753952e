//! A worker, as the pool sees it.

use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use common::{Message, decode};
use ipc_shared::AtomicValue;
use multiprocess::{Failure, Outcome, Process, StartError};

use crate::PoolError;
use crate::error::Cause;
use crate::ledger::Done;
use crate::serve::{Answer, InHand, Packet, Results, WorkerEnds};

/// Starts a worker process with its name and its ends; knows the function of the pool.
pub(crate) type StartWorker = Box<dyn Fn(String, WorkerEnds) -> Result<Process<()>, StartError>>;

/// How workers are started that make a state by `init` and then call `run` with it. Each worker
/// has its own copy of what the two have captured.
pub(crate) fn start_worker<A, O, S, I, F>(init: I, run: F) -> StartWorker
where
    A: Message,
    O: Outcome,
    I: Fn() -> S + 'static,
    F: Fn(&mut S, A) -> O + 'static,
{
    let functions = Rc::new((init, run));
    Box::new(move |name, ends| {
        let functions = Rc::clone(&functions);
        Process::start(name, move || {
            let (init, run) = &*functions;
            let mut state = init();
            ends.serve(|argument: A| run(&mut state, argument));
        })
    })
}

pub(crate) struct Worker {
    pub(crate) process: Process<()>,
    pub(crate) answers: ipc_pipe::Receiver<Answer>,
    pub(crate) in_hand: InHand,
}

impl Worker {
    pub(crate) fn start(
        name: String,
        packets: ipc_queue::Receiver<Packet>,
        start: &StartWorker,
    ) -> Result<Self, PoolError> {
        let (sender, answers) = ipc_pipe::pipe().map_err(PoolError::Os)?;
        let in_hand = AtomicValue::new(AtomicU64::new(0)).map_err(PoolError::Os)?;
        let ends = WorkerEnds {
            packets,
            answers: sender,
            in_hand: in_hand.clone(),
        };
        let process = start(name, ends).map_err(PoolError::Start)?;
        Ok(Self {
            process,
            answers,
            in_hand,
        })
    }
}

/// What the bytes of an answer say.
pub(crate) fn done_of<R: Message>(results: &[u8]) -> Done<R> {
    let cause = |failure| match failure {
        Failure::Error(message) => Cause::Failed(message),
        Failure::Panic(message) => Cause::Panicked(message),
    };
    match decode::<Results<R>>(results) {
        Ok(results) => results
            .into_iter()
            .map(|result| result.map_err(cause))
            .collect(),
        Err(undecodable) => vec![Err(Cause::Failed(undecodable.to_string()))],
    }
}
