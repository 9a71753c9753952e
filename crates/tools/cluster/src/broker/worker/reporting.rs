//! What a worker reports of its tasks, and what follows when the broker has confirmed it.

use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use lapin::options::BasicAckOptions;
use scheduler::TaskId;
use scheduler::machine::Rules;
use scheduler::task::Call;
use scheduler::wire::{FromScheduler, ToScheduler};
use smol::Timer;
use smol::channel::Receiver;

use super::confirming::{After, Confirming, Finished};
use super::{Held, Worker};
use crate::broker::messages::{self, Cause, ENTRY, End, Ended, Entry, TASK, Task};
use crate::broker::session::reason;
use crate::wire::BODY_LIMIT;

/// About how many bytes of ends share one entry.
const ENTRY_BYTES: usize = 256 << 10;

/// An end takes fewer bytes in an entry beside its result.
const END_BYTES: usize = 64;

/// How many bytes of a reason are in the log at least, however long the argument.
const LEAST_REASON: usize = 1000;

/// How long to wait for deliveries that are under way once no more are wanted: less than the last
/// messages of a peer may take.
const STREAMS_LIMIT: Duration = Duration::from_secs(5);

impl Worker {
    /// Carries out a message of the worker. Returns the end of a task, for the log.
    pub(super) async fn obey(
        self: &Rc<Self>,
        message: ToScheduler,
        cause: Cause,
    ) -> Result<Option<(Ended, Finished)>, String> {
        match message {
            ToScheduler::Credit { most } => self.take(most).await?,
            ToScheduler::Started { id, .. } => {
                let mut state = self.state.borrow_mut();
                if let Some(copies) = state.held.get_mut(&id) {
                    copies.iter_mut().for_each(|it| it.is_begun = true);
                } else if state.credit == 0 && !state.needless.contains_key(&id) {
                    // A line begins with the running tasks, before its first credit.
                    state.earlier.insert(id);
                }
            }
            ToScheduler::Done { id, body, .. } if self.is_too_long(&body) => {
                return self.fail(id, too_long(&body), cause).await;
            }
            ToScheduler::Done { id, attempt, body } => {
                let (held, mut finished) = self.give_up(id);
                let end = End::Done(body);
                let ended = Ended {
                    id,
                    round: held.map_or(attempt, |held| held.task.round.max(attempt)),
                    end,
                    cause,
                };
                finished.round = ended.round;
                return Ok(Some((ended, finished)));
            }
            ToScheduler::Failed { id, message, .. } => return self.fail(id, message, cause).await,
            ToScheduler::Release { id, .. } => {
                let (held, finished) = self.give_up(id);
                self.state.borrow_mut().earlier.remove(&id);
                if let Some(held) = held {
                    let task = Task { cause, ..held.task };
                    self.put_back(finished.tags, task, held.is_suspect).await?;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// Whether the broker has refused an entry of this length. Otherwise the worker would send it
    /// again at the beginning of each line, and that would be its end.
    fn is_too_long(&self, body: &[u8]) -> bool {
        body.len() + END_BYTES > self.longest.load(Ordering::Relaxed)
    }

    /// Takes a task and its deliveries out of what is held. Of several copies, returns that of the
    /// latest round: the log ignores the death of an earlier one, and the client would wait forever.
    fn give_up(&self, id: TaskId) -> (Option<Held>, Finished) {
        let copies = self.state.borrow_mut().held.remove(&id);
        let copies = copies.unwrap_or_default();
        let tags = copies.iter().map(|it| it.tag).collect();
        let held = copies.into_iter().max_by_key(|held| held.task.round);
        let finished = Finished {
            tags,
            id: Some(id),
            round: 0,
        };
        (held, finished)
    }

    /// Gives back tasks that were delivered and not begun, also those under way when this worker
    /// asked for no more: at the end of the line they would come back as from a dead worker.
    pub(super) async fn put_back_all(&self) -> Result<(), String> {
        let limit = Instant::now() + STREAMS_LIMIT;
        while self.state.borrow().streams > 0 && Instant::now() < limit {
            Timer::after(Duration::from_millis(2)).await;
        }
        let left = Vec::from_iter(self.state.borrow().held.keys().copied());
        for id in left {
            if let (Some(held), finished) = self.give_up(id) {
                self.put_back(finished.tags, held.task, held.is_suspect)
                    .await?;
            }
        }
        Ok(())
    }

    /// Puts a task back into the queue from which it came.
    pub(super) async fn put_back(
        &self,
        tags: Vec<u64>,
        task: Task,
        is_suspect: bool,
    ) -> Result<(), String> {
        let queues = &self.session.queues;
        let queue = match is_suspect {
            true => &queues.suspects,
            false => &queues.tasks,
        };
        let after = After::PutBack(tags, task.clone());
        self.put(queue, task, after).await
    }

    /// Delays a task that has failed, or ends it as dead.
    async fn fail(
        &self,
        id: TaskId,
        why: String,
        cause: Cause,
    ) -> Result<Option<(Ended, Finished)>, String> {
        let (held, finished) = self.give_up(id);
        let Some(Held { task, .. }) = held else {
            // It was delivered on an earlier line, so another worker has it by now.
            self.state.borrow_mut().earlier.remove(&id);
            self.note_freed();
            self.send(FromScheduler::Recorded { id }, None);
            return Ok(None);
        };
        let errors = task.errors + 1;
        if errors >= Rules::default().most_errors {
            let Task { round, call, .. } = task;
            let why = shorten(why, &call);
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

    /// Writes ends into the log, in as few entries as possible.
    pub(super) async fn log_ends(&self, ends: Vec<(Ended, Finished)>) -> Result<(), String> {
        let mut ends = ends.into_iter().peekable();
        while ends.peek().is_some() {
            let (mut bytes, mut entry, mut all) = (0, Vec::new(), Vec::new());
            // A long end has an entry of its own: others beside it could make that too long.
            while let Some((ended, finished)) = ends
                .next_if(|(ended, _)| entry.is_empty() || bytes + length(&ended.end) <= ENTRY_BYTES)
            {
                bytes += length(&ended.end);
                entry.push(ended);
                all.push(finished);
            }
            self.state.borrow_mut().reported += entry.len() as u64;
            let bytes = messages::bytes(&Entry::Ended(entry));
            let publishing = self.session.publish(&self.session.queues.log, ENTRY, bytes);
            let confirm = publishing.await?;
            let after = After::AllDone(all);
            self.await_confirm(Confirming { confirm, after });
        }
        Ok(())
    }

    pub(super) fn await_confirm(&self, confirming: Confirming) {
        // Closed when the line is about to end.
        let _over = self.confirming.try_send(confirming);
    }

    /// Awaits the confirmations in their order, and acknowledges the deliveries.
    pub(super) async fn confirm_all(
        self: Rc<Self>,
        confirms: Receiver<Confirming>,
    ) -> Result<(), String> {
        while let Ok(Confirming { confirm, after }) = confirms.recv().await {
            let is_taken = self.session.confirmed(confirm).await?;
            let all = match after {
                After::PutBack(tags, task) if !is_taken => {
                    self.put_elsewhere(&task).await?;
                    vec![Finished::of(tags)]
                }
                _ if !is_taken => return Err("the broker has not taken a message".to_owned()),
                After::PutBack(tags, _) => vec![Finished::of(tags)],
                After::Done(finished) => vec![finished],
                After::AllDone(all) => all,
            };
            self.finish(all).await?;
        }
        Ok(())
    }

    /// Delays a task whose queue is full. If the broker took the delivery back, it would count a death,
    /// so the task waits with those that have failed, whose queue has no limit, until there is room.
    async fn put_elsewhere(&self, task: &Task) -> Result<(), String> {
        let queue = &self.session.queues.delays[0];
        let publishing = self.session.publish(queue, TASK, messages::bytes(task));
        match self.session.confirmed(publishing.await?).await? {
            true => Ok(()),
            false => Err(format!("the broker does not take a task for '{queue}'")),
        }
    }

    async fn finish(&self, all: Vec<Finished>) -> Result<(), String> {
        let ids = Vec::from_iter(all.iter().filter_map(|it| it.id));
        {
            let mut state = self.state.borrow_mut();
            for Finished { tags, id, round } in &all {
                let Some(id) = id else {
                    continue;
                };
                state.earlier.remove(id);
                if tags.is_empty() {
                    // It may be delivered once more, because its line was cut.
                    let up_to = state.needless.entry(*id).or_default();
                    *up_to = (*up_to).max(*round);
                }
            }
        }
        let tags = all.into_iter().flat_map(|it| it.tags).collect();
        self.acknowledge(tags).await?;
        for id in ids {
            self.send(FromScheduler::Recorded { id }, None);
        }
        Ok(())
    }

    /// Acknowledges deliveries: with one message all those before which nothing is open or still to
    /// come, and each other one by itself.
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
            acknowledged.await.map_err(|error| reason(&error))?;
        }
        self.note_freed();
        Ok(())
    }
}

/// The error of a task whose result the broker does not take.
fn too_long(body: &[u8]) -> String {
    let bytes = body.len();
    format!("its result has {bytes} bytes, which is too long for the broker (max_message_size)")
}

/// Shortens a reason. A dead task is in the log with its argument: both together are at most about
/// as long as an argument alone may be.
fn shorten(mut why: String, call: &Call) -> String {
    let room = BODY_LIMIT.saturating_sub(call.body.len());
    why.truncate(why.floor_char_boundary(room.max(LEAST_REASON)));
    why
}

/// About how many bytes an end takes in an entry.
fn length(end: &End) -> usize {
    match end {
        End::Done(body) => body.len(),
        End::Dead { why, call } => why.len() + call.body.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_takes_its_room_in_an_entry() {
        let (kind, body) = ("fail".to_owned(), vec![0; 10]);
        let (why, call) = ("x".repeat(ENTRY_BYTES), Call { kind, body });
        let end = End::Dead { why, call };
        assert!(length(&end) >= ENTRY_BYTES);
    }

    /// No broker takes an entry of twice that length, and a worker would send it again on each line.
    #[test]
    fn the_longest_argument_and_the_longest_reason_fit_into_one_entry() {
        let (kind, why) = ("fail".to_owned(), "é".repeat(BODY_LIMIT / 2));
        let body = vec![0; BODY_LIMIT];
        let call = Call { kind, body };
        assert_eq!(shorten(why.clone(), &call).len(), LEAST_REASON);
        let (kind, body) = ("fail".to_owned(), vec![0; 11]);
        let call = Call { kind, body };
        assert_eq!(shorten(why, &call).len(), BODY_LIMIT - 12);
    }
}
