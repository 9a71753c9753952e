//! The output of a running program so far.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// The most bytes that are kept of each stream; more output ends the program.
pub(crate) const MOST_OUTPUT: usize = 1 << 20;

/// The output of a program, read by a thread as it comes.
#[derive(Default)]
pub(crate) struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    pub(crate) fn new(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
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
        // No process has the pipe open any more, so the reader thread ends.
        if let Some(reader) = self.reader.take() {
            let _never_panics = reader.join();
        }
        self.text()
    }
}
