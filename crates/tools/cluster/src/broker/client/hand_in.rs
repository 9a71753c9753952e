//! Tasks on their way into the queues.

use std::collections::HashMap;
use std::rc::Rc;

use scheduler::TaskId;
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::{Client, Said};
use crate::broker::messages::{self, CANCELLED, Cause, Entry, TASK, Task, change};
use crate::broker::session::confirmed;
use crate::wire::ToCluster;

impl Client {
    /// Tasks are in the log, and have their numbers: those that are not in the queue are put there.
    pub(super) fn hand_in(self: &Rc<Self>, said: Said) {
        let mut bodies: HashMap<Key, (Call, Cause)> = HashMap::new();
        let mut answers = Vec::new();
        for (message, cause) in said {
            if let Some(wish) = change(&message) {
                answers.extend(self.replica.borrow_mut().ask(wish).answers);
            }
            if let ToCluster::Machine(ToScheduler::Submit { key, call }) = message {
                bodies.insert(key, (call, cause));
            }
        }
        let (mut known, mut tasks) = (Vec::new(), Vec::new());
        for answer in answers {
            match answer {
                FromScheduler::Accepted { id, key }
                    if !self.replica.borrow().is_queued(id) && bodies.contains_key(&key) =>
                {
                    let Some((call, cause)) = bodies.remove(&key) else {
                        continue;
                    };
                    let (round, errors) = (1, 0);
                    let task = Task {
                        id,
                        round,
                        errors,
                        call,
                        cause,
                    };
                    tasks.push((key, task));
                }
                answer => known.push(answer),
            }
        }
        self.tell(known);
        let putting = Rc::clone(self);
        self.actor
            .spawn(async move { putting.put_all(tasks).await });
    }

    /// Puts tasks into the queue, says so in the log, and then to the client.
    async fn put_all(&self, tasks: Vec<(Key, Task)>) -> Result<(), String> {
        let mut confirms = Vec::with_capacity(tasks.len());
        let queue = &self.session.queues.tasks;
        for (key, task) in tasks {
            let publishing = self.session.publish(queue, TASK, messages::bytes(&task));
            let confirm = publishing.await?;
            confirms.push((key, task.id, confirm));
        }
        let (mut taken, mut answers) = (Vec::new(), Vec::new());
        for (key, id, confirm) in confirms {
            answers.push(match confirmed(confirm).await? {
                true => {
                    taken.push(id);
                    FromScheduler::Accepted { id, key }
                }
                false => FromScheduler::Busy { key },
            });
        }
        if !taken.is_empty() {
            self.append(&Entry::Queued(taken)).await?;
        }
        self.tell(answers);
        Ok(())
    }

    /// Puts a task that is dead into the queue, and then says so in the log. In the other order, the task
    /// of a client that is killed in between would be open, and in no queue. In this order it is in the
    /// queue and still dead: its end counts, and so does another try.
    pub(super) fn put_again(self: &Rc<Self>, task: Task, answers: Vec<FromScheduler>) {
        let putting = Rc::clone(self);
        self.actor.spawn(async move {
            let queue = &putting.session.queues.tasks;
            let publishing = putting.session.publish(queue, TASK, messages::bytes(&task));
            let (id, round) = (task.id, task.round);
            if !confirmed(publishing.await?).await? {
                let why = format!("the queue is full: `retry --task {id}` once more, later");
                putting.tell(vec![FromScheduler::Refused { why }]);
                return Ok(());
            }
            putting.append(&Entry::Again { id, round }).await?;
            putting.tell(answers);
            Ok(())
        });
    }

    /// Tells the workers which tasks they need not do any more, and then the client.
    pub(super) fn revoke(self: &Rc<Self>, ids: Vec<TaskId>, answers: Vec<FromScheduler>) {
        let telling = Rc::clone(self);
        self.actor.spawn(async move {
            let session = &telling.session;
            let bytes = messages::bytes(&ids);
            let publishing = session.publish(&session.queues.cancelled, CANCELLED, bytes);
            let _taken = confirmed(publishing.await?).await?;
            telling.tell(answers);
            Ok(())
        });
    }
}
