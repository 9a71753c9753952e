//! The output of a running program so far.

use std::io::Read;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The most bytes that are kept of each stream; more output ends the program.
pub(crate) const MOST_OUTPUT: usize = 4 << 20;

/// How long the rest of an output may take when all processes that could print have been killed. Only
/// one that could not be killed needs longer.
pub(crate) const REST: Duration = Duration::from_secs(5);

/// The output of a program, read by a thread as it comes.
#[derive(Default)]
pub(crate) struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Disconnected when the thread has ended.
    reader: Option<Receiver<()>>,
}

impl Stream {
    pub(crate) fn new(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let (reads, reader) = channel::<()>();
        thread::spawn(move || {
            let _until_the_end = reads;
            let mut block = [0; 4096];
            while let Ok(length @ 1..) = pipe.read(&mut block) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                // Bytes beyond the limit are read, so that the program does not block, and dropped.
                if kept.len() <= MOST_OUTPUT {
                    kept.extend_from_slice(&block[..length]);
                }
            }
        });
        let reader = Some(reader);
        Self { bytes, reader }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn end(mut self) -> String {
        // No process should have the pipe open any more, so the thread ends.
        if let Some(reader) = self.reader.take() {
            let _disconnected = reader.recv_timeout(REST);
        }
        self.text()
    }
}
