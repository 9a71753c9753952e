//! Limits for packets on their way from the peers to the hub. One limit is in bytes, until a packet was
//! carried out, because a packet may have ten bytes or seventeen million. The other is how many long
//! packets may arrive at a time: the part that has arrived takes memory before the packet is complete.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::wire::PACKET_BYTES;

/// Several of the longest packets.
pub(crate) const ROOM_BYTES: usize = 64 << 20;

/// Longer than any packet of small messages. A packet up to this length may arrive at any time, so
/// a peer that sends a long one slowly cannot keep out a heartbeat.
pub(crate) const LONG_BYTES: usize = 2 * PACKET_BYTES;

/// How many longer packets may arrive at a time: a gigabyte of them. More than a network brings at once,
/// because a peer that can send nothing for three seconds takes the scheduler for dead and reconnects.
pub(crate) const MOST_LONG: usize = 64;

/// How long a packet may take on its way, in either direction. Half a megabit a second is enough for
/// the longest one, of 16 MiB; a peer that sends slower, or a byte now and then, would keep its place and
/// its leases forever.
pub(crate) const LONG_LIMIT: Duration = Duration::from_mins(5);

/// Room that packets share: bytes, or places.
pub(crate) struct Room {
    all: usize,
    free: Mutex<usize>,
    has_more: Condvar,
    /// Held by the caller that waits, so that small packets cannot overtake a large one.
    turn: Mutex<()>,
}

/// The room that a packet takes. Drop releases it.
pub(crate) struct Load {
    room: Arc<Room>,
    bytes: usize,
}

impl Room {
    pub(crate) fn of(all: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            free: Mutex::new(all),
            has_more: Condvar::new(),
            turn: Mutex::new(()),
        })
    }

    /// Takes room for a packet; blocks until there is some. A packet larger than the room takes all.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Load {
        let bytes = bytes.min(self.all);
        let _turn = lock(&self.turn);
        let is_full = |free: &mut usize| *free < bytes;
        let free = self.has_more.wait_while(lock(&self.free), is_full);
        *free.unwrap_or_else(PoisonError::into_inner) -= bytes;
        let room = Arc::clone(self);
        Load { room, bytes }
    }

    /// Takes one place, where each takes one. Blocks for `limit` at most; `None` if none became free.
    pub(crate) fn take_one(self: &Arc<Self>, limit: Duration) -> Option<Load> {
        let is_full = |free: &mut usize| *free == 0;
        let waited = self
            .has_more
            .wait_timeout_while(lock(&self.free), limit, is_full);
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        let room = Arc::clone(self);
        Some(Load { room, bytes: 1 })
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        *lock(&self.room.free) += self.bytes;
        self.room.has_more.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    /// Otherwise it would wait for as long as small ones arrive.
    #[test]
    fn a_large_packet_has_its_turn_before_later_small_ones() {
        let room = Room::of(ROOM_BYTES);
        let first = room.take(ROOM_BYTES / 2);
        let (taken, takes) = channel();
        thread::scope(|scope| {
            for bytes in [usize::MAX, 1] {
                let (room, taken) = (&room, taken.clone());
                scope.spawn(move || {
                    let load = room.take(bytes);
                    taken.send((bytes, load)).unwrap();
                });
                let none = takes.recv_timeout(Duration::from_millis(50));
                assert!(none.is_err(), "there is no room for {bytes}");
            }
            drop(first);
            let limit = Duration::from_secs(10);
            let (bytes, large) = takes.recv_timeout(limit).unwrap();
            assert_eq!(bytes, usize::MAX);
            drop(large);
            let (bytes, _small) = takes.recv_timeout(limit).unwrap();
            assert_eq!(bytes, 1);
        });
    }
}
