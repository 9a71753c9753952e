//! What the machine wants to be done: kept, and then said.

use std::collections::BTreeMap;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use scheduler::machine::{Effect, Peer, Record};
use scheduler::wire::{FromScheduler, Role};

use super::saying::say_death;
use super::{Hub, Link};
use crate::room::Load;
use crate::wire::{FromCluster, Overview, answer_bytes};

/// What a peer is told in a turn.
type Mails = Vec<FromCluster>;

/// What the hub has decided: `records` have to be on disk before any of the rest is done.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) records: Vec<Record>,
    mail: BTreeMap<Peer, Mails>,
    is_shutdown: bool,
    /// What pages are shown.
    looks: Vec<(SyncSender<Overview>, Overview)>,
    /// What the packets that it comes from take of the room.
    loads: Vec<Load>,
}

/// How much memory it takes until it is on its way.
pub(super) fn bytes(effect: &Effect) -> usize {
    match effect {
        Effect::Send(_, FromScheduler::Lease { call, .. }) => call.body.len(),
        Effect::Send(_, message) => answer_bytes(message),
        _ => 0,
    }
}

impl Hub {
    /// Says what was decided since the last time: at once if nothing is to be kept; if something is, when it
    /// is on disk, and the hub goes on meanwhile. Waits for what is being written.
    pub(super) fn carry_out(&mut self) -> Result<(), String> {
        self.say_written()?;
        let decided = self.collect();
        match &mut self.writer {
            Some(writer) if !decided.records.is_empty() => {
                self.counted = Duration::ZERO;
                writer.begin(decided);
            }
            Some(writer) if writer.is_sweeping() => {
                writer.begin(Decided::default());
                self.say(decided);
            }
            _ => self.say(decided),
        }
        Ok(())
    }

    /// The same, unless something is being written. Then what was decided by now shares the next commit with
    /// what comes meanwhile, as far as there is memory for it.
    pub(super) fn carry_out_unless_writing(&mut self) -> Result<(), String> {
        if self.heard < self.most_heard()
            && let Some(writer) = &mut self.writer
            && writer.is_writing()
        {
            match writer.poll()? {
                Some(decided) => self.say(decided),
                None => return Ok(()),
            }
        }
        self.carry_out()
    }

    /// Waits until what is being written is on disk, and says it.
    pub(super) fn say_written(&mut self) -> Result<(), String> {
        if let Some(writer) = &mut self.writer
            && let Some(decided) = writer.wait()?
        {
            self.say(decided);
        }
        Ok(())
    }

    fn collect(&mut self) -> Decided {
        let (mut decided, mut hung_up) = (Decided::default(), Vec::new());
        self.heard = 0;
        self.machine.tell_followers(&mut self.pending);
        for effect in self.pending.drain(..) {
            match effect {
                Effect::Keep(record) => decided.records.push(record),
                Effect::Send(peer, message) => {
                    let mail = decided.mail.entry(peer).or_default();
                    mail.push(FromCluster::Machine(message));
                }
                Effect::HangUp(peer) => hung_up.push(peer),
                Effect::Shutdown => decided.is_shutdown = true,
            }
        }
        // That promises nothing, and more that is heard of it would be lent tasks in vain.
        hung_up.into_iter().for_each(|peer| self.drop_link(peer));
        // Of what was decided by now, and not of what comes next and may never be on disk.
        for peer in std::mem::take(&mut self.overviews) {
            let mail = decided.mail.entry(peer).or_default();
            mail.push(FromCluster::Overview(Box::new(self.overview())));
        }
        let looks = std::mem::take(&mut self.looks).into_iter();
        decided.looks = looks.map(|reply| (reply, self.overview())).collect();
        decided.loads = std::mem::take(&mut self.loads);
        decided
    }

    /// Does what was decided: one packet a peer.
    fn say(&mut self, decided: Decided) {
        decided.records.iter().for_each(say_death);
        for (reply, overview) in decided.looks {
            // The page may have given up.
            let _gone = reply.try_send(overview);
        }
        for (peer, mail) in self.in_turn(decided.mail) {
            if let Some(link) = self.links.get(&peer) {
                link.outbox.put(mail);
            }
        }
        if decided.is_shutdown && self.ended.is_none() {
            self.ended = Some(Instant::now());
            let last = || vec![FromCluster::Machine(FromScheduler::Shutdown)];
            self.links
                .values_mut()
                .for_each(|link| link.outbox.put_last(last()));
        }
    }

    /// In which order peers are told: first a worker that gets a task, and a client, which waits for a
    /// result, before the worker that has done it and waits for nothing.
    pub(super) fn in_turn(&self, mail: BTreeMap<Peer, Mails>) -> Vec<(Peer, Mails)> {
        let is_lease =
            |it: &FromCluster| matches!(it, FromCluster::Machine(FromScheduler::Lease { .. }));
        let is_client = |link: &Link| link.role == Role::Client;
        let mut mail = Vec::from_iter(mail);
        mail.sort_by_cached_key(|(peer, messages)| {
            let has_lease = messages.iter().any(is_lease);
            (!has_lease, !self.links.get(peer).is_some_and(is_client))
        });
        mail
    }
}
