//! RabbitMQ instead of the scheduler: `--broker amqp://…`.
//!
//! Tasks lie in quorum queues, and the broker lends them. How each has ended stands in a log, a
//! stream, that all see in the same order: the first end of a task that stands there is its result,
//! whichever client reads it and however often it was done. What clients want (to hand in, to cancel, to try
//! again) stands in the same log, so each client that plays it to its own copy of
//! [`scheduler::machine`] knows what a scheduler would know, and no process has to be that
//! scheduler. `docs/rabbitmq.md` has a picture of the queues.
//!
//! A client and a worker are those of the rest of this crate; here is the other end of their line:
//! [`client`] plays the log, [`worker`] takes tasks. Read `messages` and
//! `queues` first.

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
            Role::Worker => Arc::new(WorkerLine::start(session)?),
            Role::Client => Arc::new(ClientLine::start(session)?),
        })
    }
}
