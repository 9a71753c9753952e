//! Packets on their way to the workers: they are put into the queue while it has room.

use std::collections::VecDeque;
use std::io;

use child::Shelf;
use common::Message;

use crate::error::Cause;
use crate::ledger::Ledger;
use crate::queues::Queues;
use crate::results::failed;
use crate::wire::{Arguments, Packet};

/// Longer arguments lie on the shelf. A packet of this length fits into the queue.
const LONG_BYTES: usize = 1 << 20;

/// Packets that wait for room, and how many have been put into the queue.
pub(crate) struct Outgoing {
    /// Packets that wait for room in the queue.
    backlog: VecDeque<Packet>,
    /// Long arguments, by their first task, until they are answered.
    shelf: Shelf,
    /// How many packets have been put into the queue.
    put: u64,
}

impl Outgoing {
    pub(crate) fn new(shelf: Shelf) -> Self {
        Self {
            backlog: VecDeque::new(),
            shelf,
            put: 0,
        }
    }

    /// Adds a packet after the waiting ones.
    #[inline]
    pub(crate) fn add(&mut self, packet: Packet) {
        self.backlog.push_back(packet);
    }

    /// Whether no packet waits for room.
    pub(crate) fn is_empty(&self) -> bool {
        self.backlog.is_empty()
    }

    /// Puts packets into the queue while there is room. A packet whose arguments cannot be stored
    /// on the shelf is answered in the ledger instead.
    pub(crate) fn send<R: Message>(&mut self, ledger: &mut Ledger<R>, queues: &impl Queues<R>) {
        while let Some(mut packet) = self.backlog.pop_front() {
            let entry = packet.entry;
            let unsent = match self.shelve(&mut packet) {
                Ok(true) => queues.try_put(packet),
                Ok(false) => Err(packet),
                Err(why) => {
                    let tasks = packet.tasks();
                    let refused = failed(tasks.clone(), Cause::Refused(why));
                    ledger.answer(entry, tasks.start, refused);
                    continue;
                }
            };
            if let Err(packet) = unsent {
                self.backlog.push_front(packet);
                break;
            }
            ledger.note_position(entry, self.put);
            self.put += 1;
        }
    }

    /// Puts long arguments on the shelf; returns false while there is no room for them.
    #[inline]
    fn shelve(&mut self, packet: &mut Packet) -> Result<bool, String> {
        let bytes = match &packet.arguments {
            Arguments::Here(bytes) if bytes.len() > LONG_BYTES => bytes,
            _ => return Ok(true),
        };
        if !self.shelf.has_room(bytes.len()) {
            return Ok(false);
        }
        let why =
            |error: io::Error| format!("no room for {} bytes of arguments: {error}", bytes.len());
        let extent = self.shelf.put(packet.first_task, bytes).map_err(why)?;
        packet.arguments = Arguments::OnShelf(extent);
        Ok(true)
    }

    /// The position in the queue's order of the first packet that no worker has taken.
    pub(crate) fn first_in_queue<R>(&self, queues: &impl Queues<R>) -> u64 {
        self.put - queues.len_packets() as u64
    }

    /// Frees the long arguments of the packet with this first task, which is answered or lost.
    pub(crate) fn answered(&mut self, first_task: u64) {
        self.shelf.free(first_task);
    }

    /// Drops the waiting packets.
    pub(crate) fn drop_waiting(&mut self) {
        self.backlog.clear();
    }

    /// Drops the waiting packets, and all long arguments: no process is left to read them.
    pub(crate) fn clear(&mut self) {
        self.drop_waiting();
        self.shelf.clear();
    }
}
