//! A child process with a name, a target, and a result.

use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use common::{EventId, Kind, Message, record};
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::active::{ActiveChild, children};
use crate::exit::reap;
use crate::fork::{fork_child, pidfd_open};
use crate::wait::wait_until;
use crate::{End, Exit, Failure, Outcome, ProcessError, StartError, child, report};

/// A child process that runs one target, and the value `T` that will come of it.
///
/// ```no_run
/// use multiprocess::Process;
///
/// let process = Process::start("adder", || 2_u32 + 3)?;
/// assert_eq!(process.join()?, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Drop kills the process and waits for its end, so that nothing is left behind. The process
/// is killed, too, when its parent dies.
#[derive(Debug)]
#[must_use = "a process whose handle is dropped is killed: join it"]
pub struct Process<T> {
    name: String,
    pid: Pid,
    /// Whose child it is. A copy of the handle in another process must leave it alone.
    parent: u32,
    report: report::Parent,
    /// Readable when the child has ended. `None` only while it is being started.
    pidfd: Option<End>,
    exit: Option<Exit>,
    value: PhantomData<fn() -> T>,
}

impl<T: Message> Process<T> {
    /// Forks a child that calls `target` and ends.
    ///
    /// The child sees everything as it was at this moment, in a copy of its own. Of the ends of
    /// pipes and queues it holds exactly those that were moved into `target`; the parent's
    /// copies of these are dropped, the child's copies of all others are closed.
    ///
    /// # Errors
    /// [`StartError::Threads`] when this process has a second thread (see
    /// [`only_thread`](crate::only_thread)); [`StartError::Os`] when the system refuses.
    pub fn start<O, F>(name: impl Into<String>, target: F) -> Result<Self, StartError>
    where
        O: Outcome<Value = T>,
        F: FnOnce() -> O + 'static,
    {
        let name = name.into();
        let (report, child_end) = report::pair()?;
        let parent = common::pid();
        let (pid, child) = fork_child(&name, move || child::run(parent, child_end, target))?;
        // The handle first: whatever happens from here on, its drop leaves no child behind.
        let mut process = Self {
            name,
            pid,
            parent,
            report,
            pidfd: None,
            exit: None,
            value: PhantomData,
        };
        children().push(ActiveChild {
            name: process.name.clone(),
            pid: process.pid(),
        });
        let pidfd = pidfd_open(pid).map_err(|errno| StartError::Os {
            tried: "open a pidfd",
            source: errno.into(),
        })?;
        process.pidfd = Some(End::new(pidfd));
        // The parent's copies of what it gave away. Only then does it hold exactly what the
        // child must not, and says so.
        drop(child);
        match process.report.hand_over() {
            Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(StartError::Os {
                tried: "tell the child which ends it was given",
                source,
            }),
            // A child that has died already is told by `join`.
            _ => Ok(process),
        }
    }

    /// Waits until the process ends, and gives what its target returned.
    ///
    /// # Errors
    /// [`ProcessError`], which names the process: its target failed or panicked, or it was
    /// killed, or it ended with an exit code of its own.
    pub fn join(mut self) -> Result<T, ProcessError> {
        let exit = self.wait().map_err(|source| ProcessError::Os {
            name: self.name.clone(),
            source,
        })?;
        let name = self.name.clone();
        match self.report.result() {
            Ok(Some(Ok(value))) if exit == Exit::Code(0) => Ok(value),
            Ok(Some(Err(Failure::Error(message)))) => Err(ProcessError::Failed { name, message }),
            Ok(Some(Err(Failure::Panic(message)))) => Err(ProcessError::Panicked { name, message }),
            Err(source) if exit == Exit::Code(0) => Err(ProcessError::Undecodable { name, source }),
            _ => Err(ProcessError::Ended { name, exit }),
        }
    }

    /// Waits until the process ends, and gives how. Blocks until then; asked again, it gives
    /// the same.
    ///
    /// # Errors
    /// When the system refuses, or somebody else has waited for this child.
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

    /// What to watch for: its end, and its report, which somebody has to read or it never ends.
    pub(crate) fn fds_to_watch(&self) -> [BorrowedFd<'_>; 2] {
        let end = self.pidfd.as_ref().expect("there since its start").as_fd();
        [end, self.report.fd_to_watch().unwrap_or(end)]
    }

    /// Takes in what there is of its report, and its end if that has been seen. In this order: what
    /// a child reports, it reports before it ends.
    pub(crate) fn look(&mut self, has_ended: bool) -> io::Result<()> {
        self.report.read()?;
        if has_ended { self.reap() } else { Ok(()) }
    }

    /// Takes the ended child off the kernel's list and off ours.
    fn reap(&mut self) -> io::Result<()> {
        self.exit = Some(reap(self.pid)?);
        let pid = self.pid();
        children().retain(|child| child.pid != pid);
        let cause = self.report.exit_event();
        record(Kind::Join, "", format_args!("{}", self.name), cause);
        Ok(())
    }
}

impl<T> Process<T> {
    /// The name it was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id. After the process has been waited for, another one may get the number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    /// How it ended, as far as `wait` or `wait_timeout` has seen it.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.exit
    }

    /// Asks the process to end (SIGTERM). Does not wait.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn terminate(&self) -> io::Result<()> {
        self.signal(Signal::SIGTERM)
    }

    /// Ends the process (SIGKILL), wherever it is. Does not wait.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&self) -> io::Result<()> {
        self.signal(Signal::SIGKILL)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        // Once waited for, the number may belong to somebody else; and a copy of the handle in
        // another process has no business with it.
        if self.exit.is_some() || self.parent != common::pid() {
            return Ok(());
        }
        record(Kind::Kill, "", format_args!("{}", self.name), EventId::NONE);
        Ok(signal::kill(self.pid, signal)?)
    }
}

impl<T> Drop for Process<T> {
    fn drop(&mut self) {
        if self.exit.is_none() && self.parent == common::pid() {
            // Both fail only when somebody else has waited for the child: then it is gone.
            let _gone = self.kill();
            let _gone = reap(self.pid);
            let pid = self.pid();
            children().retain(|child| child.pid != pid);
        }
    }
}
