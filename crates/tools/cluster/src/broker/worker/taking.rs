//! Takes what the queues deliver.

use std::rc::Rc;

use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use scheduler::TaskId;
use scheduler::wire::FromScheduler;
use smol::channel::Sender;
use smol::stream::StreamExt;

use super::confirming::{After, Confirming, Finished};
use super::{Held, State, Worker};
use crate::broker::messages::{self, CANCELLED, End, Ended, MARK, TASK, Task};
use crate::broker::session::reason;

/// Dead tasks are delivered one at a time.
const ONE: u16 = 1;

/// How many entries about cancelled tasks are under way at a time.
const AHEAD: u16 = 1000;

/// A change replaces the consumer, which is not worth it for a little more or less.
fn is_near(most: u32, before: u32) -> bool {
    most > 0 && most < before.saturating_mul(4) && most > before / 8
}

impl Worker {
    /// Has up to `most` tasks delivered at a time from now on.
    pub(super) async fn take(self: &Rc<Self>, most: u32) -> Result<(), String> {
        let before = self.state.borrow().credit;
        if most == before || is_near(most, before) {
            return Ok(());
        }
        // Set before waiting: a suspect that comes now is put back if no more tasks are wanted.
        self.state.borrow_mut().credit = most;
        let _changing = self.changing.lock().await;
        self.leave_tasks().await?;
        let died = &self.session.queues.died;
        if most == 0 {
            return self.leave(died).await;
        }
        if before == 0 {
            let died = self.consume(died, died, ONE).await?;
            let (taking, looking) = (Rc::clone(self), Rc::clone(self));
            self.actor
                .spawn(async move { taking.take_died(died).await });
            self.actor
                .spawn(async move { looking.take_suspects().await });
        }
        self.consume_tasks().await
    }

    /// Consumes as many tasks as the worker has asked for, unless it is about to take a suspect.
    pub(super) async fn consume_tasks(self: &Rc<Self>) -> Result<(), String> {
        let (name, most) = {
            let mut state = self.state.borrow_mut();
            if state.credit == 0 || state.is_suspecting {
                return Ok(());
            }
            state.streams += 1;
            (state.next_consumer(), state.credit)
        };
        let most = u16::try_from(most).unwrap_or(u16::MAX);
        let tasks = self
            .consume(&self.session.queues.tasks, &name, most)
            .await?;
        let taking = Rc::clone(self);
        self.actor
            .spawn(async move { taking.take_tasks(tasks).await });
        Ok(())
    }

    pub(super) async fn leave_tasks(&self) -> Result<(), String> {
        let consumer = self.state.borrow_mut().consumer.take();
        match consumer {
            Some(consumer) => self.leave(&consumer).await,
            None => Ok(()),
        }
    }

    async fn leave(&self, consumer: &str) -> Result<(), String> {
        let options = BasicCancelOptions::default();
        let leaving = self.channel.basic_cancel(consumer.into(), options);
        self.session.answer(leaving).await
    }

    async fn consume(&self, queue: &str, name: &str, most: u16) -> Result<Consumer, String> {
        let begin = async {
            // Applies to the consumers that are started after it.
            self.channel
                .basic_qos(most, BasicQosOptions::default())
                .await?;
            let (options, none) = (BasicConsumeOptions::default(), FieldTable::default());
            self.channel
                .basic_consume(queue.into(), name.into(), options, none)
                .await
        };
        self.session.answer(begin).await
    }

    async fn take_tasks(self: Rc<Self>, mut tasks: Consumer) -> Result<(), String> {
        while let Some(delivery) = tasks.next().await {
            let delivery = delivery.map_err(|error| reason(&error))?;
            let tag = delivery.delivery_tag;
            self.session.note_arrival();
            self.state.borrow_mut().came(tag);
            match messages::read::<Task>(TASK, &delivery) {
                Some(task) => self.deliver(tag, task, false).await?,
                None => self.put_aside(delivery).await?,
            }
        }
        self.state.borrow_mut().streams -= 1;
        self.note_freed();
        self.is_left(&tasks)
    }

    /// An error if the stream of a consumer has ended and we have not cancelled it: its queue is gone.
    fn is_left(&self, consumer: &Consumer) -> Result<(), String> {
        let state = self.state.borrow();
        let name = consumer.tag();
        let is_ours = state.consumer.as_deref() == Some(name.as_str())
            || (state.credit > 0 && name.as_str() == self.session.queues.died);
        match is_ours {
            true => Err("the broker has ended the delivery of tasks".to_owned()),
            false => Ok(()),
        }
    }

    pub(super) async fn deliver(
        &self,
        tag: u64,
        task: Task,
        is_suspect: bool,
    ) -> Result<(), String> {
        let id = task.id;
        if self.state.borrow_mut().is_needless(id, task.round) {
            return self.acknowledge(vec![tag]).await;
        }
        let lease = FromScheduler::Lease {
            id,
            attempt: task.round,
            call: task.call.clone(),
        };
        let cause = task.cause;
        let copies = {
            let mut state = self.state.borrow_mut();
            let held = state.held.entry(id).or_default();
            let is_begun = held.iter().any(|it| it.is_begun);
            held.push(Held {
                tag,
                is_begun,
                is_suspect,
                task,
            });
            held.len()
        };
        if copies == 1 {
            self.send(lease, Some(cause));
        }
        Ok(())
    }

    /// Puts aside a message that is no task of ours, but another program's.
    pub(super) async fn put_aside(&self, delivery: Delivery) -> Result<(), String> {
        let (queues, bytes) = (&self.session.queues, delivery.data.len());
        common::say!(
            "Worker ({}): a message of {bytes} bytes in '{}' is no task: it is put into '{}'",
            common::pid(),
            common::clean(delivery.routing_key.as_str()),
            queues.foreign
        );
        let properties = delivery.properties.clone();
        let publishing = self
            .session
            .publish_with(&queues.foreign, properties, &delivery.data);
        let confirm = publishing.await?;
        self.await_confirm(Confirming {
            confirm,
            after: After::Done(Finished::of(vec![delivery.delivery_tag])),
        });
        Ok(())
    }

    /// Takes tasks that have killed their workers too often, and writes that into the log.
    async fn take_died(self: Rc<Self>, mut died: Consumer) -> Result<(), String> {
        while let Some(delivery) = died.next().await {
            let delivery = delivery.map_err(|error| reason(&error))?;
            let tag = delivery.delivery_tag;
            self.state.borrow_mut().came(tag);
            let Some(task) = messages::read::<Task>(TASK, &delivery) else {
                self.put_aside(delivery).await?;
                continue;
            };
            self.log_death(tag, task).await?;
        }
        self.is_left(&died)
    }

    /// Writes into the log that a task has killed its workers too often.
    pub(super) async fn log_death(&self, tag: u64, task: Task) -> Result<(), String> {
        let Task {
            id, round, call, ..
        } = task;
        let why = "its worker died in each of 3 attempts".to_owned();
        common::say!("Worker ({}): task {id} is dead: {why}", common::pid());
        let end = End::Dead { why, call };
        let ended = Ended {
            id,
            round,
            end,
            cause: task.cause,
        };
        self.log_ends(vec![(ended, Finished::of(vec![tag]))]).await
    }

    /// Follows which tasks are cancelled, also those that were before it began. When it knows all
    /// of these, it closes `reading`.
    pub(super) async fn follow_cancelled(&self, reading: Sender<()>) -> Result<(), String> {
        let begin = async {
            let channel = self.session.connection.create_channel().await?;
            channel.basic_qos(AHEAD, BasicQosOptions::default()).await?;
            let mut arguments = FieldTable::default();
            let first = AMQPValue::LongString("first".into());
            arguments.insert("x-stream-offset".into(), first);
            let queue = self.session.queues.cancelled.clone();
            let options = BasicConsumeOptions::default();
            let consumer = channel
                .basic_consume(queue.into(), "cancelled".into(), options, arguments)
                .await?;
            Ok((channel, consumer))
        };
        let (_channel, mut cancelled) = self.session.answer(begin).await?;
        let mark = common::random_number();
        let queue = &self.session.queues.cancelled;
        let marking = self.session.publish(queue, MARK, messages::bytes(&mark));
        let _taken = self.session.confirmed(marking.await?).await?;
        while let Some(delivery) = cancelled.next().await {
            let delivery = delivery.map_err(|error| reason(&error))?;
            if messages::read(MARK, &delivery) == Some(mark) {
                reading.close();
            }
            let ids = messages::read::<Vec<TaskId>>(CANCELLED, &delivery);
            for id in ids.into_iter().flatten() {
                self.revoke(id).await?;
            }
            let acknowledged = delivery.acker.ack(Default::default()).await;
            acknowledged.map_err(|error| reason(&error))?;
        }
        Err("the broker has ended the stream of cancelled tasks".to_owned())
    }

    /// Drops a cancelled task. One that has begun goes on, but its end counts for nothing.
    async fn revoke(&self, id: TaskId) -> Result<(), String> {
        let tags = {
            let State { held, needless, .. } = &mut *self.state.borrow_mut();
            match held.get(&id) {
                Some(copies) if !copies.iter().any(|it| it.is_begun) => {
                    let copies = held.remove(&id).unwrap_or_default();
                    copies.into_iter().map(|it| it.tag).collect()
                }
                _ => {
                    needless.insert(id, u32::MAX);
                    Vec::new()
                }
            }
        };
        if !tags.is_empty() {
            self.send(FromScheduler::Revoked { id }, None);
            self.acknowledge(tags).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_task_is_noted_until_it_was_delivered() {
        let mut state = State::default();
        let id = TaskId(7);
        state.needless.insert(id, 2);
        assert!(!state.is_needless(id, 3), "it was tried again");
        assert!(state.is_needless(id, 2));
        assert!(state.needless.is_empty());
    }
}
