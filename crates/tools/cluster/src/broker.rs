//! RabbitMQ instead of the scheduler: `--broker amqp://…`.
//!
//! Tasks are in quorum queues, and the broker lends them. The ends of tasks are in a log, a stream,
//! which all clients read in the same order: the first end of a task in the log is its result,
//! whichever client reads it and however often the task was done. What clients ask for (to hand in,
//! to cancel, to try again) is in the same log. So each client that plays the log to its own copy
//! of [`scheduler::machine`] knows what a scheduler would know, and no process has to be that
//! scheduler. `docs/rabbitmq.md` has a picture of the queues.
//!
//! Clients and workers are those of the rest of this crate; these modules are the other end of
//! their line: [`client`] plays the log, [`worker`] takes tasks. Read `messages` and `queues`
//! first.

mod actor;
mod address;
mod client;
mod client_line;
mod making;
mod messages;
mod queues;
mod replica;
mod roll_call;
mod session;
mod tls;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use scheduler::wire::Role;

pub(crate) use address::Address;
pub(crate) use making::make;
pub(crate) use queues::Wanted;

use crate::peer::{ConnectError, PeerLine, Target};
use client_line::ClientLine;
use session::Session;
use worker::WorkerLine;

/// The queues of a cluster on a broker.
pub(crate) struct Broker {
    pub(crate) address: Address,
    pub(crate) role: Role,
    /// The length of the longest message that the broker takes, once a worker knows it.
    longest: Arc<AtomicUsize>,
}

impl Broker {
    pub(crate) fn new(address: Address, role: Role) -> Self {
        let longest = Arc::new(AtomicUsize::new(usize::MAX));
        Self {
            address,
            role,
            longest,
        }
    }
}

impl Target for Broker {
    fn address(&self) -> &str {
        self.address.shown()
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        let session = smol::block_on(async {
            let session = Session::open(&self.address).await?;
            session.check().await?;
            Ok(session)
        })?;
        Ok(match self.role {
            Role::Worker => Arc::new(WorkerLine::start(session, Arc::clone(&self.longest))?),
            Role::Client => Arc::new(ClientLine::start(session)?),
        })
    }
}
