//! Which workers may be lent another task, and in which order.

use std::collections::{BTreeMap, VecDeque};

use crate::task::Peer;

/// The data about a worker, beside the tasks that it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Worker {
    /// How many tasks it may hold.
    credit: u32,
    /// Whether it is in `free`.
    is_free: bool,
}

/// All workers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Workers {
    all: BTreeMap<Peer, Worker>,
    /// The workers that may hold more tasks than they do; the one that has waited longest is first.
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

    /// Takes the next free worker.
    pub(crate) fn next(&mut self) -> Option<Peer> {
        let peer = self.free.pop_front()?;
        if let Some(worker) = self.all.get_mut(&peer) {
            worker.is_free = false;
        }
        Some(peer)
    }

    /// Whether a worker with this number of tasks may hold more: its credit may have changed.
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
