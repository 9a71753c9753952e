//! Messages that wait for a peer, and the thread that sends them. A peer that reads slowly delays
//! no other peer, and one that does not read is cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::{io, thread};

use crate::line::Line;
use crate::mail::Mail;
use crate::wire::FromCluster;

/// How many packets may wait for a peer.
const OUTBOX: usize = 256;

/// With more bytes of answers waiting, a peer is cut off at the next packet: several of the
/// longest. Tasks that are lent to it do not count, because `--memory` has a place for each.
const MOST_BYTES: usize = 64 << 20;

pub(crate) struct Outbox {
    line: Arc<Line>,
    /// `None` makes the thread send what is left and end the stream.
    packets: Option<SyncSender<(Mail<FromCluster>, usize)>>,
    waiting: Arc<AtomicUsize>,
    /// How many bytes of answers wait.
    bytes: Arc<AtomicUsize>,
}

impl Outbox {
    pub(crate) fn new(line: Arc<Line>) -> io::Result<Self> {
        let (packets, to_send) = sync_channel::<(Mail<FromCluster>, usize)>(OUTBOX);
        let (waiting, bytes) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let (writing, left) = (Arc::clone(&line), Arc::clone(&waiting));
        let bytes_left: Arc<AtomicUsize> = Arc::clone(&bytes);
        let write_all = move || {
            for (packet, bytes) in to_send {
                let sent = writing.post(&packet);
                bytes_left.fetch_sub(bytes, Ordering::AcqRel);
                left.fetch_sub(1, Ordering::AcqRel);
                if sent.is_err() {
                    // The thread that reads wakes up, and reports that the peer is gone.
                    writing.close();
                    break;
                }
            }
            writing.finish();
            left.store(0, Ordering::Release);
        };
        thread::Builder::new().spawn(write_all)?;
        Ok(Self {
            line,
            packets: Some(packets),
            waiting,
            bytes,
        })
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Sends a packet, or queues it after the others. Does not wait.
    pub(crate) fn put(&self, packet: Vec<FromCluster>) {
        let Some(packets) = &self.packets else {
            return;
        };
        let bytes = packet.iter().map(FromCluster::answer_bytes).sum();
        let mail = self.line.mail(packet);
        // Waking the thread takes longer than sending a few bytes.
        if self.is_empty() && self.line.post_at_once(&mail).unwrap_or(true) {
            return;
        }
        if self.bytes.fetch_add(bytes, Ordering::AcqRel) > MOST_BYTES {
            return self.line.close();
        }
        self.waiting.fetch_add(1, Ordering::AcqRel);
        if let Err(TrySendError::Full(_)) = packets.try_send((mail, bytes)) {
            self.line.close();
        }
    }

    /// Sends or queues the last packet: later ones are ignored.
    pub(crate) fn put_last(&mut self, packet: Vec<FromCluster>) {
        self.put(packet);
        self.packets = None;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use scheduler::TaskId;
    use scheduler::wire::{FromScheduler, ToScheduler};

    use super::*;
    use crate::line::tests::pair;
    use crate::line_error::LineError;
    use crate::wire::ToCluster;

    /// The peer asks for a long result again and again, and reads none.
    #[test]
    fn a_peer_that_leaves_much_unread_is_cut_off_however_few_answers_that_are() {
        let (peer, line) = pair();
        let outbox = Outbox::new(Arc::new(line)).unwrap();
        let bytes = 4 << 20;
        let is_cut = || {
            let received = outbox.line().recv::<ToCluster>(Duration::ZERO);
            matches!(received, Err(LineError::Disconnected))
        };
        let mut put = 0;
        while !is_cut() {
            assert!(put <= MOST_BYTES + 2 * bytes, "{put} bytes wait");
            let (id, outcome) = (TaskId(0), Ok(vec![7; bytes]));
            let finished = FromScheduler::Finished { id, outcome };
            outbox.put(vec![FromCluster::Machine(finished)]);
            put += bytes;
        }
        assert!(put > MOST_BYTES, "{put} bytes may wait");
        let alive = ToScheduler::Heartbeat { held: Vec::new() };
        let _cut = peer.send(&[ToCluster::Machine(alive)]);
    }
}
