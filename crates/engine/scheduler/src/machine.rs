//! Who does what: the scheduler as a pure function of what has happened so far.
//!
//! No network, no clock, no chance: [`Machine::step`] takes the time and an event, and returns
//! what is to be done about it. So a test can play thousands of orders of events in a moment,
//! and each failure again. The machine is plain data; what runs it (a socket loop, a
//! simulator, a model checker) carries out its effects.

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

/// All tasks, and who waits for what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Machine {
    rules: Rules,
    ledger: Ledger,
    workers: Workers,
    /// Who is to be told of what.
    waiting: Waiting,
    /// Results that came after their task had ended.
    late: u64,
    /// Tasks that were done or cancelled since the first step.
    ends: u64,
    /// Since it was asked for: when to end at the latest.
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

    /// Takes note of an event, at the time `now` since some fixed moment, and returns what is to
    /// be done about it. What makes no sense changes nothing.
    #[must_use = "the effects are to be carried out"]
    pub fn step(&mut self, now: Duration, event: Event) -> Vec<Effect> {
        let mut out = Vec::new();
        self.step_into(now, event, &mut out);
        self.tell_followers(&mut out);
        out
    }

    /// A [`step`](Self::step) of several that are one turn: its effects are put after those of the steps
    /// before it, and [`tell_followers`](Self::tell_followers) is to be called after the last one.
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
                // Nothing is told after the last word.
                self.tell_followers(out);
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

    /// How many tasks were done or cancelled since the first step, with those that are forgotten.
    #[must_use]
    pub fn ends(&self) -> u64 {
        self.ends
    }

    /// The first `most` dead tasks, and why.
    #[must_use]
    pub fn dead(&self, most: usize) -> Vec<(TaskId, String)> {
        self.ledger.dead(TaskId(0)).into_iter().take(most).collect()
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

    /// What clients say.
    fn asked(&mut self, now: Duration, peer: Peer, message: ToScheduler, out: &mut Vec<Effect>) {
        let answer = match message {
            ToScheduler::Submit { key, call } => self.submit(key, call, out),
            ToScheduler::Collect { id } => match self.ledger.told(id) {
                Some(told) => told,
                None => {
                    self.waiting.collect(id, peer);
                    return;
                }
            },
            ToScheduler::Results { batch, since } => return self.follow(peer, batch, since, out),
            ToScheduler::Cancel { id } => {
                self.cancel(id, out);
                self.ledger.told(id).expect("it has ended")
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
        if self.ledger.told(id).is_none() {
            self.end(None, id, End::Cancelled, out);
        }
    }

    fn retry(&mut self, id: TaskId, out: &mut Vec<Effect>) -> FromScheduler {
        if self.ledger.is_dead(id) {
            self.keep(Record::Revived { id }, out);
        }
        match (self.ledger.told(id), self.ledger.get(id)) {
            (None, Some(&Task { key, .. })) => FromScheduler::Accepted { id, key },
            (told, _) => told.unwrap_or(FromScheduler::Unknown { id }),
        }
    }

    /// The first result counts, of whichever worker and attempt: a late one of a worker that had
    /// lost its lease is as good as another.
    fn done(&mut self, peer: Peer, id: TaskId, body: Vec<u8>, out: &mut Vec<Effect>) {
        match self.ledger.told(id) {
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

    /// Its worker is gone. Only a task that it had begun can be what it died of.
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

    /// Records how a task has ended, and tells all who wait for it; those who follow its batch, after
    /// the step. `by` has said it, or is gone.
    fn end(&mut self, by: Option<Peer>, id: TaskId, end: End, out: &mut Vec<Effect>) {
        let holder = self.ledger.lease(id).map(|lease| lease.peer);
        if let Some(holder) = holder.filter(|_| holder != by) {
            out.push(Effect::Send(holder, FromScheduler::Revoked { id }));
        }
        self.ends += u64::from(!matches!(end, End::Dead(_)));
        self.keep(Record::Ended { id, end }, out);
        for peer in self.waiting.take_collectors(id) {
            out.extend(self.ledger.told(id).map(|told| Effect::Send(peer, told)));
        }
        let batch = self.ledger.get(id).map_or(0, |task| task.key.batch);
        self.waiting.note_news(batch);
    }

    /// A peer is gone: it waits for nothing any more, and its tasks go back.
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
                // Silent, or it does not know of this task. It can keep none of its tasks.
                Some(&Phase::Leased(Lease { peer, .. })) => {
                    out.push(Effect::HangUp(peer));
                    self.forget(peer, out);
                }
                // Taken back by now, with another task of its worker.
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
