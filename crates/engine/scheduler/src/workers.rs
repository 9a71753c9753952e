//! Which workers may be lent another task, and whose turn it is.

use std::collections::{BTreeMap, VecDeque};

use crate::task::Peer;

/// What is known of a worker, beside the tasks that it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Worker {
    /// How many tasks it may hold.
    credit: u32,
    /// Whether it is among the `free`.
    is_free: bool,
}

/// All workers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Workers {
    all: BTreeMap<Peer, Worker>,
    /// Those that may hold more than they do; the one that has waited longest is first.
    free: VecDeque<Peer>,
}

impl Workers {
    pub(crate) fn set_credit(&mut self, peer: Peer, credit: u32) {
        self.all.entry(peer).or_default().credit = credit;
    }

    /// Puts a worker that holds this number of tasks among the free ones, if it may hold more.
    pub(crate) fn queue_up(&mut self, peer: Peer, held: usize) {
        if let Some(worker) = self.all.get_mut(&peer)
            && held < worker.credit as usize
            && !worker.is_free
        {
            worker.is_free = true;
            self.free.push_back(peer);
        }
    }

    /// The next free worker, which is none of them any more.
    pub(crate) fn next(&mut self) -> Option<Peer> {
        let peer = self.free.pop_front()?;
        if let Some(worker) = self.all.get_mut(&peer) {
            worker.is_free = false;
        }
        Some(peer)
    }

    /// Whether it may hold one more than this. It may take fewer than when it became free.
    pub(crate) fn may_hold_more(&self, peer: Peer, held: usize) -> bool {
        let worker = self.all.get(&peer);
        worker.is_some_and(|worker| held < worker.credit as usize)
    }

    pub(crate) fn forget(&mut self, peer: Peer) {
        if self.all.remove(&peer).is_some() {
            self.free.retain(|&free| free != peer);
        }
    }
}
