//! What a worker tells of its tasks, and what follows when the broker has confirmed it.

use std::rc::Rc;

use lapin::options::{BasicAckOptions, BasicNackOptions};
use scheduler::TaskId;
use scheduler::machine::Rules;
use scheduler::wire::{FromScheduler, ToScheduler};
use smol::channel::Receiver;

use super::Worker;
use super::confirming::{After, Confirming, Finished};
use crate::broker::messages::{self, Cause, ENTRY, End, Ended, Entry, TASK, Task};
use crate::broker::session::{confirmed, told};

/// About how many bytes of ends are put into one entry.
const ENTRY_BYTES: usize = 256 << 10;

impl Worker {
    /// Obeys what the worker says. Returns the end of a task, for the log.
    pub(super) async fn hear(
        self: &Rc<Self>,
        message: ToScheduler,
        cause: Cause,
    ) -> Result<Option<(Ended, Finished)>, String> {
        match message {
            ToScheduler::Credit { most } => self.take(most).await?,
            ToScheduler::Started { id, .. } => {
                let mut state = self.state.borrow_mut();
                let copies = state.held.get_mut(&id);
                copies
                    .into_iter()
                    .flatten()
                    .for_each(|it| it.is_begun = true);
            }
            ToScheduler::Done { id, attempt, body } => {
                let (task, finished) = self.give_up(id);
                let end = End::Done(body);
                let ended = Ended {
                    id,
                    round: task.map_or(attempt, |task| task.round.max(attempt)),
                    end,
                    cause,
                };
                return Ok(Some((ended, finished)));
            }
            ToScheduler::Failed { id, message, .. } => return self.fail(id, message, cause).await,
            ToScheduler::Release { id, .. } => {
                let (task, finished) = self.give_up(id);
                if let Some(task) = task {
                    let task = Task { cause, ..task };
                    let queue = &self.session.queues.tasks;
                    self.put(queue, task, After::PutBack(finished.tags)).await?;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// Takes a task, and what is to be acknowledged of it, out of what is held. Of its copies, that of
    /// the latest round: the log counts no death of an earlier one, and would wait forever.
    fn give_up(&self, id: TaskId) -> (Option<Task>, Finished) {
        let copies = self.state.borrow_mut().held.remove(&id);
        let copies = copies.unwrap_or_default();
        let tags = copies.iter().map(|it| it.tag).collect();
        let tasks = copies.into_iter().map(|it| it.task);
        let task = tasks.max_by_key(|task| task.round);
        (task, Finished { tags, id: Some(id) })
    }

    /// A task that has failed is put where it waits a while, or is dead.
    async fn fail(
        &self,
        id: TaskId,
        why: String,
        cause: Cause,
    ) -> Result<Option<(Ended, Finished)>, String> {
        let (task, finished) = self.give_up(id);
        let Some(task) = task else {
            // It was delivered on an earlier line, so another worker has it by now.
            self.tell(FromScheduler::Recorded { id }, None);
            return Ok(None);
        };
        let errors = task.errors + 1;
        if errors >= Rules::default().most_errors {
            let Task { round, call, .. } = task;
            let end = End::Dead { why, call };
            let ended = Ended {
                id,
                round,
                end,
                cause,
            };
            return Ok(Some((ended, finished)));
        }
        let queue = &self.session.queues.delays[usize::from(errors) - 1];
        let task = Task {
            errors,
            cause,
            ..task
        };
        self.put(queue, task, After::Done(finished)).await?;
        Ok(None)
    }

    pub(super) async fn put(&self, queue: &str, task: Task, after: After) -> Result<(), String> {
        let publishing = self.session.publish(queue, TASK, messages::bytes(&task));
        let confirm = publishing.await?;
        self.await_confirm(Confirming { confirm, after });
        Ok(())
    }

    /// Writes ends into the log, in as few entries as hold them.
    pub(super) async fn tell_ends(&self, ends: Vec<(Ended, Finished)>) -> Result<(), String> {
        let mut ends = ends.into_iter().peekable();
        while ends.peek().is_some() {
            let (mut bytes, mut entry, mut all) = (0, Vec::new(), Vec::new());
            while bytes < ENTRY_BYTES
                && let Some((ended, finished)) = ends.next()
            {
                bytes += match &ended.end {
                    End::Done(body) => body.len(),
                    End::Dead { call, .. } => call.body.len(),
                };
                entry.push(ended);
                all.push(finished);
            }
            self.state.borrow_mut().told += entry.len() as u64;
            let bytes = messages::bytes(&Entry::Ended(entry));
            let publishing = self.session.publish(&self.session.queues.log, ENTRY, bytes);
            let confirm = publishing.await?;
            let after = After::AllDone(all);
            self.await_confirm(Confirming { confirm, after });
        }
        Ok(())
    }

    pub(super) fn await_confirm(&self, confirming: Confirming) {
        // It is closed when the line is about to end.
        let _over = self.confirming.try_send(confirming);
    }

    /// Acknowledges what is confirmed, one after the other.
    pub(super) async fn confirm_all(
        self: Rc<Self>,
        confirms: Receiver<Confirming>,
    ) -> Result<(), String> {
        while let Ok(Confirming { confirm, after }) = confirms.recv().await {
            let is_taken = confirmed(confirm).await?;
            let (tags, ids) = match after {
                After::PutBack(tags) if !is_taken => {
                    self.return_all(tags).await?;
                    continue;
                }
                _ if !is_taken => return Err("the broker has not taken a message".to_owned()),
                After::PutBack(tags) => (tags, Vec::new()),
                After::Done(Finished { tags, id }) => (tags, id.into_iter().collect()),
                After::AllDone(all) => {
                    let ids = all.iter().filter_map(|it| it.id).collect();
                    (all.into_iter().flat_map(|it| it.tags).collect(), ids)
                }
            };
            self.acknowledge(tags).await?;
            for id in ids {
                self.tell(FromScheduler::Recorded { id }, None);
            }
        }
        Ok(())
    }

    /// Acknowledges deliveries: those before which nothing is open, or still to come to us, with
    /// one word, and each other one by itself.
    pub(super) async fn acknowledge(&self, mut tags: Vec<u64>) -> Result<(), String> {
        tags.sort_unstable();
        let (mut up_to, mut others) = (None, Vec::new());
        {
            let mut state = self.state.borrow_mut();
            for tag in tags {
                let is_first = state.tags.first() == Some(&tag) && tag <= state.come;
                if !state.tags.remove(&tag) {
                    continue;
                }
                match is_first {
                    true => up_to = Some(tag),
                    false => others.push(tag),
                }
            }
        }
        let all = up_to.map(|tag| (tag, true));
        let each = others.into_iter().map(|tag| (tag, false));
        for (tag, multiple) in all.into_iter().chain(each) {
            let acknowledged = self.channel.basic_ack(tag, BasicAckOptions { multiple });
            acknowledged.await.map_err(|error| told(&error))?;
        }
        self.note_freed();
        Ok(())
    }

    async fn return_all(&self, tags: Vec<u64>) -> Result<(), String> {
        for tag in tags {
            self.state.borrow_mut().tags.remove(&tag);
            let options = BasicNackOptions {
                requeue: true,
                ..BasicNackOptions::default()
            };
            let returned = self.channel.basic_nack(tag, options).await;
            returned.map_err(|error| told(&error))?;
        }
        self.note_freed();
        Ok(())
    }
}
