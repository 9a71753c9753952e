//! The kernel's own pipe(2), with its reads, writes and closes in the log, for the programs that
//! show the system calls as they are.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::Instant;

use common::{EventId, Trace, is_recording, life};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::Shared;
use crate::readable::wait_readable;
use crate::writes::Writes;

/// One end of a kernel pipe: a descriptor. Drop closes it in this process alone: each process has
/// to close the ends that `fork` has copied and that it does not use.
#[derive(Debug)]
pub struct PipeEnd {
    fd: OwnedFd,
    trace: Rc<Trace>,
    is_writing: bool,
    /// `None` if the run is not recorded.
    writes: Option<Rc<Shared<Writes>>>,
}

/// Makes a kernel pipe: the end to read from, and the end to write into.
///
/// # Errors
/// When the limit on open files is reached.
///
/// Source: pipe(2).
pub fn pipe() -> io::Result<(PipeEnd, PipeEnd)> {
    let (reading, writing) = nix::unistd::pipe()?;
    let trace = Rc::new(Trace::new("pipe"));
    let writes = match is_recording() {
        true => Some(Rc::new(Shared::new(Writes::default())?)),
        false => None,
    };
    let end = |fd, is_writing| PipeEnd {
        fd,
        trace: Rc::clone(&trace),
        is_writing,
        writes: writes.clone(),
    };
    Ok((end(reading, false), end(writing, true)))
}

/// read(2): returns the available bytes, up to the length of the buffer, and 0 at the end of the
/// stream. Blocks while the pipe is empty and some process has the other end open.
impl Read for &PipeEnd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if is_recording() && wait_readable(&[self.fd.as_fd()], Some(Instant::now()))?.is_none() {
            self.trace.waits();
        }
        let got = nix::unistd::read(&self.fd, buffer).inspect_err(|_| life::resumes())?;
        if let Some(writes) = &self.writes {
            writes.note_read(&self.trace, got);
        }
        if got == 0 && !buffer.is_empty() {
            self.trace.ended(EventId::NONE);
        }
        // The bytes of one read may be less than any write has written, so a read itself is no event.
        life::resumes();
        Ok(got)
    }
}

/// write(2): blocks while the pipe is full (64 KiB) and some process has the other end open.
impl Write for &PipeEnd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let what = format_args!("{} bytes", bytes.len());
        let send = self.trace.sends(&what, &mut []);
        if let Some(writes) = &self.writes {
            writes.note_write(bytes.len(), send);
            if writes.is_full() || !is_writable(self.fd.as_fd()) {
                self.trace.waits_for_room(false);
            }
        }
        let written = nix::unistd::write(&self.fd, bytes);
        if let Some(writes) = &self.writes
            && written != Ok(bytes.len())
        {
            writes.note_tear();
        }
        match written {
            Ok(_) => life::resumes(),
            Err(_) => self.trace.gives_back(&what, send),
        }
        Ok(written?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_writable(fd: BorrowedFd<'_>) -> bool {
    let mut ready = [PollFd::new(fd, PollFlags::POLLOUT)];
    matches!(poll(&mut ready, PollTimeout::ZERO), Ok(1..))
}

impl AsFd for PipeEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        match self.is_writing {
            true => self.trace.closes_sending_end(),
            false => self.trace.closes_receiving_end(),
        };
    }
}
