//! How much may be on its way from the peers to the thread that decides: bytes, as one packet has
//! seventeen million and another one ten.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Several of the longest packets.
pub(crate) const ROOM_BYTES: usize = 64 << 20;

/// The room that is left.
pub(crate) struct Room {
    free: Mutex<usize>,
    has_more: Condvar,
    /// Held by the one that waits: many small packets do not keep a large one out.
    turn: Mutex<()>,
}

/// What a packet takes, until it is dropped.
pub(crate) struct Load {
    room: Arc<Room>,
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            free: Mutex::new(ROOM_BYTES),
            has_more: Condvar::new(),
            turn: Mutex::new(()),
        }
    }
}

impl Room {
    /// Blocks until there is room for a packet. One for which there never is takes all.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Load {
        let bytes = bytes.min(ROOM_BYTES);
        let _turn = lock(&self.turn);
        let is_full = |free: &mut usize| *free < bytes;
        let free = self.has_more.wait_while(lock(&self.free), is_full);
        *free.unwrap_or_else(PoisonError::into_inner) -= bytes;
        let room = Arc::clone(self);
        Load { room, bytes }
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
    use std::time::Duration;

    use super::*;

    /// It would wait for as long as there are small ones.
    #[test]
    fn a_large_packet_has_its_turn_before_later_small_ones() {
        let room: Arc<Room> = Arc::default();
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
