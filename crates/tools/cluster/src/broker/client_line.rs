//! The line between a client and its copy of the log.

use std::sync::mpsc;
use std::time::Duration;

use common::{EventId, Trace};
use scheduler::wire::ToScheduler;

use super::actor::Mailbox;
use super::client::{Reading, run};
use super::session::{ANSWER_LIMIT, SHORT, Session};
use crate::line_error::LineError;
use crate::peer::{ConnectError, PeerLine};
use crate::wire::{FromCluster, ToCluster};

pub(super) struct ClientLine {
    mailbox: Mailbox<FromCluster>,
    trace: Trace,
}

impl ClientLine {
    /// Connects a client. Blocks until it has read the log up to now, which takes as long as the
    /// log is: only a pause in it has a limit.
    pub(super) fn start(session: Session) -> Result<Self, ConnectError> {
        let trace = Trace::named(session.queues.tasks.clone());
        let (shown, status) = (session.shown.clone(), session.connection.status().clone());
        let (reading, progress) = mpsc::channel();
        let begin = move |to_do, answers| run(session, to_do, answers, reading);
        let mailbox = Mailbox::open("log", begin)?;
        loop {
            match progress.recv_timeout(ANSWER_LIMIT) {
                Ok(Reading::GoesOn) => {}
                Ok(Reading::IsOver) => return Ok(Self { mailbox, trace }),
                Err(_late_or_cut) => {
                    let why = match status.blocked() {
                        true => SHORT,
                        false => "does not go on to show the log",
                    };
                    return Err(ConnectError::NotThere(format!(
                        "the broker at {shown} {why}"
                    )));
                }
            }
        }
    }
}

impl PeerLine for ClientLine {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        let noted = messages.iter().map(|message| {
            let cause = match message {
                ToCluster::Machine(ToScheduler::Submit { .. }) => {
                    self.trace.sends(message, &mut [])
                }
                _ => EventId::NONE,
            };
            (message.clone(), cause.to_bytes())
        });
        self.mailbox.put(noted.collect())
    }

    fn send_unnoted(&self, _alive: &ToCluster) -> Result<(), LineError> {
        // The connection has heartbeats of its own.
        Ok(())
    }

    fn recv(&self, limit: Duration) -> Result<Vec<FromCluster>, LineError> {
        self.mailbox.take(limit)
    }

    fn close(&self) {
        self.mailbox.close();
    }

    fn finish(&self) {
        self.mailbox.finish();
    }
}
