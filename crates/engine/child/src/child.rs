//! How the end of a process reaches its handle.
//!
//! A pidfd says that our own child has ended, waitpid how. A child of a zygote is not ours to wait
//! for: the zygote does, and says how it ended over the line that the child has reported over.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use common::{EventId, Kind, record};
use nix::sys::socket::MsgFlags;

use crate::active;
use crate::exit::reap;
use crate::line::Heard;
use crate::report::Report;
use crate::wait::{wait_readable, wait_until};
use crate::{Exit, Process};

impl<T> Process<T> {
    /// Waits until the process ends, and gives how. Blocks until then; asked again, it gives
    /// the same.
    ///
    /// # Errors
    /// When this handle is a copy, in another process than the one that started it; when the
    /// system refuses, or something else in this process has waited for this child.
    pub fn wait(&mut self) -> io::Result<Exit> {
        loop {
            if let Some(exit) = self.wait_until(None)? {
                return Ok(exit);
            }
        }
    }

    /// Waits until the process ends, but not longer than `limit`: `None` when it still runs.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&mut self, limit: Duration) -> io::Result<Option<Exit>> {
        self.wait_until(Instant::now().checked_add(limit))
    }

    fn wait_until(&mut self, deadline: Option<Instant>) -> io::Result<Option<Exit>> {
        wait_until(&mut [&mut *self], deadline)?;
        Ok(self.exit)
    }

    /// What becomes readable when there is something to look at.
    pub(crate) fn fd_to_watch(&self) -> BorrowedFd<'_> {
        match self.zygote {
            None => self.pidfd.as_fd(),
            Some(_) => self.line.as_fd(),
        }
    }

    /// Looks at it: takes the ended child off the kernel's list and off ours, and its report.
    pub(crate) fn look(&mut self) -> io::Result<()> {
        if self.zygote.is_none() {
            self.exit = Some(reap(self.pid)?);
        }
        let heard = self.hear();
        if self.exit.is_some() {
            self.unlist();
            let cause = self.report.as_ref().map(Report::exit_event);
            let cause = cause.unwrap_or(EventId::NONE);
            record(Kind::Join, "", format_args!("{}", self.name), cause);
        }
        heard
    }

    /// Takes in what has been said so far. What a child reports, it reports before it ends.
    fn hear(&mut self) -> io::Result<()> {
        loop {
            match self.line.recv(MsgFlags::MSG_DONTWAIT) {
                Ok(Some(Heard::Report(report))) => self.report = Some(report),
                Ok(Some(Heard::Ended(exit))) => self.exit = Some(exit),
                Ok(Some(Heard::Started(..) | Heard::Refused(_))) => {}
                Ok(None) if self.exit.is_none() => {
                    return Err(io::Error::other("its zygote has ended before it"));
                }
                Ok(None) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
            if self.exit.is_some() && self.report.is_some() {
                return Ok(());
            }
        }
    }

    /// For drop, after a kill.
    pub(super) fn wait_for_death(&self) -> io::Result<()> {
        if self.zygote.is_none() {
            reap(self.pid)?;
            return Ok(());
        }
        while wait_readable(&[self.pidfd.as_fd()], None)? != Some(vec![true]) {}
        Ok(())
    }

    pub(super) fn unlist(&self) {
        active::unlist(&self.pidfd);
    }
}
