//! The scheduler as a pure function of all events so far: which worker does which task.
//!
//! It has no network, no clock and no randomness: [`Machine::step`] takes the time and an event,
//! and returns the effects to carry out. So a test can play thousands of orders of events in a
//! moment, and repeat each failure. The machine is plain data; the code that runs it (a socket
//! loop, a simulator, a model checker) carries out its effects.

mod following;
mod restoring;
mod submitting;

use std::time::Duration;

pub use crate::events::{Effect, Event, Rules};
use crate::ledger::{Lease, Ledger, Phase, Task};
pub use crate::record::{End, Record};
pub use crate::task::Peer;
use crate::task::{Status, TaskId};
use crate::waiting::Waiting;
use crate::wire::{FromScheduler, ToScheduler};
use crate::workers::Workers;

/// All tasks and workers, and which peers wait for which tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Machine {
    rules: Rules,
    ledger: Ledger,
    workers: Workers,
    /// The peers to notify of ends of tasks.
    waiting: Waiting,
    /// The number of results that came after their task had ended.
    late: u64,
    /// The number of tasks that were done or cancelled since the first step.
    ends: u64,
    /// The time to end at the latest, once a drain was requested.
    drains: Option<Duration>,
}

impl Machine {
    /// A scheduler without tasks.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Takes in an event, at the time `now` since some fixed moment, and returns the effects to
    /// carry out. A message that makes no sense changes nothing.
    #[must_use = "the effects are to be carried out"]
    pub fn step(&mut self, now: Duration, event: Event) -> Vec<Effect> {
        let mut out = Vec::new();
        self.step_into(now, event, &mut out);
        self.notify_followers(&mut out);
        out
    }

    /// One [`step`](Self::step) of several that form a turn: its effects are appended to those of the
    /// steps before it, and [`notify_followers`](Self::notify_followers) is to be called after the last one.
    pub fn step_into(&mut self, now: Duration, event: Event, out: &mut Vec<Effect>) {
        match event {
            Event::Received(peer, message) => self.received(now, peer, message, out),
            Event::Alive(peer) => self.renew(now, peer, &Vec::from_iter(self.ledger.held_by(peer))),
            Event::Gone(peer) => self.forget(peer, out),
            Event::Drain(limit) => self.drain(now, limit),
            Event::Tick => {}
        }
        self.run_timers(now, out);
        for batch in self.ledger.over(now, self.rules.keep) {
            self.forget_batch(batch, out);
        }
        match self.drains {
            None => self.give_out(now, out),
            Some(until) if until <= now || self.status().leased == 0 => {
                // Nothing is sent after `Shutdown`.
                self.notify_followers(out);
                out.push(Effect::Shutdown);
            }
            Some(_) => {}
        }
    }

    /// When the next [`Event::Tick`] is due, if nothing happens before.
    #[must_use]
    pub fn next_timer(&self) -> Option<Duration> {
        self.ledger
            .first_timer()
            .into_iter()
            .chain(self.drains)
            .min()
    }

    /// How many tasks are in which state.
    #[must_use]
    pub fn status(&self) -> Status {
        self.ledger.status(self.late)
    }

    /// How many tasks were done or cancelled since the first step, including those that were forgotten.
    #[must_use]
    pub fn ends(&self) -> u64 {
        self.ends
    }

    /// The first `most` dead tasks, each with its batch and the reason.
    #[must_use]
    pub fn dead(&self, most: usize) -> Vec<(TaskId, u64, String)> {
        let dead = self.ledger.dead(TaskId(0)).into_iter().take(most);
        dead.filter_map(|(id, why)| Some((id, self.ledger.get(id)?.key.batch, why)))
            .collect()
    }

    /// How many tasks the peer holds.
    #[must_use]
    pub fn held_by(&self, peer: Peer) -> usize {
        self.ledger.held_by(peer).len()
    }

    fn received(&mut self, now: Duration, peer: Peer, message: ToScheduler, out: &mut Vec<Effect>) {
        match message {
            ToScheduler::Credit { most } => {
                let credit = most.min(self.rules.most_credit);
                self.workers.set_credit(peer, credit);
                self.queue_up(peer);
            }
            ToScheduler::Started { id, attempt } => {
                self.ledger.begin(peer, id, attempt);
            }
            ToScheduler::Done { id, body, .. } => self.done(peer, id, body, out),
            ToScheduler::Failed {
                id,
                attempt,
                message,
            } => {
                if self.ledger.lease_of(peer, id, attempt).is_some() {
                    self.fail(now, peer, id, message, out);
                }
                out.push(Effect::Send(peer, FromScheduler::Recorded { id }));
            }
            ToScheduler::Release { id, attempt } => {
                if self.ledger.lease_of(peer, id, attempt).is_some() {
                    self.change(id, Phase::Ready);
                }
            }
            ToScheduler::Heartbeat { held } => self.renew(now, peer, &held),
            message => self.asked(now, peer, message, out),
        }
    }

    /// Handles a message of a client.
    fn asked(&mut self, now: Duration, peer: Peer, message: ToScheduler, out: &mut Vec<Effect>) {
        let answer = match message {
            ToScheduler::Submit { key, call } => self.submit(key, call, out),
            ToScheduler::Collect { id } => match self.ledger.answer(id) {
                Some(answer) => answer,
                None => {
                    self.waiting.collect(id, peer);
                    return;
                }
            },
            ToScheduler::Results { batch, since } => return self.follow(peer, batch, since, out),
            ToScheduler::Cancel { id } => {
                self.cancel(id, out);
                self.ledger.answer(id).expect("it has ended")
            }
            ToScheduler::Dead { since } => FromScheduler::Dead {
                tasks: self.ledger.dead(since),
            },
            ToScheduler::Retry { id } => self.retry(id, out),
            ToScheduler::Status => FromScheduler::Status(self.status()),
            ToScheduler::Batch { batch } => self.ledger.batch(batch),
            ToScheduler::CancelBatch { batch } => {
                let tasks = self.ledger.first_open(batch);
                tasks.into_iter().for_each(|id| self.cancel(id, out));
                self.ledger.batch(batch)
            }
            ToScheduler::Forget { batch } => {
                self.forget_batch(batch, out);
                self.ledger.batch(batch)
            }
            ToScheduler::Drain { limit_ms } => {
                return self.drain(now, Duration::from_millis(limit_ms));
            }
            ToScheduler::Shutdown => return out.push(Effect::Shutdown),
            _ => return,
        };
        out.push(Effect::Send(peer, answer));
    }

    fn drain(&mut self, now: Duration, limit: Duration) {
        self.drains = Some(now.saturating_add(limit));
    }

    fn cancel(&mut self, id: TaskId, out: &mut Vec<Effect>) {
        if self.ledger.answer(id).is_none() {
            self.end(None, id, End::Cancelled, out);
        }
    }

    fn retry(&mut self, id: TaskId, out: &mut Vec<Effect>) -> FromScheduler {
        if self.ledger.is_dead(id) {
            self.keep(Record::Revived { id }, out);
        }
        match (self.ledger.answer(id), self.ledger.get(id)) {
            (None, Some(&Task { key, .. })) => FromScheduler::Accepted { id, key },
            (answer, _) => answer.unwrap_or(FromScheduler::Unknown { id }),
        }
    }

    /// The first result is recorded, from any worker and attempt: a late one from a worker that had
    /// lost its lease is as good as another.
    fn done(&mut self, peer: Peer, id: TaskId, body: Vec<u8>, out: &mut Vec<Effect>) {
        match self.ledger.answer(id) {
            None => self.end(Some(peer), id, End::Done(body.into()), out),
            Some(FromScheduler::Finished { .. }) => self.late += 1,
            Some(_) => {}
        }
        out.push(Effect::Send(peer, FromScheduler::Recorded { id }));
    }

    fn fail(&mut self, now: Duration, peer: Peer, id: TaskId, why: String, out: &mut Vec<Effect>) {
        let Some(&Task { errors, deaths, .. }) = self.ledger.get(id) else {
            return;
        };
        let errors = errors.saturating_add(1);
        self.keep(Record::Blamed { id, errors, deaths }, out);
        if errors >= self.rules.most_errors {
            self.end(Some(peer), id, End::Dead(why.into()), out);
        } else {
            let until = now.saturating_add(self.rules.delay(id, errors));
            self.change(id, Phase::Delayed { until });
        }
    }

    /// Takes a task back from a dead worker, which can only have died of a task that it had begun.
    fn take_back(&mut self, id: TaskId, lease: Lease, out: &mut Vec<Effect>) {
        let Some(&Task { errors, deaths, .. }) = self.ledger.get(id) else {
            return;
        };
        let deaths = deaths.saturating_add(u16::from(lease.started));
        if lease.started {
            self.keep(Record::Blamed { id, errors, deaths }, out);
        }
        if lease.started && deaths >= self.rules.most_deaths {
            let why = format!("its worker died in each of {deaths} attempts");
            self.end(Some(lease.peer), id, End::Dead(why.into()), out);
        } else {
            self.change(id, Phase::Ready);
        }
    }

    /// Records how a task has ended, and notifies all peers that wait for it; those that follow its
    /// batch are notified after the step. `by` has reported the end, or is gone.
    fn end(&mut self, by: Option<Peer>, id: TaskId, end: End, out: &mut Vec<Effect>) {
        let holder = self.ledger.lease(id).map(|lease| lease.peer);
        if let Some(holder) = holder.filter(|_| holder != by) {
            out.push(Effect::Send(holder, FromScheduler::Revoked { id }));
        }
        self.ends += u64::from(!matches!(end, End::Dead(_)));
        self.keep(Record::Ended { id, end }, out);
        for peer in self.waiting.take_collectors(id) {
            let answer = self.ledger.answer(id);
            out.extend(answer.map(|answer| Effect::Send(peer, answer)));
        }
        let batch = self.ledger.get(id).map_or(0, |task| task.key.batch);
        self.waiting.note_news(batch);
    }

    /// Forgets a peer that is gone: it waits for nothing any more, and its tasks go back.
    fn forget(&mut self, peer: Peer, out: &mut Vec<Effect>) {
        self.waiting.forget(peer);
        self.workers.forget(peer);
        for id in self.ledger.held_by(peer).collect::<Vec<_>>() {
            if let Some(lease) = self.ledger.lease(id) {
                self.take_back(id, lease, out);
            }
        }
        self.ledger.forget(peer);
    }

    fn renew(&mut self, now: Duration, peer: Peer, held: &[TaskId]) {
        let until = now.saturating_add(self.rules.lease);
        for &id in held {
            if let Some(lease) = self.ledger.lease(id).filter(|lease| lease.peer == peer) {
                self.change(id, Phase::Leased(Lease { until, ..lease }));
            }
        }
    }

    fn run_timers(&mut self, now: Duration, out: &mut Vec<Effect>) {
        for id in self.ledger.due(now) {
            match self.ledger.get(id).map(|task| &task.phase) {
                Some(Phase::Delayed { .. }) => self.change(id, Phase::Ready),
                // The peer is silent, or does not know of this task. It can keep none of its tasks.
                Some(&Phase::Leased(Lease { peer, .. })) => {
                    out.push(Effect::HangUp(peer));
                    self.forget(peer, out);
                }
                // Already taken back, with another task of its worker.
                _ => {}
            }
        }
    }

    /// Lends ready tasks to free workers, until one of the two has run out.
    fn give_out(&mut self, now: Duration, out: &mut Vec<Effect>) {
        if self.is_full_of_results() {
            return;
        }
        let until = now.saturating_add(self.rules.lease);
        while let Some(id) = self.ledger.first_ready()
            && let Some(peer) = self.workers.next()
        {
            if !self.workers.may_hold_more(peer, self.held_by(peer)) {
                continue;
            }
            let lent = self.ledger.lend(id, peer, until);
            let (attempt, call) = lent.expect("what is ready is a task");
            let lease = FromScheduler::Lease { id, attempt, call };
            out.push(Effect::Send(peer, lease));
            self.queue_up(peer);
        }
    }

    fn keep(&mut self, record: Record, out: &mut Vec<Effect>) {
        let is_death = |it: &Record| {
            matches!(
                it,
                Record::Ended {
                    end: End::Dead(_),
                    ..
                }
            )
        };
        if !self.rules.is_volatile || is_death(&record) {
            out.push(Effect::Keep(record.clone()));
        }
        self.restore(record);
    }

    fn change(&mut self, id: TaskId, to: Phase) {
        if let Some(loser) = self.ledger.change(id, to) {
            self.queue_up(loser);
        }
    }

    /// Puts a worker that may hold another task among the free ones.
    fn queue_up(&mut self, peer: Peer) {
        self.workers.queue_up(peer, self.held_by(peer));
    }
}
