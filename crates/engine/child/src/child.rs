//! A child, as the process that started it holds it, and how that process learns of its end.
//!
//! The pidfd of our own child becomes readable when the child has ended, and waitpid returns its
//! status. A child of a zygote is not ours to wait for: the zygote waits for it, and reports its
//! status over the line over which the child has reported.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use common::{EventId, life};
use nix::sys::signal::Signal;
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::line::{ParentsLine, Received};
use crate::pidfd::{self, open_or_kill};
use crate::readable::wait_readable;
use crate::reap::reap;
use crate::{End, active};

/// A child that runs, or has ended and has not been dropped. Drop kills it and waits for its end,
/// so that neither a process nor a zombie is left.
///
/// It becomes readable ([`AsFd`]) when there is something for [`look`](Self::look) to take in.
#[derive(Debug)]
pub struct Child {
    name: String,
    pid: Pid,
    /// The process that started it. A copy of this value in another process does nothing to the child.
    owner: u32,
    line: ParentsLine,
    pidfd: Arc<End>,
    /// The zygote that forked the child and waits for it, if this process did not.
    zygote: Option<Arc<Forker>>,
    /// The child's last event, and its result.
    report: Option<(EventId, Vec<u8>)>,
    status: Option<i32>,
}

/// A zygote, which lives as long as its handle or one of its children needs it: drop ends it.
#[derive(Debug)]
pub(crate) struct Forker {
    pub(crate) child: Child,
    pub(crate) orders: End,
}

impl Child {
    /// A child that this process has just forked, and the parent's end of its line.
    ///
    /// # Errors
    /// When no pidfd can be opened, at the limit on open files; the child is then dead.
    pub fn new(name: String, pid: Pid, line: ParentsLine) -> io::Result<Self> {
        Ok(Self::held(name, pid, line, open_or_kill(pid)?))
    }

    fn held(name: String, pid: Pid, line: ParentsLine, pidfd: End) -> Self {
        let pidfd = Arc::new(pidfd);
        active::list(&name, pid, &pidfd);
        Self {
            name,
            pid,
            owner: common::pid(),
            line,
            pidfd,
            zygote: None,
            report: None,
            status: None,
        }
    }

    /// A child that `zygote` has forked, with its report if it has already reported.
    pub(crate) fn of_zygote(
        zygote: &Arc<Forker>,
        (name, pid): (String, Pid),
        (line, pidfd): (ParentsLine, End),
        report: Option<(EventId, Vec<u8>)>,
    ) -> Self {
        let mut child = Self::held(name, pid, line, pidfd);
        child.zygote = Some(Arc::clone(zygote));
        child.report = report;
        child
    }

    /// The name with which it was started.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The parent's end of its line.
    #[must_use]
    pub fn line(&self) -> &ParentsLine {
        &self.line
    }

    /// Its wait status, once [`look`](Self::look) has found that it has ended.
    #[must_use]
    pub fn status(&self) -> Option<i32> {
        self.status
    }

    /// The result that it has reported, if any. A child reports before it ends.
    #[must_use]
    pub fn report(&self) -> Option<&[u8]> {
        self.report.as_ref().map(|(_, result)| &**result)
    }

    /// Refuses a copy of this value that `fork` has made in another process.
    ///
    /// # Errors
    /// When this process has not started the child.
    pub fn check_owner(&self) -> io::Result<()> {
        if self.owner == common::pid() {
            return Ok(());
        }
        let text = format!(
            "process {} was started by another process ({}), which alone may wait for it or end it",
            self.name, self.owner
        );
        Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
    }

    /// Sends a signal to the child. Does not wait. Does nothing if the child has ended.
    ///
    /// # Errors
    /// Those of [`check_owner`](Self::check_owner) and pidfd_send_signal(2).
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        self.check_owner()?;
        if self.status.is_some() {
            return Ok(());
        }
        life::kills(&self.name);
        pidfd::send_signal(&self.pidfd, signal)
    }

    /// Takes in the child's report, and its [`status`](Self::status) if it has ended, which also
    /// removes it from the kernel's list. To be called when it is readable.
    ///
    /// # Errors
    /// When the system refuses, other code has waited for this child, or its zygote has died.
    pub fn look(&mut self) -> io::Result<()> {
        if self.zygote.is_none() {
            self.status = Some(reap(self.pid)?);
        }
        let received = self.receive_reports();
        if self.status.is_some() {
            active::unlist(&self.pidfd);
            match &self.report {
                Some((exit, _)) => life::joins(&self.name, *exit),
                None => life::reaps(&self.name),
            }
        }
        received
    }

    fn receive_reports(&mut self) -> io::Result<()> {
        while self.status.is_none() || self.report.is_none() {
            match self.line.recv(MsgFlags::MSG_DONTWAIT) {
                Ok(Some(Received::Report(exit, result))) => self.report = Some((exit, result)),
                Ok(Some(Received::Ended(status))) => self.status = Some(status),
                Ok(Some(Received::Started(..) | Received::Refused(_))) => {}
                Ok(None) if self.status.is_none() => {
                    return Err(io::Error::other("its zygote has ended before it"));
                }
                Ok(None) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn wait_for_death(&self) -> io::Result<()> {
        if self.zygote.is_none() {
            reap(self.pid)?;
            return Ok(());
        }
        while wait_readable(&[self.pidfd.as_fd()], None)? != Some(vec![true]) {}
        Ok(())
    }
}

impl AsFd for Child {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self.zygote {
            None => self.pidfd.as_fd(),
            Some(_) => self.line.as_fd(),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.status.is_none() && self.owner == common::pid() {
            // Both fail only if other code has waited for the child: then it is dead.
            let _gone = self.signal(Signal::SIGKILL);
            let _gone = self.wait_for_death();
            active::unlist(&self.pidfd);
            life::reaps(&self.name);
        }
    }
}
