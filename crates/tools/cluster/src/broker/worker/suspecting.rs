//! Suspects: tasks that came back from a worker that died.
//!
//! The broker counts how often a suspect was delivered to a worker that died, whether it had begun or
//! not. So a worker holds nothing else while it has one. It asks for one when all it had is
//! acknowledged, and no consumer can deliver anything before or beside the suspect. To come there
//! also when there are always ordinary tasks, it stops to consume them while there are suspects.

use std::rc::Rc;
use std::time::Duration;

use lapin::Channel;
use lapin::options::BasicGetOptions;
use smol::Timer;

use super::Worker;
use super::confirming::After;
use crate::broker::messages::{self, TASK, Task};
use crate::broker::session::{ANSWER_LIMIT, declared, within};

/// How often a worker looks whether there are suspects.
const LOOK: Duration = Duration::from_millis(500);

impl Worker {
    /// Looks for suspects, and takes them, until this worker wants no more tasks.
    pub(super) async fn take_suspects(self: Rc<Self>) -> Result<(), String> {
        let (mut channel, mut were_there) = (None, false);
        loop {
            let are_there = self.are_there_suspects(&mut channel).await;
            if self.state.borrow().credit == 0 {
                return Ok(());
            }
            // A worker that holds nothing takes them at once. One that would have to wait for its tasks
            // leaves them to the others first.
            if are_there && (were_there || self.is_free()) {
                self.suspect().await?;
                were_there = false;
            } else {
                were_there = are_there;
            }
            Timer::after(LOOK).await;
        }
    }

    /// Whether there are any. While the broker cannot say so there are none: if the connection is cut,
    /// this is noticed elsewhere, and a queue without a leader has one again soon.
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
        let Ok((open, ready)) = within(ANSWER_LIMIT, counting).await else {
            return false;
        };
        *channel = Some(open);
        ready > 0
    }

    /// Does one suspect after the other, and nothing beside them, until there are no more.
    async fn suspect(self: &Rc<Self>) -> Result<(), String> {
        {
            let _changing = self.changing.lock().await;
            self.state.borrow_mut().is_suspecting = true;
            self.leave_tasks().await?;
        }
        while self.take_suspect().await? {}
        let _changing = self.changing.lock().await;
        self.state.borrow_mut().is_suspecting = false;
        self.consume_tasks().await
    }

    /// Takes the next one, when nothing is here. Returns whether there was one.
    async fn take_suspect(&self) -> Result<bool, String> {
        self.until_free().await;
        // A worker that wants to end waits until it is clear whether it has got one more.
        let _changing = self.changing.lock().await;
        if self.state.borrow().credit == 0 {
            return Ok(false);
        }
        let suspects = self.session.queues.suspects.clone();
        let getting = self
            .channel
            .basic_get(suspects.into(), BasicGetOptions::default());
        let Some(got) = within(ANSWER_LIMIT, getting).await? else {
            return Ok(false);
        };
        let delivery = got.delivery;
        match messages::read::<Task>(TASK, &delivery) {
            // It would end with the line, and be counted as a death.
            Some(task) if self.state.borrow().credit == 0 => {
                let put_back = After::PutBack(vec![delivery.delivery_tag]);
                self.state.borrow_mut().came(delivery.delivery_tag);
                self.put(&self.session.queues.tasks, task, put_back).await?;
            }
            _ => self.take_in(delivery).await?,
        }
        Ok(true)
    }

    /// Whether all that was delivered is acknowledged: then also the broker sees nothing here.
    fn is_free(&self) -> bool {
        self.state.borrow().tags.is_empty()
    }

    /// Waits until nothing is here, and nothing on its way.
    async fn until_free(&self) {
        while self.state.borrow().streams > 0 || !self.is_free() {
            // The sender lives as long as this worker.
            let _freed = self.freed.1.recv().await;
        }
    }

    /// Wakes [`until_free`](Self::until_free), to look again.
    pub(super) fn note_freed(&self) {
        // If there is a note that was not read yet, one is enough.
        let _noted = self.freed.0.try_send(());
    }
}
