//! Messages that wait for a peer, and the thread that sends them: a peer that reads slowly delays no
//! other peer, and one that does not read is cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::{io, thread};

use crate::line::Line;
use crate::mail::Mail;
use crate::wire::FromCluster;

/// How many packets may wait.
const OUTBOX: usize = 256;

pub(crate) struct Outbox {
    line: Arc<Line>,
    /// Without it, the thread says what is left, and that nothing follows.
    packets: Option<SyncSender<Mail<FromCluster>>>,
    waiting: Arc<AtomicUsize>,
}

impl Outbox {
    pub(crate) fn new(line: Arc<Line>) -> io::Result<Self> {
        let (packets, to_send) = sync_channel::<Mail<FromCluster>>(OUTBOX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let (writing, left) = (Arc::clone(&line), Arc::clone(&waiting));
        let write_all = move || {
            for packet in to_send {
                let sent = writing.post(&packet);
                left.fetch_sub(1, Ordering::AcqRel);
                if sent.is_err() {
                    // The thread that reads wakes up, and reports it gone.
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
        })
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Sends a packet, or puts it behind the others. Does not wait.
    pub(crate) fn put(&self, packet: Vec<FromCluster>) {
        let Some(packets) = &self.packets else {
            return;
        };
        let mail = self.line.mail(packet);
        // To wake the thread takes longer than to send a few bytes.
        if self.is_empty() && self.line.post_at_once(&mail).unwrap_or(true) {
            return;
        }
        self.waiting.fetch_add(1, Ordering::AcqRel);
        if let Err(TrySendError::Full(_)) = packets.try_send(mail) {
            self.line.close();
        }
    }

    /// Puts the last packet there is.
    pub(crate) fn put_last(&mut self, packet: Vec<FromCluster>) {
        self.put(packet);
        self.packets = None;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }
}
