//! Which peers to notify of what: of the end of one task, or of the next ends of a batch.

use std::collections::{BTreeMap, BTreeSet};

use crate::task::{Peer, TaskId};

/// The topics of all peers (tasks and batches), found by topic and by peer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Waiting {
    collectors: BTreeSet<(TaskId, Peer)>,
    /// With the place in the batch from which on they want the ends.
    followers: BTreeMap<(u64, Peer), u64>,
    topics: BTreeMap<Peer, Topics>,
    /// Batches that have followers, and news for them.
    news: BTreeSet<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Topics {
    collects: BTreeSet<TaskId>,
    follows: BTreeSet<u64>,
}

impl Waiting {
    /// Records that the peer wants to be notified of the end of this task.
    pub(crate) fn collect(&mut self, id: TaskId, peer: Peer) {
        self.collectors.insert((id, peer));
        self.topics.entry(peer).or_default().collects.insert(id);
    }

    /// Records that the peer wants the next ends of this batch, from this place on.
    pub(crate) fn follow(&mut self, batch: u64, since: u64, peer: Peer) {
        self.followers.insert((batch, peer), since);
        self.topics.entry(peer).or_default().follows.insert(batch);
    }

    /// Returns the peers to notify of the end of this task, which no longer wait for it.
    pub(crate) fn take_collectors(&mut self, id: TaskId) -> Vec<Peer> {
        let all = self.collectors.range((id, Peer(0))..=(id, Peer(u64::MAX)));
        let peers: Vec<_> = all.map(|&(_, peer)| peer).collect();
        for &peer in &peers {
            self.collectors.remove(&(id, peer));
            if let Some(topics) = self.topics.get_mut(&peer) {
                topics.collects.remove(&id);
            }
        }
        peers
    }

    /// Records that there is news for the followers of this batch.
    pub(crate) fn note_news(&mut self, batch: u64) {
        let first = (batch, Peer(0));
        let mut all = self.followers.range(first..=(batch, Peer(u64::MAX)));
        if all.next().is_some() {
            self.news.insert(batch);
        }
    }

    /// Returns the batches with news since the last call.
    pub(crate) fn take_news(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.news)
    }

    /// Returns the followers of this batch, each with its place, which no longer wait for it: they
    /// have to ask again.
    pub(crate) fn take_followers(&mut self, batch: u64) -> Vec<(Peer, u64)> {
        let first = (batch, Peer(0));
        let all = self.followers.range(first..=(batch, Peer(u64::MAX)));
        let peers: Vec<_> = all.map(|(&(_, peer), &since)| (peer, since)).collect();
        for (peer, _) in &peers {
            self.followers.remove(&(batch, *peer));
            if let Some(topics) = self.topics.get_mut(peer) {
                topics.follows.remove(&batch);
            }
        }
        peers
    }

    /// Removes the topics of a peer that is gone.
    pub(crate) fn forget(&mut self, peer: Peer) {
        let topics = self.topics.remove(&peer).unwrap_or_default();
        for id in topics.collects {
            self.collectors.remove(&(id, peer));
        }
        for batch in topics.follows {
            self.followers.remove(&(batch, peer));
        }
    }
}
