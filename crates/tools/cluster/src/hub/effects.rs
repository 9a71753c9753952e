//! Carries out what the machine has decided: first the commit, then the messages.

use std::collections::BTreeMap;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use scheduler::machine::{Effect, Peer, Record};
use scheduler::wire::{FromScheduler, Role};

use super::notices::print_death;
use super::{Hub, Link};
use crate::room::Load;
use crate::wire::{FromCluster, Overview};

/// The messages to one peer from one turn.
type Mails = Vec<FromCluster>;

/// What the hub has decided: `records` have to be on disk before the rest is carried out.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) records: Vec<Record>,
    mail: BTreeMap<Peer, Mails>,
    is_shutdown: bool,
    /// The pages that asked for an overview, with their answers.
    looks: Vec<(SyncSender<Overview>, Overview)>,
    /// The room that the packets of these decisions hold.
    loads: Vec<Load>,
    /// Peers that send nothing more.
    leaving: Vec<Peer>,
}

impl Hub {
    /// Carries out what was decided since the last call. Messages are sent at once if there is nothing to
    /// commit, else after the commit, during which the hub goes on. Blocks until an earlier commit is done.
    pub(super) fn carry_out(&mut self) -> Result<(), String> {
        self.send_written()?;
        let decided = self.collect();
        match &mut self.writer {
            Some(writer) if !decided.records.is_empty() => {
                self.counted = Duration::ZERO;
                writer.begin(decided);
            }
            Some(writer) if writer.is_sweeping() => {
                writer.begin(Decided::default());
                self.send(decided);
            }
            _ => self.send(decided),
        }
        Ok(())
    }

    /// Like `carry_out`, unless a commit is under way and fewer than `most_received` messages are
    /// pending: then these decisions wait, and share the next commit with later ones.
    pub(super) fn carry_out_unless_writing(&mut self) -> Result<(), String> {
        if self.received < self.most_received()
            && let Some(writer) = &mut self.writer
            && writer.is_writing()
        {
            match writer.poll()? {
                Some(decided) => self.send(decided),
                None => return Ok(()),
            }
        }
        self.carry_out()
    }

    /// Blocks until the commit under way is on disk, and sends its messages.
    pub(super) fn send_written(&mut self) -> Result<(), String> {
        if let Some(writer) = &mut self.writer
            && let Some(decided) = writer.wait()?
        {
            self.send(decided);
        }
        Ok(())
    }

    fn collect(&mut self) -> Decided {
        let (mut decided, mut hung_up) = (Decided::default(), Vec::new());
        self.received = 0;
        self.machine.notify_followers(&mut self.pending);
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
        // A hang-up promises nothing, so it needs no commit; a later message could win the peer new leases.
        hung_up.into_iter().for_each(|peer| self.drop_link(peer));
        // Taken now, so that an overview shows what this commit covers, and no later decisions.
        for peer in std::mem::take(&mut self.overviews) {
            let mail = decided.mail.entry(peer).or_default();
            mail.push(FromCluster::Overview(Box::new(self.overview())));
        }
        let looks = std::mem::take(&mut self.looks).into_iter();
        decided.looks = looks.map(|reply| (reply, self.overview())).collect();
        decided.loads = std::mem::take(&mut self.loads);
        decided.leaving = std::mem::take(&mut self.leaving);
        decided
    }

    /// Sends what was decided, one packet for each peer.
    fn send(&mut self, decided: Decided) {
        decided.records.iter().for_each(print_death);
        for (reply, overview) in decided.looks {
            // Fails if the page has stopped waiting.
            let _gone = reply.try_send(overview);
        }
        for (peer, mail) in self.in_turn(decided.mail) {
            if let Some(link) = self.links.get(&peer) {
                link.outbox.put(mail);
            }
        }
        for peer in decided.leaving {
            // Its outbox sends what is left, and ends the line.
            self.links.remove(&peer);
        }
        if decided.is_shutdown && self.ended.is_none() {
            self.ended = Some(Instant::now());
            let last = || vec![FromCluster::Machine(FromScheduler::Shutdown)];
            self.links
                .values_mut()
                .for_each(|link| link.outbox.put_last(last()));
        }
    }

    /// The order in which peers get their packets: first workers with a new lease, then clients,
    /// which wait for a result, then workers that wait for nothing.
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
