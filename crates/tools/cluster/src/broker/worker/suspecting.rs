//! Suspects: tasks that came back from a worker that died.
//!
//! The broker counts how often a suspect was delivered to a worker that died, whether the task had
//! begun or not. So a worker that has a suspect holds nothing else. It asks for one when all its
//! deliveries are acknowledged, and no consumer can deliver anything before or beside the suspect. To
//! get there even if there are always ordinary tasks, it stops consuming them while there are suspects.

use std::rc::Rc;
use std::time::Duration;

use lapin::Channel;
use lapin::message::Delivery;
use lapin::options::BasicGetOptions;
use lapin::types::AMQPValue;
use smol::Timer;
use smol::future::or;

use super::Worker;
use crate::broker::messages::{self, TASK, Task};
use crate::broker::queues::MOST_DEATHS;
use crate::broker::session::declared;

/// How often a worker checks whether there are suspects.
const LOOK: Duration = Duration::from_millis(500);

impl Worker {
    /// Looks for suspects and takes them, until this worker wants no more tasks.
    pub(super) async fn take_suspects(self: Rc<Self>) -> Result<(), String> {
        let (mut channel, mut were_there) = (None, false);
        loop {
            let are_there = self.are_there_suspects(&mut channel).await;
            if self.state.borrow().credit == 0 {
                return Ok(());
            }
            // A worker that holds nothing takes them at once. One that would have to wait for its
            // tasks first leaves them to the others.
            if are_there && (were_there || self.is_free()) {
                self.suspect(&mut channel).await?;
                were_there = false;
            } else {
                were_there = are_there;
            }
            Timer::after(LOOK).await;
        }
    }

    /// Whether there are suspects. If the broker cannot answer, there are none: a cut connection is
    /// noticed elsewhere, and a queue without a leader soon has one again.
    async fn are_there_suspects(&self, channel: &mut Option<Channel>) -> bool {
        let counting = async {
            let open = match channel.take() {
                Some(open) => open,
                None => self.session.connection.create_channel().await?,
            };
            let (ready, _) = declared(&open, &self.session.queues.suspects).await?;
            Ok((open, ready))
        };
        // An error has closed the channel.
        let Ok((open, ready)) = self.session.answer(counting).await else {
            return false;
        };
        *channel = Some(open);
        ready > 0
    }

    /// Does one suspect after another, and nothing beside them, until there are no more.
    async fn suspect(self: &Rc<Self>, channel: &mut Option<Channel>) -> Result<(), String> {
        {
            let _changing = self.changing.lock().await;
            self.state.borrow_mut().is_suspecting = true;
            self.leave_tasks().await?;
        }
        let mut is_first = true;
        while self.until_free(channel).await && self.take_suspect().await? {
            // The broker does not report a death when it happens, so it is printed now.
            if std::mem::take(&mut is_first) {
                let pid = common::pid();
                common::say!("Worker ({pid}): another has gone; its tasks are done one at a time");
            }
        }
        let _changing = self.changing.lock().await;
        self.state.borrow_mut().is_suspecting = false;
        self.consume_tasks().await
    }

    /// Takes the next suspect. Returns whether there was one.
    async fn take_suspect(&self) -> Result<bool, String> {
        // A worker that wants to end waits for this lock, so it knows whether one more has come.
        let _changing = self.changing.lock().await;
        if self.state.borrow().credit == 0 {
            return Ok(false);
        }
        let suspects = self.session.queues.suspects.clone();
        let getting = self
            .channel
            .basic_get(suspects.into(), BasicGetOptions::default());
        let Some(got) = self.session.answer(getting).await? else {
            return Ok(false);
        };
        let delivery = got.delivery;
        let tag = delivery.delivery_tag;
        self.state.borrow_mut().came(tag);
        let Some(mut task) = messages::read::<Task>(TASK, &delivery) else {
            self.put_aside(delivery).await?;
            return Ok(true);
        };
        task.deaths = task.deaths.saturating_add(returns(&delivery));
        if self.state.borrow().credit == 0 {
            // When the line ended, it would come back, and that would count as a death.
            self.put_back(vec![tag], task, true).await?;
        } else if task.deaths > MOST_DEATHS {
            self.log_death(tag, task).await?;
        } else {
            self.deliver(tag, task, true).await?;
        }
        Ok(true)
    }

    /// Whether all deliveries are acknowledged, so that the broker has none open here either, and
    /// no task that was delivered on an earlier line still runs.
    fn is_free(&self) -> bool {
        let state = self.state.borrow();
        state.tags.is_empty() && state.earlier.is_empty()
    }

    /// Waits until no task is here or on its way. Returns early, with false, if there is no suspect
    /// any more because another worker was free before.
    async fn until_free(&self, channel: &mut Option<Channel>) -> bool {
        while self.state.borrow().streams > 0 || !self.is_free() {
            let freed = async {
                // The sender lives as long as this worker.
                let _freed = self.freed.1.recv().await;
                true
            };
            let late = async {
                Timer::after(LOOK).await;
                false
            };
            if !or(freed, late).await && !self.are_there_suspects(channel).await {
                return false;
            }
        }
        true
    }

    /// Wakes [`until_free`](Self::until_free), which then checks again.
    pub(super) fn note_freed(&self) {
        // If an earlier signal is still unread, one is enough.
        let _noted = self.freed.0.try_send(());
    }
}

/// How often a delivery has been returned to its queue.
fn returns(delivery: &Delivery) -> u16 {
    let headers = delivery.properties.headers().as_ref();
    let count = headers.and_then(|it| it.inner().get("x-delivery-count"));
    let count = count.and_then(AMQPValue::as_long_long_int);
    u16::try_from(count.unwrap_or(0)).unwrap_or(u16::MAX)
}
