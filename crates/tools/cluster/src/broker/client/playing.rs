//! Plays the log, entry by entry: what each one changes here, and what this client learns of it.

use std::rc::Rc;

use common::{EventId, is_recording};
use lapin::message::Delivery;
use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use scheduler::wire::ToScheduler;
use smol::stream::StreamExt;

use super::acknowledging::Acknowledging;
use super::recently::now;
use super::{Client, Reading};
use crate::broker::messages::{self, ENTRY, End, Entry};
use crate::broker::session::reason;

/// How many entries of the log are under way at a time.
const AHEAD: u16 = 2000;

impl Client {
    /// Reads the log from its first entry on, and follows it as it grows.
    pub(super) async fn play(self: Rc<Self>) -> Result<(), String> {
        let begin = async {
            let channel = self.session.connection.create_channel().await?;
            let each = BasicQosOptions::default();
            channel.basic_qos(AHEAD, each).await?;
            let mut arguments = FieldTable::default();
            let first = AMQPValue::LongString("first".into());
            arguments.insert("x-stream-offset".into(), first);
            let (log, options) = (
                self.session.queues.log.clone(),
                BasicConsumeOptions::default(),
            );
            let consumer = channel
                .basic_consume(log.into(), "log".into(), options, arguments)
                .await?;
            Ok((channel, consumer))
        };
        let (channel, mut consumer) = self.session.answer(begin).await?;
        let acknowledging = Rc::new(Acknowledging::on(channel));
        let in_time = Rc::clone(&acknowledging);
        self.actor
            .spawn(async move { in_time.acknowledge_in_time().await });
        while let Some(delivery) = consumer.next().await {
            let delivery = delivery.map_err(|error| reason(&error))?;
            self.session.note_arrival();
            self.read(&delivery);
            // For each entry: on a slow line a few long ones take a while.
            if let Some(reading) = &*self.reading.borrow() {
                // If the receiver has gone, the line is about to end.
                let _over = reading.send(Reading::GoesOn);
            }
            let (tag, much) = (delivery.delivery_tag, u64::from(AHEAD) / 4);
            acknowledging.note(tag, much).await?;
        }
        Err(format!(
            "the broker has ended '{}'",
            self.session.queues.log
        ))
    }

    fn read(self: &Rc<Self>, delivery: &Delivery) {
        let Some(place) = place(delivery) else {
            return;
        };
        // An entry of another program cannot be removed from the log.
        let Some(entry) = messages::read(ENTRY, delivery) else {
            return;
        };
        match entry {
            Entry::Asked {
                client,
                number,
                changes,
            } => {
                self.replica.borrow_mut().reserve(place, &changes);
                self.read_changes(client, number, changes);
            }
            Entry::Again { id, round } => self.replica.borrow_mut().try_again(id, round),
            Entry::Queued(ids) => {
                self.replica.borrow_mut().admit(&ids);
                self.accept(&ids);
            }
            Entry::Ended(all) => {
                // The clock of its worker may be ahead of ours.
                let at = delivery.properties.timestamp().map(|at| at.min(now()));
                self.recently.borrow_mut().note(at, all.len() as u64);
                for ended in all {
                    self.note(&ended);
                    let outcome = self.replica.borrow_mut().end(ended);
                    self.send(outcome.answers);
                }
            }
        }
    }

    /// The log has the changes that a client wants. If they are ours, we still have the messages.
    fn read_changes(self: &Rc<Self>, client: u64, number: u64, changes: Vec<ToScheduler>) {
        let ours = (client == self.name)
            .then(|| self.under_way.borrow_mut().remove(&number))
            .flatten();
        match ours {
            Some(sent) => {
                if let Some(reading) = self.reading.take() {
                    let _over = reading.send(Reading::IsOver);
                }
                self.obey_all(sent, changes);
            }
            None => {
                let mut replica = self.replica.borrow_mut();
                let is_task = |it: &ToScheduler| matches!(it, ToScheduler::Submit { .. });
                let others = changes.into_iter().filter(|it| !is_task(it));
                others.for_each(|it| replica.others_ask(it));
            }
        }
    }

    /// Records in the log of the run that an end has arrived, once we follow the log.
    fn note(&self, ended: &messages::Ended) {
        if !is_recording() || self.reading.borrow().is_some() {
            return;
        }
        let cause = EventId::from_bytes(ended.cause);
        let (id, attempt) = (ended.id, ended.round);
        let message = match &ended.end {
            End::Done(body) => ToScheduler::Done {
                id,
                attempt,
                body: body.clone(),
            },
            End::Dead { why, .. } => ToScheduler::Failed {
                id,
                attempt,
                message: why.clone(),
            },
        };
        self.log.received(&message, cause);
    }
}

/// The place of the entry in the log.
fn place(delivery: &Delivery) -> Option<u64> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("x-stream-offset")? {
        AMQPValue::LongLongInt(place) => u64::try_from(*place).ok(),
        _ => None,
    }
}
