//! Reads the signals that end a run one by one, so that they do not end the process that watches it.

use std::io;
use std::os::fd::AsFd;
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use common::is_ignored;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Ctrl-C, Ctrl-\\, `kill` and a closed terminal, unless `nohup` has this program ignore that; and SIGCHLD,
/// so that the end of a child ends a sleep.
const READ: [Signal; 5] = [
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGCHLD,
];

/// While this value lives, the calling thread has those signals blocked and reads them. Dropping it
/// restores the previous mask, so that Ctrl-C ends the process again.
pub(crate) struct Signals {
    arrived: SignalFd,
    before: SigSet,
}

impl Signals {
    /// Blocks the signals. A process that is started from now on inherits the mask: see [`unblock`].
    pub(crate) fn block() -> io::Result<Self> {
        let mut all = SigSet::from_iter(READ);
        if is_ignored(Signal::SIGHUP) {
            all.remove(Signal::SIGHUP);
        }
        let arrived = SignalFd::with_flags(&all, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        let before = all.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Self { arrived, before })
    }

    /// The numbers of the signals that were not blocked before.
    pub(crate) fn added(&self) -> Vec<i32> {
        let added = READ.iter().filter(|signal| !self.before.contains(**signal));
        added.map(|signal| *signal as i32).collect()
    }

    /// Returns the next signal that has arrived, if any. Does not wait.
    pub(crate) fn next(&mut self) -> io::Result<Option<Signal>> {
        let Some(signal) = self.arrived.read_signal()? else {
            return Ok(None);
        };
        Ok(Signal::try_from(signal.ssi_signo.cast_signed()).ok())
    }

    /// Sleeps until a signal has arrived or `limit` is over.
    pub(crate) fn sleep(&self, limit: Duration) -> io::Result<()> {
        let timeout = PollTimeout::try_from(limit.as_millis().saturating_add(1));
        let mut fds = [PollFd::new(self.arrived.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, timeout.unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Runs `work` on a second thread and returns its result, or `None` if a signal that ends this
    /// process arrives first. In that case the thread is not waited for, and ends with the process.
    pub(crate) fn work<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Option<T>> {
        let (over, is_at_work) = io::pipe()?;
        let thread = thread::Builder::new().spawn(move || {
            let _closed_at_the_end = is_at_work;
            work()
        })?;
        loop {
            while let Some(signal) = self.next()? {
                if signal != Signal::SIGCHLD {
                    return Ok(None);
                }
            }
            let mut fds =
                [self.arrived.as_fd(), over.as_fd()].map(|fd| PollFd::new(fd, PollFlags::POLLIN));
            match poll(&mut fds, PollTimeout::NONE) {
                Ok(_) if fds[1].any() == Some(true) => break,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        match thread.join() {
            Ok(result) => Ok(Some(result)),
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // The call fails only for an invalid mask.
        let _put_back = self.before.thread_set_mask();
    }
}

/// Removes the signals with these numbers from the calling thread's mask. A signal that arrived
/// while it was blocked is delivered now, so none is lost.
pub(crate) fn unblock(numbers: &[i32]) -> io::Result<()> {
    let signals = numbers.iter().flat_map(|&number| Signal::try_from(number));
    Ok(SigSet::from_iter(signals).thread_unblock()?)
}
