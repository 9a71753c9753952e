//! A peer comes, and is welcome or refused; and a peer goes.

use std::net::SocketAddr;
use std::sync::Arc;

use scheduler::machine::{Event, Peer};
use scheduler::wire::{FromScheduler, Role};

use super::{HandsIn, Hub, Link};
use crate::line::Line;
use crate::outbox::Outbox;
use crate::printing::say;
use crate::wire::{FromCluster, Hello, OTHER_VERSION, VERSION};

/// How many peers may be logged in. Each costs two threads.
const MOST_PEERS: usize = 1024;

impl Hub {
    pub(super) fn join(&mut self, peer: Peer, line: Arc<Line>, hello: Hello, address: SocketAddr) {
        let why = if hello.version != VERSION {
            format!("{OTHER_VERSION} {VERSION}, and not {}", hello.version)
        } else if self.links.len() >= MOST_PEERS {
            let why = format!("{MOST_PEERS} are connected, and it serves no more at a time");
            self.refusals.say(format!("{address} is refused: {why}"));
            why
        } else if self.ended.is_some() {
            // Its line ends with this process, and then it looks for the next scheduler.
            return;
        } else {
            match Outbox::new(Arc::clone(&line)) {
                Ok(outbox) => return self.welcome(peer, outbox, &hello, address),
                Err(error) => {
                    let why = format!("it has no thread left: {error}");
                    self.refusals.say(format!("{address} is refused: {why}"));
                    why
                }
            }
        };
        let refused = FromScheduler::Refused { why };
        let _gone = line.send(&[FromCluster::Machine(refused)]);
        line.finish();
    }

    fn welcome(&mut self, peer: Peer, outbox: Outbox, hello: &Hello, address: SocketAddr) {
        // The peer may have chosen any characters.
        let name = common::clean(&hello.name);
        if hello.role == Role::Worker {
            say!("Worker {name} ({address}) has come");
        }
        let link = Link {
            outbox,
            role: hello.role,
            name,
            address,
            reported: 0,
            hands_in: HandsIn::default(),
            last_heartbeat: self.now,
        };
        let queue = self.queue;
        link.outbox.put(vec![FromCluster::Welcome { queue }]);
        self.links.insert(peer, link);
    }

    /// A peer sends nothing more: its tasks go back. The answers to its last messages may have to
    /// wait for a commit, and the link with them.
    pub(super) fn let_go(&mut self, peer: Peer) {
        if let Some(link) = self.links.get(&peer) {
            if link.role == Role::Worker {
                let held = self.machine.held_by(peer);
                say!("Worker {} has gone, with {held} tasks", link.name);
            }
            self.step(Event::Gone(peer));
            self.leaving.push(peer);
        }
    }

    /// Cuts a peer off, without an answer.
    pub(super) fn drop_link(&mut self, peer: Peer) {
        self.let_go(peer);
        if let Some(link) = self.links.remove(&peer) {
            link.outbox.line().close();
        }
    }
}
