//! Tasks on their way into the queues.

use std::rc::Rc;

use scheduler::TaskId;
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::{Client, Sent};
use crate::broker::messages::{self, CANCELLED, Cause, Entry, TASK, Task};
use crate::broker::replica::Found;
use crate::wire::ToCluster;

impl Client {
    /// These tasks are in the log, with these digests, and have their numbers. Puts those that are
    /// in no batch into the queue.
    pub(super) fn hand_in(self: &Rc<Self>, digests: Vec<ToScheduler>, sent: Sent) {
        let (mut known, mut tasks) = (Vec::new(), Vec::new());
        let digests = digests.into_iter().filter_map(|change| match change {
            ToScheduler::Submit { call, .. } => Some(call),
            _ => None,
        });
        for (digest, (message, cause)) in digests.zip(sent) {
            let ToCluster::Machine(ToScheduler::Submit { key, call }) = message else {
                continue;
            };
            match self.replica.borrow().find(key, &digest) {
                Some(Found::Known(answer)) => known.push(answer),
                Some(Found::Reserved(id)) => tasks.push((key, new_task(id, call, cause))),
                // It was handed in together with a task that is refused.
                None => {}
            }
        }
        self.send(known);
        let putting = Rc::clone(self);
        self.actor
            .spawn(async move { putting.put_all(tasks).await });
    }

    /// Puts tasks into the queue, and writes that into the log.
    async fn put_all(&self, tasks: Vec<(Key, Task)>) -> Result<(), String> {
        let mut confirms = Vec::with_capacity(tasks.len());
        let (queue, mut published) = (&self.session.queues.tasks, Ok(()));
        for (key, task) in tasks {
            let publishing = self.session.publish(queue, TASK, messages::bytes(&task));
            match publishing.await {
                Ok(confirm) => confirms.push((key, task.id, confirm)),
                // A message before it may have been refused: then its confirmation has the reason.
                Err(why) => {
                    published = Err(why);
                    break;
                }
            }
        }
        let (mut taken, mut busy) = (Vec::new(), Vec::new());
        for (key, id, confirm) in confirms {
            if self.session.confirmed(confirm).await? {
                self.putting.borrow_mut().insert(id, key);
                taken.push(id);
            } else {
                busy.push(FromScheduler::Busy { key });
            }
        }
        published?;
        self.send(busy);
        match taken.is_empty() {
            true => Ok(()),
            false => self.append(&Entry::Queued(taken)).await,
        }
    }

    /// Accepts our tasks among these, which are in the queue according to the log.
    pub(super) fn accept(self: &Rc<Self>, ids: &[TaskId]) {
        let answer = |&id| {
            let key = self.putting.borrow_mut().remove(&id)?;
            Some(match self.replica.borrow().is_in_batch(key) {
                true => FromScheduler::Accepted { id, key },
                // The batch was forgotten meanwhile.
                false => FromScheduler::Busy { key },
            })
        };
        self.send(ids.iter().filter_map(answer).collect());
        for question in self.early.take() {
            self.obey(ToCluster::Machine(question), [0; 8]);
        }
    }

    /// Puts a dead task into the queue, and then writes that into the log. In the other order, a
    /// client that is killed in between would leave a task that is open and in no queue. In this
    /// order the task is in the queue and still dead: its end counts, and so does another try.
    pub(super) fn put_again(self: &Rc<Self>, task: Task, answers: Vec<FromScheduler>) {
        let putting = Rc::clone(self);
        self.actor.spawn(async move {
            let queue = &putting.session.queues.tasks;
            let publishing = putting.session.publish(queue, TASK, messages::bytes(&task));
            let (id, round) = (task.id, task.round);
            if !putting.session.confirmed(publishing.await?).await? {
                let why = format!("the queue is full: `retry --task {id}` once more, later");
                putting.send(vec![FromScheduler::Refused { why }]);
                return Ok(());
            }
            putting.append(&Entry::Again { id, round }).await?;
            putting.send(answers);
            Ok(())
        });
    }

    /// Sends the workers the tasks that they need not do any more, and then answers the client.
    pub(super) fn revoke(self: &Rc<Self>, ids: Vec<TaskId>, answers: Vec<FromScheduler>) {
        let revoking = Rc::clone(self);
        self.actor.spawn(async move {
            let session = &revoking.session;
            let bytes = messages::bytes(&ids);
            let publishing = session.publish(&session.queues.cancelled, CANCELLED, bytes);
            let _taken = session.confirmed(publishing.await?).await?;
            revoking.send(answers);
            Ok(())
        });
    }
}

fn new_task(id: TaskId, call: Call, cause: Cause) -> Task {
    Task {
        id,
        round: 1,
        errors: 0,
        deaths: 0,
        call,
        cause,
    }
}
