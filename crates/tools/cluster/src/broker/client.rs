//! A client's end of the line: plays the log, and answers from it as a scheduler would.

mod acknowledging;
mod hand_in;
mod overview;
mod playing;
mod recently;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::mpsc;

use common::Trace;
use scheduler::TaskId;
use scheduler::task::Key;
use scheduler::wire::{FromScheduler, Role, ToScheduler};
use smol::channel::Receiver;

use super::actor::{Actor, Posted};
use super::messages::{self, ENTRY, Entry, change, digest};
use super::replica::{Found, Outcome, Replica};
use super::roll_call;
use super::session::{Session, longest};
use crate::wire::{FromCluster, ToCluster};
use recently::Recently;

/// How far a new client has read the log.
pub(super) enum Reading {
    GoesOn,
    IsOver,
}

/// Messages of a client, each with the event that sent it.
pub(super) type Sent = Vec<(ToCluster, messages::Cause)>;

struct Client {
    session: Session,
    actor: Actor,
    answers: mpsc::Sender<FromCluster>,
    /// Distinguishes our entries from those of others.
    name: u64,
    replica: RefCell<Replica>,
    /// The messages in entries that are under way, by the number of the entry.
    under_way: RefCell<HashMap<u64, Sent>>,
    /// Tasks that the queue has taken. They are accepted when the log says so.
    putting: RefCell<HashMap<TaskId, Key>>,
    /// Questions about batches that have no task yet, but some under way.
    early: RefCell<Vec<ToScheduler>>,
    /// `None` once the first entry of ours has come back: then the replica knows the state at the
    /// beginning of this line, and follows the log from there.
    reading: RefCell<Option<mpsc::Sender<Reading>>>,
    recently: RefCell<Recently>,
    log: Trace,
}

pub(super) async fn run(
    session: Session,
    to_do: Receiver<Posted<Sent>>,
    answers: mpsc::Sender<FromCluster>,
    reading: mpsc::Sender<Reading>,
) {
    let log = Trace::named(session.queues.log.clone());
    let client = Rc::new(Client {
        session,
        actor: Actor::new(),
        answers,
        name: common::random_number(),
        replica: RefCell::new(Replica::new()),
        under_way: RefCell::default(),
        putting: RefCell::default(),
        early: RefCell::default(),
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
    let over = client.actor.run(listening.listen(to_do)).await;
    // The client notices the end, and tries again on a new line, unless that would end as well.
    if let Err(why) = over
        && longest(&why).is_some()
    {
        let why = format!("the broker takes no message of that length (max_message_size): {why}");
        client.send(vec![FromScheduler::Refused { why }]);
    }
    client.session.close().await;
}

impl Client {
    /// Takes in the messages of this client.
    async fn listen(self: Rc<Self>, to_do: Receiver<Posted<Sent>>) -> Result<(), String> {
        // The mark up to which the log has to be read.
        self.ask(0, Vec::new(), Vec::new()).await?;
        let mut number = 0;
        while let Ok(Posted::Sent(sent)) = to_do.recv().await {
            let sent = self.hand_in_again(sent);
            let changes = Vec::from_iter(sent.iter().filter_map(|(message, _)| change(message)));
            if changes.is_empty() {
                for (message, cause) in sent {
                    self.obey(message, cause);
                }
            } else {
                number += 1;
                self.ask(number, sent, changes).await?;
            }
        }
        Ok(())
    }

    /// Hands in tasks that are in the log already, as after a full queue, without writing them
    /// there again: all clients read the whole log. Returns the other messages.
    fn hand_in_again(self: &Rc<Self>, sent: Sent) -> Sent {
        // Entries that are under way come first.
        if !self.under_way.borrow().is_empty() {
            return sent;
        }
        let is_known = |(message, _): &(ToCluster, _)| {
            matches!(message, ToCluster::Machine(ToScheduler::Submit { key, .. })
                if self.replica.borrow().has(*key))
        };
        let (again, others): (Vec<_>, _) = sent.into_iter().partition(is_known);
        if !again.is_empty() {
            let digests = again.iter().filter_map(|(message, _)| change(message));
            self.hand_in(Vec::from_iter(digests), again);
        }
        others
    }

    /// Writes the wanted changes into the log. They are in effect when the entry has come back.
    async fn ask(&self, number: u64, sent: Sent, changes: Vec<ToScheduler>) -> Result<(), String> {
        let client = self.name;
        let entry = Entry::Asked {
            client,
            number,
            changes,
        };
        self.under_way.borrow_mut().insert(number, sent);
        self.append(&entry).await
    }

    /// Appends an entry to the log.
    async fn append(&self, entry: &Entry) -> Result<(), String> {
        let (session, bytes) = (&self.session, messages::bytes(entry));
        let log = &session.queues.log;
        let confirm = session.publish(log, ENTRY, bytes).await?;
        match session.confirmed(confirm).await? {
            true => Ok(()),
            false => Err(format!("the broker does not take an entry for '{log}'")),
        }
    }

    fn send(&self, answers: Vec<FromScheduler>) {
        for answer in answers {
            // If the receiver has gone, the line is about to end.
            let _over = self.answers.send(FromCluster::Machine(answer));
        }
    }

    /// Our entry has come back, with these changes: they are in effect now.
    fn obey_all(self: &Rc<Self>, sent: Sent, changes: Vec<ToScheduler>) {
        let (tasks, others): (Vec<_>, Vec<_>) = sent.into_iter().partition(|(message, _)| {
            matches!(message, ToCluster::Machine(ToScheduler::Submit { .. }))
        });
        if !tasks.is_empty() {
            self.hand_in(changes, tasks);
        }
        others
            .into_iter()
            .for_each(|(message, cause)| self.obey(message, cause));
    }

    fn obey(self: &Rc<Self>, message: ToCluster, cause: messages::Cause) {
        let message = match message {
            ToCluster::Machine(message) => message,
            ToCluster::Overview => return self.look(),
            // The log has no entry for it.
            ToCluster::Expect { .. } => return,
            ToCluster::Compare { key, call } => {
                let answer = match self.replica.borrow().find(key, &digest(&call)) {
                    Some(Found::Known(answer)) => answer,
                    Some(Found::Reserved(_)) | None => FromScheduler::Busy { key },
                };
                return self.send(vec![answer]);
            }
        };
        match message {
            ToScheduler::Retry { id } => return self.retry(id, cause),
            // Answered at once (there is no such batch), it would be asked again at once.
            ToScheduler::Results { batch, .. }
                if self.replica.borrow_mut().is_about_to_have(batch) =>
            {
                return self.early.borrow_mut().push(message);
            }
            _ => {}
        }
        let Outcome { answers, revoked } = self.replica.borrow_mut().ask(message);
        if revoked.is_empty() {
            self.send(answers);
        } else {
            self.revoke(revoked, answers);
        }
    }

    /// Tries a task again if it is dead. This client has read at least that part of the log which
    /// was there when it connected.
    fn retry(self: &Rc<Self>, id: TaskId, cause: messages::Cause) {
        let mut replica = self.replica.borrow_mut();
        let Some((key, call)) = replica.dead_call(id).cloned() else {
            let answers = replica.ask(ToScheduler::Retry { id }).answers;
            return self.send(answers);
        };
        let task = messages::Task {
            id,
            round: replica.round(id) + 1,
            errors: 0,
            deaths: 0,
            call,
            cause,
        };
        self.put_again(task, vec![FromScheduler::Accepted { id, key }]);
    }
}
