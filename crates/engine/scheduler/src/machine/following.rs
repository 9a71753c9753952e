//! The followers of a batch: peers that are notified of the ends of its tasks until it is forgotten.

use super::{Effect, Machine, Peer, Record};
use crate::wire::FromScheduler;

impl Machine {
    /// Notifies the followers of each batch of the ends since the last call: all at once, where
    /// each step would notify them of one, and they would have to ask again.
    pub fn notify_followers(&mut self, out: &mut Vec<Effect>) {
        for batch in self.waiting.take_news() {
            for (peer, since) in self.waiting.take_followers(batch) {
                self.follow(peer, batch, since, out);
            }
        }
    }

    /// Sends the ends of a batch from this place on, or records that the peer wants them. A peer
    /// that knows of more ends than there are, from an earlier scheduler, is answered at once.
    pub(super) fn follow(&mut self, peer: Peer, batch: u64, since: u64, out: &mut Vec<Effect>) {
        let (next, ended) = match self.ledger.batches.has(batch) {
            true => self.ledger.ends(batch, since),
            false => (since, Vec::new()),
        };
        let is_to_come = ended.is_empty() && next >= since;
        if is_to_come && self.ledger.batches.has(batch) {
            self.waiting.follow(batch, since, peer);
        } else {
            let results = FromScheduler::Results { since, next, ended };
            out.push(Effect::Send(peer, results));
        }
    }

    /// Forgets a batch, unless one of its tasks is open.
    pub(super) fn forget_batch(&mut self, batch: u64, out: &mut Vec<Effect>) {
        if self.ledger.batches.is_closed(batch) {
            // The last ends may have come in this very turn, and must be sent now or never.
            self.notify_followers(out);
            let (tasks, next) = (self.ledger.batches.tasks(batch), self.ledger.next_id());
            let tasks = tasks.collect();
            self.keep(Record::Forgotten { batch, tasks, next }, out);
            self.waiting.note_news(batch);
        }
    }
}
