//! A client that hands a batch in: the size that it has named, and whether a task was refused.

use scheduler::machine::{Effect, Event, Peer};
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::{HandsIn, Hub};

impl Hub {
    pub(super) fn expect(&mut self, peer: Peer, batch: u64, tasks: u64) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.hands_in = HandsIn {
                batch,
                tasks,
                is_refused: false,
            };
        }
    }

    pub(super) fn submit(&mut self, peer: Peer, key: Key, call: Call) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let batch = key.batch;
        if link.hands_in.batch != batch {
            link.hands_in = HandsIn {
                batch,
                ..HandsIn::default()
            };
        }
        let HandsIn {
            tasks, is_refused, ..
        } = link.hands_in;
        if is_refused {
            return;
        }
        let before = self.pending.len();
        match self.machine.expect(batch, tasks, &mut self.pending) {
            Ok(()) => {
                let submit = ToScheduler::Submit { key, call };
                self.step(Event::Received(peer, submit));
                // A new batch exists only now. This cannot fail: nothing else has named a size.
                let _noted = self.machine.expect(batch, tasks, &mut self.pending);
            }
            Err(why) => {
                let refused = FromScheduler::Refused { why };
                self.pending.push(Effect::Send(peer, refused));
            }
        }
        let is_refusal = |effect: &Effect| matches!(effect, Effect::Send(to, FromScheduler::Refused { .. }) if *to == peer);
        if self.pending[before..].iter().any(is_refusal)
            && let Some(link) = self.links.get_mut(&peer)
        {
            link.hands_in.is_refused = true;
        }
    }
}
