//! A connection to a broker, with what clients and workers do on it.

use std::cell::Cell;
use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_rs::Runtime;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::types::FieldTable;
use lapin::uri::AMQPUri;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Error, ErrorKind, PublisherConfirm,
};
use smol::Timer;
use smol::future::or;

use super::address::Address;
use super::queues::Queues;
use super::tls::{self, Trust};
use crate::peer::ConnectError;

/// How long the login at a broker may take.
const LOGIN_LIMIT: Duration = Duration::from_secs(5);

/// How long an answer or a confirmation may take: three nodes may choose a leader meanwhile.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How long closing the connection may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// Why a broker takes no messages, once it has raised an alarm.
pub(super) const SHORT: &str = "is short of disk or memory, and takes no messages now";

/// The mode of messages that are on a disk before they are confirmed.
const PERSISTENT: u8 = 2;

pub(super) struct Session {
    pub(super) connection: Connection,
    /// The channel for publishing. Each message is confirmed.
    channel: Channel,
    /// How many deliveries have arrived.
    arrived: Cell<u64>,
    pub(super) queues: Queues,
    pub(super) shown: String,
}

/// Awaits the future, for `limit` at most.
pub(super) async fn within<T>(
    limit: Duration,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, String> {
    let late = async {
        Timer::after(limit).await;
        Err(unanswered(limit))
    };
    or(async { future.await.map_err(|error| reason(&error)) }, late).await
}

fn unanswered(limit: Duration) -> String {
    format!("the broker has not answered within {limit:?}")
}

/// The broker's own words, if the error has any.
pub(super) fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::ProtocolError(error) => error.get_message().to_string(),
        ErrorKind::IOError(error) => error.to_string(),
        _ => error.to_string(),
    }
}

/// Connects, with TLS if `trust` is given.
async fn connect(uri: AMQPUri, trust: Option<&Trust>) -> Result<Connection, Error> {
    let name = crate::connect::name();
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    match trust {
        None => Connection::connect_uri_with_runtime(uri, properties, Runtime::smol()).await,
        Some(trust) => {
            let tls = trust.runtime(&uri.authority.host)?;
            Connection::connect_uri_with_runtime(uri, properties, tls).await
        }
    }
}

impl Session {
    /// Closes the connection, if the broker still answers.
    pub(super) async fn close(&self) {
        let closing = self.connection.close(200, "done".into());
        let _gone = within(CLOSE_LIMIT, closing).await;
    }

    /// Logs in to the first host that answers.
    pub(super) async fn open(address: &Address) -> Result<Self, ConnectError> {
        let shown = address.shown();
        let not_there = |why: &dyn Display| {
            ConnectError::NotThere(format!("no broker answers at {shown}: {why}"))
        };
        let (mut last, mut refused) = (not_there(&"there is no host"), Vec::new());
        for uri in address.uris() {
            let connecting = connect(uri.clone(), address.trust.as_ref());
            let late = async {
                Timer::after(LOGIN_LIMIT).await;
                Err(not_there(&format_args!(
                    "it says nothing for {LOGIN_LIMIT:?}"
                )))
            };
            let connected = async {
                connecting
                    .await
                    .map_err(|error| refusal(shown, &error).unwrap_or(not_there(&reason(&error))))
            };
            match or(connected, late).await {
                Ok(connection) => return Self::on(connection, address).await,
                // The next host may be another broker, or have another certificate.
                Err(ConnectError::Refused(why)) => refused.push(why),
                Err(error) => last = error,
            }
        }
        Err(match refused.pop() {
            Some(why) if refused.len() + 1 == address.uris().len() => ConnectError::Refused(why),
            Some(why) => ConnectError::NotThere(why),
            None => last,
        })
    }

    async fn on(connection: Connection, address: &Address) -> Result<Self, ConnectError> {
        let channel = async {
            let channel = connection.create_channel().await?;
            channel
                .confirm_select(ConfirmSelectOptions::default())
                .await?;
            Ok(channel)
        };
        let channel = within(ANSWER_LIMIT, channel).await.map_err(|why| {
            ConnectError::NotThere(format!("no broker answers at {}: {why}", address.shown()))
        })?;
        Ok(Self {
            connection,
            channel,
            arrived: Cell::new(0),
            queues: Queues::named(&address.queues),
            shown: address.shown().to_owned(),
        })
    }

    /// Checks that the queues are there, and that those with fixed settings have these.
    pub(super) async fn check(&self) -> Result<(), ConnectError> {
        for queue in [&self.queues.tasks, &self.queues.log] {
            self.check_one(queue, None).await?;
        }
        for (queue, settings) in self.queues.fixed() {
            self.check_one(queue, Some(settings)).await?;
        }
        Ok(())
    }

    async fn check_one(
        &self,
        queue: &str,
        settings: Option<FieldTable>,
    ) -> Result<(), ConnectError> {
        let shown = &self.shown;
        let found = async {
            let channel = self.connection.create_channel().await?;
            // First by its name alone, which makes no queue.
            declared(&channel, queue).await?;
            match settings {
                Some(settings) => declare(&channel, queue, settings).await,
                None => Ok(()),
            }
        };
        let checked = or(async { Some(found.await) }, async {
            Timer::after(ANSWER_LIMIT).await;
            None
        });
        Err(match checked.await {
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) if is_missing(&error) => ConnectError::Refused(format!(
                "{shown} has no queue '{queue}': `cluster scheduler --broker URL` makes what is \
                 needed there, once"
            )),
            Some(Err(error)) if is_soft(&error, &AMQPSoftError::PRECONDITIONFAILED) => {
                ConnectError::Refused(format!(
                    "the queue '{queue}' at {shown} has other settings: {}; delete it and make it \
                     again, or take other names (--queues NAME)",
                    reason(&error)
                ))
            }
            // Other errors may pass: after a restart the log is not there at once.
            other => {
                let why = other.and_then(Result::err);
                let why = why.map_or("silence".into(), |it| reason(&it));
                ConnectError::NotThere(format!("the broker at {shown} is not ready: {why}"))
            }
        })
    }

    /// Publishes a message. The returned value tells later whether the broker has it.
    pub(super) async fn publish(
        &self,
        queue: &str,
        kind: &str,
        bytes: Vec<u8>,
    ) -> Result<PublisherConfirm, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let properties = BasicProperties::default()
            .with_type(kind.into())
            .with_timestamp(now.map_or(0, |now| now.as_secs()));
        self.publish_with(queue, properties, &bytes).await
    }

    /// Like [`publish`](Self::publish), with these properties.
    pub(super) async fn publish_with(
        &self,
        queue: &str,
        properties: BasicProperties,
        bytes: &[u8],
    ) -> Result<PublisherConfirm, String> {
        let properties = properties.with_delivery_mode(PERSISTENT);
        // A message that no queue takes comes back, instead of being confirmed.
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        let (exchange, queue) = ("".into(), queue.into());
        let publishing = self
            .channel
            .basic_publish(exchange, queue, options, bytes, properties);
        self.answer(publishing).await
    }

    /// Notes that a delivery has arrived.
    pub(super) fn note_arrival(&self) {
        self.arrived.set(self.arrived.get() + 1);
    }

    /// Awaits an answer until nothing has arrived for [`ANSWER_LIMIT`]. On a slow line the answer comes
    /// after the deliveries that were sent before it.
    pub(super) async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, String> {
        let silent = async {
            let mut before = None;
            while before != Some(self.arrived.get()) {
                before = Some(self.arrived.get());
                Timer::after(ANSWER_LIMIT).await;
            }
            Err(self.explain(unanswered(ANSWER_LIMIT)))
        };
        let answered = async { answer.await.map_err(|error| reason(&error)) };
        or(answered, silent).await
    }

    /// Whether the broker has taken the message. It is an error if the connection fails, or if there
    /// is no such queue.
    pub(super) async fn confirmed(&self, confirm: PublisherConfirm) -> Result<bool, String> {
        let confirmation = self.answer(confirm).await?;
        let is_taken = confirmation.is_ack();
        match confirmation.take_message() {
            Some(returned) => Err(format!(
                "the broker has no queue '{}' any more",
                returned.delivery.routing_key
            )),
            None => Ok(is_taken),
        }
    }

    /// The error text, or why the broker takes no messages now, if it has said so.
    pub(super) fn explain(&self, why: String) -> String {
        match self.connection.status().blocked() {
            true => format!("the broker {SHORT}"),
            false => why,
        }
    }
}

/// The length of the longest message that the broker takes, if these are its words about one that
/// is longer: `message size 20 is larger than configured max size 10`.
pub(super) fn longest(why: &str) -> Option<usize> {
    let (_, sizes) = why.split_once("message size ")?;
    sizes.rsplit(' ').next()?.parse().ok()
}

/// How many messages and how many consumers a queue has. If there is no such queue, this is an
/// error, and the channel is closed.
pub(super) async fn declared(channel: &Channel, queue: &str) -> Result<(u32, u32), Error> {
    let passive = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let queue = channel
        .queue_declare(queue.into(), passive, FieldTable::default())
        .await?;
    Ok((queue.message_count(), queue.consumer_count()))
}

/// Makes a queue. If there is one of this name with other settings, this is an error.
pub(super) async fn declare(
    channel: &Channel,
    queue: &str,
    settings: FieldTable,
) -> Result<(), Error> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    let made = channel.queue_declare(queue.into(), durable, settings);
    made.await.map(drop)
}

/// Whether there is no such queue, which is not the case if only its nodes are away.
fn is_missing(error: &Error) -> bool {
    is_soft(error, &AMQPSoftError::NOTFOUND) && reason(error).contains("no queue")
}

/// Whether the broker has closed the channel with this error.
fn is_soft(error: &Error, kind: &AMQPSoftError) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error)
        if matches!(error.kind(), AMQPErrorKind::Soft(it) if it == kind))
}

/// The refusal, if the broker rejects our login, or we do not trust its certificate.
fn refusal(shown: &str, error: &Error) -> Option<ConnectError> {
    let error = match error.kind() {
        ErrorKind::ProtocolError(error) => error,
        ErrorKind::IOError(error) => {
            let why = tls::objection(error)?;
            return Some(ConnectError::Refused(format!(
                "the broker at {shown} is not to be trusted: {why}; --ca FILE names who has signed \
                 its certificate"
            )));
        }
        _ => return None,
    };
    let is_refused = matches!(
        error.kind(),
        AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
            | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED)
    );
    let why = error.get_message();
    is_refused.then(|| {
        ConnectError::Refused(format!(
            "the broker at {shown} does not take this user, password or virtual host: {why}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_message_is_known_from_the_words_about_a_longer_one() {
        for (why, most) in [
            (
                "PRECONDITION_FAILED - message size 20 is larger than configured max size 10",
                Some(10),
            ),
            (
                "PRECONDITION_FAILED - message size 20 is larger than max size 10",
                Some(10),
            ),
            (
                "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out",
                None,
            ),
        ] {
            assert_eq!(longest(why), most, "{why}");
        }
    }
}
