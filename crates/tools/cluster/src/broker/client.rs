//! A client's end of the line: plays the log, and answers from it what a scheduler would answer.

mod hand_in;
mod overview;
mod recently;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::rc::Rc;
use std::sync::mpsc;

use common::{EventId, Trace, is_recording};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use scheduler::TaskId;
use scheduler::wire::{FromScheduler, Role, ToScheduler};
use smol::channel::Receiver;
use smol::stream::StreamExt;

use super::actor::{Actor, Posted};
use super::messages::{self, ENTRY, End, Entry, change};
use super::replica::{NO_BATCH, Outcome, Replica, is_of_no_batch};
use super::roll_call;
use super::session::ANSWER_LIMIT;
use super::session::{Session, confirmed, told, within};
use crate::wire::{FromCluster, ToCluster};
use recently::Recently;

/// How much of the log is on its way at a time.
const AHEAD: u16 = 2000;

/// How far a new client is with the log.
pub(super) enum Reading {
    GoesOn,
    IsOver,
}

/// What a client has said, each with the event that sent it.
pub(super) type Said = Vec<(ToCluster, messages::Cause)>;

struct Client {
    session: Session,
    actor: Actor,
    heard: mpsc::Sender<FromCluster>,
    /// Tells our entries from those of others.
    name: u64,
    replica: RefCell<Replica>,
    /// What was said in entries that are on their way.
    under_way: RefCell<HashMap<u64, Said>>,
    /// Until the first entry of ours has come back: then the replica knows what was so when this line
    /// began, and follows the log from there.
    reading: RefCell<Option<mpsc::Sender<Reading>>>,
    recently: RefCell<Recently>,
    log: Trace,
}

pub(super) async fn run(
    session: Session,
    said: Receiver<Posted<Said>>,
    heard: mpsc::Sender<FromCluster>,
    reading: mpsc::Sender<Reading>,
) {
    let log = Trace::named(session.queues.log.clone());
    let client = Rc::new(Client {
        session,
        actor: Actor::new(),
        heard,
        name: RandomState::new().build_hasher().finish(),
        replica: RefCell::new(Replica::new()),
        under_way: RefCell::default(),
        reading: RefCell::new(Some(reading)),
        recently: RefCell::default(),
        log,
    });
    let (playing, roll) = (Rc::clone(&client), Rc::clone(&client));
    client.actor.spawn(async move { playing.play().await });
    client
        .actor
        .spawn(async move { roll_call::answer(&roll.session, Role::Client, || (0, 0)).await });
    let listening = Rc::clone(&client);
    // The client notices, and tries again on a new line.
    let _cut = client.actor.run(listening.listen(said)).await;
    client.session.close().await;
}

impl Client {
    /// Takes in what this client says.
    async fn listen(self: Rc<Self>, said: Receiver<Posted<Said>>) -> Result<(), String> {
        // The mark up to which there is to be read.
        self.ask(0, Vec::new()).await?;
        let mut number = 0;
        while let Ok(Posted::Said(mut said)) = said.recv().await {
            self.refuse(&mut said);
            if said.iter().any(|(message, _)| change(message).is_some()) {
                number += 1;
                self.ask(number, said).await?;
                continue;
            }
            for (message, cause) in said {
                self.obey(message, cause);
            }
        }
        Ok(())
    }

    /// Takes out tasks of the batch that a broker cannot have.
    fn refuse(&self, said: &mut Said) {
        let is_refused =
            |message: &ToCluster| matches!(message, ToCluster::Machine(it) if is_of_no_batch(it));
        let before = said.len();
        said.retain(|(message, _)| !is_refused(message));
        if said.len() < before {
            let why = format!("a broker can have any batch except {NO_BATCH}");
            self.tell(vec![FromScheduler::Refused { why }]);
        }
    }

    /// Puts what is to be changed into the log. It is so when the entry has come back.
    async fn ask(&self, number: u64, said: Said) -> Result<(), String> {
        let changes = said.iter().filter_map(|(message, _)| change(message));
        let entry = Entry::Asked {
            client: self.name,
            number,
            changes: changes.collect(),
        };
        self.under_way.borrow_mut().insert(number, said);
        self.append(&entry).await
    }

    /// Puts an entry into the log.
    async fn append(&self, entry: &Entry) -> Result<(), String> {
        let (session, bytes) = (&self.session, messages::bytes(entry));
        let log = &session.queues.log;
        let confirm = session.publish(log, ENTRY, bytes).await?;
        match confirmed(confirm).await? {
            true => Ok(()),
            false => Err(format!("the broker does not take an entry for '{log}'")),
        }
    }

    /// Reads the log, from its first entry on, and goes on as it grows.
    async fn play(self: Rc<Self>) -> Result<(), String> {
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
        let (channel, mut consumer) = within(ANSWER_LIMIT, begin).await?;
        let mut read: u64 = 0;
        while let Some(delivery) = consumer.next().await {
            let delivery = delivery.map_err(|error| told(&error))?;
            self.read(&delivery);
            read += 1;
            if read.is_multiple_of(u64::from(AHEAD) / 4) {
                let all = BasicAckOptions { multiple: true };
                let acknowledged = channel.basic_ack(delivery.delivery_tag, all).await;
                acknowledged.map_err(|error| told(&error))?;
                if let Some(reading) = &*self.reading.borrow() {
                    // If the receiver has gone, the line is about to end.
                    let _over = reading.send(Reading::GoesOn);
                }
            }
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
        // What another program has put there cannot be taken out of a log.
        let Some(entry) = messages::read(ENTRY, delivery) else {
            return;
        };
        self.replica.borrow_mut().turn_to(place);
        match entry {
            Entry::Asked {
                client,
                number,
                changes,
            } => self.read_wishes(client, number, changes),
            Entry::Again { id, round } => self.replica.borrow_mut().try_again(id, round),
            Entry::Queued(ids) => self.replica.borrow_mut().queue(ids),
            Entry::Ended(all) => {
                let at = *delivery.properties.timestamp();
                self.recently.borrow_mut().note(at, all.len() as u64);
                for ended in all {
                    self.note(&ended);
                    let outcome = self.replica.borrow_mut().end(ended);
                    self.tell(outcome.answers);
                }
            }
        }
    }

    /// What a client wants to be changed is in the log: of ours, this client still has all of it.
    fn read_wishes(self: &Rc<Self>, client: u64, number: u64, changes: Vec<ToScheduler>) {
        let ours = (client == self.name)
            .then(|| self.under_way.borrow_mut().remove(&number))
            .flatten();
        match ours {
            Some(said) => {
                if let Some(reading) = self.reading.take() {
                    let _over = reading.send(Reading::IsOver);
                }
                self.obey_all(said);
            }
            None => {
                let mut replica = self.replica.borrow_mut();
                changes.into_iter().for_each(|it| replica.others_ask(it));
            }
        }
    }

    /// Tells, in the log of the run, of an end that has come since we follow the log.
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

    fn tell(&self, answers: Vec<FromScheduler>) {
        for answer in answers {
            // If the receiver has gone, the line is about to end.
            let _over = self.heard.send(FromCluster::Machine(answer));
        }
    }

    /// Our entry has come back: what is in it is so now.
    fn obey_all(self: &Rc<Self>, said: Said) {
        let (tasks, others): (Vec<_>, Vec<_>) = said.into_iter().partition(|(message, _)| {
            matches!(message, ToCluster::Machine(ToScheduler::Submit { .. }))
        });
        if !tasks.is_empty() {
            self.hand_in(tasks);
        }
        others
            .into_iter()
            .for_each(|(message, cause)| self.obey(message, cause));
    }

    fn obey(self: &Rc<Self>, message: ToCluster, cause: messages::Cause) {
        let message = match message {
            ToCluster::Machine(message) => message,
            ToCluster::Overview => return self.look(),
            // The log has no place for it.
            ToCluster::Expect { .. } => return,
            ToCluster::Compare { key, call } => {
                let answer = self.replica.borrow().compare(key, call.kind);
                return self.tell(vec![answer]);
            }
        };
        if let ToScheduler::Retry { id } = message {
            return self.retry(id, cause);
        }
        let Outcome { answers, revoked } = self.replica.borrow_mut().ask(message);
        if revoked.is_empty() {
            self.tell(answers);
        } else {
            self.revoke(revoked, answers);
        }
    }

    /// Tries a task again if it is dead: this client has read so much of the log at least as there was
    /// when it connected.
    fn retry(self: &Rc<Self>, id: TaskId, cause: messages::Cause) {
        let mut replica = self.replica.borrow_mut();
        let Some((key, call)) = replica.dead_call(id).cloned() else {
            let answers = replica.ask(ToScheduler::Retry { id }).answers;
            return self.tell(answers);
        };
        let (round, errors) = (replica.round(id) + 1, 0);
        let task = messages::Task {
            id,
            round,
            errors,
            call,
            cause,
        };
        self.put_again(task, vec![FromScheduler::Accepted { id, key }]);
    }
}

/// Where in the log it stands.
fn place(delivery: &Delivery) -> Option<u64> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("x-stream-offset")? {
        AMQPValue::LongLongInt(place) => u64::try_from(*place).ok(),
        _ => None,
    }
}
