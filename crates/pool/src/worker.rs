//! A worker, as the pool sees it.

use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use common::{Message, decode};
use ipc_shared::AtomicValue;
use multiprocess::{Outcome, Process, StartError};

pub(crate) use crate::desk::Packet;
use crate::desk::{Answer, Desk, Hand, Told};
use crate::ledger::Done;
use crate::{PoolError, TaskError};

/// Starts a process at a desk; knows the function of the pool.
pub(crate) type Hire = Box<dyn Fn(String, Desk) -> Result<Process<()>, StartError>>;

/// How workers that call `run` are started. Each has its own copy of what `run` has captured.
pub(crate) fn hire<A, O, F>(run: F) -> Hire
where
    A: Message,
    O: Outcome,
    F: Fn(A) -> O + 'static,
{
    let run = Rc::new(run);
    Box::new(move |name, desk| {
        let run = Rc::clone(&run);
        Process::start(name, move || desk.serve::<A, O>(&*run))
    })
}

pub(crate) struct Worker {
    pub(crate) process: Process<()>,
    pub(crate) answers: ipc_pipe::Receiver<Answer>,
    pub(crate) hand: Hand,
}

impl Worker {
    pub(crate) fn start(
        name: String,
        packets: ipc_queue::Receiver<Packet>,
        hire: &Hire,
    ) -> Result<Self, PoolError> {
        let (sender, answers) = ipc_pipe::pipe().map_err(PoolError::Os)?;
        let hand = AtomicValue::new(AtomicU64::new(0)).map_err(PoolError::Os)?;
        let desk = Desk {
            packets,
            answers: sender,
            hand: hand.clone(),
        };
        let process = hire(name, desk).map_err(PoolError::Start)?;
        Ok(Self {
            process,
            answers,
            hand,
        })
    }
}

/// What an answer says.
pub(crate) fn done_of<R: Message>(told: &[u8]) -> Done<R> {
    let error = |(message, is_panic)| match is_panic {
        true => TaskError::Panicked(message),
        false => TaskError::Failed(message),
    };
    match decode::<Vec<Told<R>>>(told) {
        Ok(told) => told.into_iter().map(|told| told.map_err(error)).collect(),
        Err(undecodable) => vec![Err(TaskError::Failed(undecodable.to_string()))],
    }
}
