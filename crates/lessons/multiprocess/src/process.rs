//! A child process with a name, a target, and a result.

mod ending;

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use common::{EventId, Kind, Message, record};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::active;
use crate::birth::{self, Job};
use crate::fork::fork_child;
use crate::line::{self, ParentsLine};
use crate::pidfd::open_or_kill;
use crate::report::Report;
use crate::zygote::Helper;
use crate::{Exit, Failure, Outcome, ProcessError, StartError};
use child::{End, pidfd};

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
    /// Whose handle it is. A copy of it in another process must leave the child alone.
    owner: u32,
    line: ParentsLine,
    pidfd: Arc<End>,
    /// Who forked the child and waits for it in our place, if we do not.
    zygote: Option<Arc<Helper>>,
    report: Option<Report>,
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
        let (line, childs_line) = line::pair()?;
        let cause = record(Kind::Fork, "", format_args!("{name}"), EventId::NONE);
        let parent = common::pid();
        let (pid, child) = fork_child(&name, move || {
            birth::run(parent, move || {
                Ok(Job {
                    cause,
                    line: childs_line.take_over()?,
                    target,
                })
            })
        })?;
        let pidfd = open_or_kill(pid)?;
        // The handle first: whatever happens from here on, its drop leaves no child behind.
        let process = Self::new(name, pid, line, pidfd);
        // The parent's copies of what it gave away. Only then does it hold exactly what the
        // child must not, and says so.
        drop(child);
        match process.line.hand_over() {
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
        match self.report.as_ref().map(Report::result) {
            Some(Ok(Ok(value))) if exit == Exit::Code(0) => Ok(value),
            Some(Ok(Err(Failure::Error(message)))) => Err(ProcessError::Failed { name, message }),
            Some(Ok(Err(Failure::Panic(message)))) => Err(ProcessError::Panicked { name, message }),
            Some(Err(source)) if exit == Exit::Code(0) => {
                Err(ProcessError::Undecodable { name, source })
            }
            _ => Err(ProcessError::Ended { name, exit }),
        }
    }
}

impl<T> Process<T> {
    /// The handle of a child that runs.
    pub(crate) fn new(name: String, pid: Pid, line: ParentsLine, pidfd: End) -> Self {
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
            exit: None,
            value: PhantomData,
        }
    }

    /// The handle of a child that a zygote forked, and that may have reported already.
    pub(crate) fn forked_by(mut self, zygote: &Arc<Helper>, report: Option<Report>) -> Self {
        self.zygote = Some(Arc::clone(zygote));
        self.report = report;
        self
    }

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

    /// Asks the process to end (SIGTERM). Does not wait. Nothing happens when it has ended.
    ///
    /// # Errors
    /// When this handle is a copy, in another process than the one that started it; or when the
    /// system refuses.
    pub fn terminate(&self) -> io::Result<()> {
        self.signal(Signal::SIGTERM)
    }

    /// Ends the process (SIGKILL), wherever it is. Does not wait. Nothing happens when it has ended.
    ///
    /// # Errors
    /// As [`terminate`](Self::terminate).
    pub fn kill(&self) -> io::Result<()> {
        self.signal(Signal::SIGKILL)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        self.check_owner()?;
        if self.exit.is_some() {
            return Ok(());
        }
        record(Kind::Kill, "", format_args!("{}", self.name), EventId::NONE);
        match pidfd::send_signal(&self.pidfd, signal) {
            // It has ended by itself, and its zygote has waited for it.
            Err(error) if error.raw_os_error() == Some(Errno::ESRCH as i32) => Ok(()),
            other => other,
        }
    }

    /// A handle in memory that `fork` has copied is another process's.
    pub(crate) fn check_owner(&self) -> io::Result<()> {
        if self.owner == common::pid() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "process {} was started by another process ({}), which alone may wait for it or \
                 end it",
                self.name, self.owner
            ),
        ))
    }
}

impl<T> Drop for Process<T> {
    fn drop(&mut self) {
        if self.exit.is_none() && self.owner == common::pid() {
            // Both fail only when somebody else has waited for the child: then it is gone.
            let _gone = self.kill();
            let _gone = self.wait_for_death();
            self.unlist();
            record(Kind::Join, "", format_args!("{}", self.name), EventId::NONE);
        }
    }
}
