//! What the machine wants to be done: kept, and then said.

use std::collections::BTreeMap;
use std::time::Instant;

use scheduler::machine::{Effect, Peer, Record};
use scheduler::wire::{FromScheduler, Role};

use super::saying::say_death;
use super::{Hub, Link};
use crate::wire::FromCluster;

/// What a peer is told in a turn.
type Mails = Vec<FromCluster>;

impl Hub {
    /// First what is to be kept, in one transaction; then what is to be said, one packet a peer.
    pub(super) fn carry_out(&mut self) -> Result<(), String> {
        let mut records: Vec<Record> = Vec::new();
        let mut mail: BTreeMap<Peer, Mails> = BTreeMap::new();
        let (mut hung_up, mut is_shutdown) = (Vec::new(), false);
        self.heard = 0;
        self.machine.tell_followers(&mut self.pending);
        for effect in self.pending.drain(..) {
            match effect {
                Effect::Keep(record) => records.push(record),
                Effect::Send(peer, message) => {
                    let mail = mail.entry(peer).or_default();
                    mail.push(FromCluster::Machine(message));
                }
                Effect::HangUp(peer) => hung_up.push(peer),
                Effect::Shutdown => is_shutdown = true,
            }
        }
        if let Some(store) = &self.store
            && (!records.is_empty() || store.is_sweeping())
        {
            store.keep(&records)?;
        }
        records.iter().for_each(say_death);
        self.show_overviews(&mut mail);
        for (peer, mail) in self.in_turn(mail) {
            if let Some(link) = self.links.get(&peer) {
                link.outbox.put(mail);
            }
        }
        hung_up.into_iter().for_each(|peer| self.drop_link(peer));
        if is_shutdown && self.ended.is_none() {
            self.ended = Some(Instant::now());
            let last = || vec![FromCluster::Machine(FromScheduler::Shutdown)];
            self.links
                .values_mut()
                .for_each(|link| link.outbox.put_last(last()));
        }
        Ok(())
    }

    /// To peers with what else they are told, and to the page.
    fn show_overviews(&mut self, mail: &mut BTreeMap<Peer, Mails>) {
        for peer in std::mem::take(&mut self.overviews) {
            let mail = mail.entry(peer).or_default();
            mail.push(FromCluster::Overview(Box::new(self.overview())));
        }
        for reply in std::mem::take(&mut self.looks) {
            // The page may have given up.
            let _gone = reply.try_send(self.overview());
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
