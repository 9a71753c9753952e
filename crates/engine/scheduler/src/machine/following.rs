//! The followers of a batch: peers that are told of the ends of its tasks until it is forgotten.

use super::{Effect, Machine, Peer, Record};
use crate::wire::FromScheduler;

impl Machine {
    /// Tells those who follow a batch of the ends that have come since this was called the last time:
    /// of all of them at once, where each step would tell of one, and they would have to ask again.
    pub fn tell_followers(&mut self, out: &mut Vec<Effect>) {
        for batch in self.waiting.take_news() {
            for (peer, since) in self.waiting.take_followers(batch) {
                self.follow(peer, batch, since, out);
            }
        }
    }

    /// Tells the ends of a batch from this place on, or takes note that the peer wants them. A peer
    /// that has been told of more ends than there are is answered at once: an earlier scheduler did.
    pub(super) fn follow(&mut self, peer: Peer, batch: u64, since: u64, out: &mut Vec<Effect>) {
        let (next, ended) = match self.ledger.batches.has(batch) {
            true => self.ledger.ends(batch, since),
            false => (since, Vec::new()),
        };
        let is_to_come = ended.is_empty() && next >= since;
        if is_to_come && self.ledger.batches.has(batch) {
            self.waiting.follow(batch, since, peer);
        } else {
            let told = FromScheduler::Results { since, next, ended };
            out.push(Effect::Send(peer, told));
        }
    }

    /// Forgets a batch, unless a task of it is open.
    pub(super) fn forget_batch(&mut self, batch: u64, out: &mut Vec<Effect>) {
        if self.ledger.batches.is_closed(batch) {
            // The last ends may have come in this very turn, and can be told now or never.
            self.tell_followers(out);
            let next = self.ledger.next_id();
            self.keep(Record::Forgotten { batch, next }, out);
            self.waiting.note_news(batch);
        }
    }
}
