//! The thread that commits to the disk. Meanwhile the hub decides the next turn.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};

use super::effects::Decided;
use crate::lobby::Input;
use crate::store::Store;
use crate::wire::Queue;

/// Decisions that are on disk, and whether rows of forgotten batches remain; or the reason why
/// nothing more can be written.
type Written = Result<(Decided, bool), String>;

/// Commits the hub's decisions one after the other, and returns each when its messages may be sent.
pub(crate) struct Writer {
    pub(super) queue: Queue,
    /// `None` ends the thread.
    to_write: Option<SyncSender<Decided>>,
    written: Receiver<Written>,
    is_writing: bool,
    is_sweeping: bool,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. After a commit it wakes the hub through `inputs`, unless that is full.
    pub(crate) fn start(store: Store, inputs: SyncSender<Input>) -> io::Result<Self> {
        let (queue, is_sweeping) = (store.queue(), store.is_sweeping());
        let (to_write, decisions) = sync_channel::<Decided>(1);
        let (sender, written) = sync_channel::<Written>(1);
        let write_all = move || {
            for decided in decisions {
                let done = store.keep(&decided.records);
                let sent = sender.send(done.map(|()| (decided, store.is_sweeping())));
                let _awake = inputs.try_send(Input::Written);
                if sent.is_err() {
                    break;
                }
            }
        };
        let thread = thread::Builder::new().name("writer".to_owned());
        Ok(Self {
            queue,
            to_write: Some(to_write),
            written,
            is_writing: false,
            is_sweeping,
            thread: Some(thread.spawn(write_all)?),
        })
    }

    pub(super) fn is_writing(&self) -> bool {
        self.is_writing
    }

    /// Whether rows of forgotten batches remain; each commit deletes some.
    pub(super) fn is_sweeping(&self) -> bool {
        self.is_sweeping
    }

    /// Starts a commit. Panics if one is under way.
    pub(super) fn begin(&mut self, decided: Decided) {
        assert!(!self.is_writing, "one commit at a time");
        self.is_writing = true;
        if let Some(to_write) = &self.to_write {
            // If the thread has ended, `wait` reports it.
            let _ended = to_write.send(decided);
        }
    }

    /// Returns the decisions of a commit that has finished. Does not wait.
    pub(super) fn poll(&mut self) -> Result<Option<Decided>, String> {
        match self.written.try_recv() {
            Ok(written) => self.end(written).map(Some),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(ENDED.to_owned()),
        }
    }

    /// Blocks until the commit under way, if any, is on disk, and returns its decisions.
    pub(super) fn wait(&mut self) -> Result<Option<Decided>, String> {
        if !self.is_writing {
            return Ok(None);
        }
        let written = self.written.recv().map_err(|_| ENDED.to_owned())?;
        self.end(written).map(Some)
    }

    fn end(&mut self, written: Written) -> Result<Decided, String> {
        self.is_writing = false;
        let (decided, is_sweeping) = written?;
        self.is_sweeping = is_sweeping;
        Ok(decided)
    }
}

const ENDED: &str = "the thread that writes to the disk has ended; start the scheduler again";

/// Blocks until the commit under way is on disk, and closes the database.
impl Drop for Writer {
    fn drop(&mut self) {
        self.to_write = None;
        let _panicked = self.thread.take().map(JoinHandle::join);
    }
}
