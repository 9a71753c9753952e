//! A child process with a name, a target (the function that it calls), and a result.

use std::io;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use child::{Child, line}; // A line is a socket pair, through which the child sends its result.
use common::log::what;
use common::{Message, decode, life};
use nix::sys::signal::Signal;

use crate::fork::fork_child;
use crate::wait::wait_until;
use crate::{Exit, Failure, Outcome, ProcessError, StartError, birth}; // Outcome: a value, or a `Result`.

/// The handle of a child process that runs one target and returns a `T`. (A [`Message`] is a value
/// that can become bytes and a value again; that is how the result comes back from the child.)
///
/// ```no_run
/// use multiprocess::Process;
///
/// let process = Process::start("adder", || 2_u32 + 3)?;
/// assert_eq!(process.join()?, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Drop (of the `Child` in it) kills the process and waits for its end, so that no process is left
/// over. The process is also killed when its parent dies.
#[derive(Debug)]
#[must_use = "a process whose handle is dropped is killed: join it"]
pub struct Process<T> {
    child: Child,
    value: PhantomData<fn() -> T>,
}

impl<T: Message> Process<T> {
    /// Forks a child that calls `target` and ends. Does not wait for it.
    ///
    /// The child has a copy of the parent's memory as it is at this moment. Of the ends of `ipc_pipe`
    /// and `ipc_queue` it holds exactly those that were moved into `target`: the parent drops its
    /// copies of these, and the child closes its copies of all others.
    ///
    /// # Errors
    /// [`StartError::Threads`] when this process has a second thread (see
    /// [`only_thread`](crate::only_thread)); [`StartError::Locked`] when it holds a lock of shared
    /// memory and has used the values through its guard; [`StartError::Os`] when the system refuses.
    pub fn start<O, F>(name: impl Into<String>, target: F) -> Result<Self, StartError>
    where
        O: Outcome<Value = T>,
        F: FnOnce() -> O + 'static,
    {
        let name = name.into();
        let (line, childs_line) = line::pair().map_err(StartError::os("make a socket pair"))?;
        let parent = common::pid();
        let run = move |event| {
            birth::die_with(parent)?;
            let line = childs_line.take_over()?;
            Ok(birth::run(&line, event, target))
        };
        let (pid, not_run) = fork_child(&name, || life::forks(&name), run)?;
        // Make the handle first: if a later step fails, its drop kills the child and waits for it.
        let child = Child::new(name, pid, line).map_err(StartError::os("open a pidfd"))?;
        // The parent has `run` back, not called: its copies of the ends it gave away go with it. Then the
        // child, which waits in `take_over`, closes its copies of those that the parent kept.
        drop(not_run);
        let handed_over = child.line().hand_over();
        handed_over.map_err(StartError::os("tell the child which ends it was given"))?;
        Ok(child.into())
    }

    /// Waits until the process ends, and returns what its target returned.
    ///
    /// # Errors
    /// [`ProcessError`], which names the process: its target failed or panicked, or the process was
    /// killed or ended with an exit code of its own.
    pub fn join(mut self) -> Result<T, ProcessError> {
        // The wait also takes in the result. So a child with a long one can end (see `tiny-process`).
        let exit = self.wait();
        let (name, report) = (self.name().to_owned(), self.child.report());
        let exit = match exit {
            Ok(exit) => exit,
            Err(source) => return Err(ProcessError::Os { name, source }),
        };
        match report.map(decode::<Result<T, Failure>>) {
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

/// Converts a process into the engine's handle, for a supervisor that waits for many at a time.
impl<T> From<Process<T>> for Child {
    fn from(process: Process<T>) -> Self {
        process.child
    }
}

/// Converts the engine's handle of a child whose target returns a `T`.
impl<T> From<Child> for Process<T> {
    fn from(child: Child) -> Self {
        let value = PhantomData;
        Self { child, value }
    }
}

impl<T> Process<T> {
    /// Waits until the process ends, and returns how it ended. Later calls return the same at once.
    ///
    /// # Errors
    /// When this handle is a copy, in a process that did not start the child; when the system
    /// refuses, or other code in this process has waited for the child.
    pub fn wait(&mut self) -> io::Result<Exit> {
        loop {
            wait_for(&mut [self], None)?;
            if let Some(exit) = self.exit() {
                return Ok(exit);
            }
        }
    }

    /// Waits until the process ends, at most for `limit`; returns `None` when it is still running then.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&mut self, limit: Duration) -> io::Result<Option<Exit>> {
        wait_for(&mut [self], Instant::now().checked_add(limit))?;
        Ok(self.exit())
    }

    /// Asks the process to end (SIGTERM). Does not wait. No effect if the process has ended.
    ///
    /// # Errors
    /// When this handle is a copy, in a process that did not start the child; or when the system
    /// refuses.
    pub fn terminate(&self) -> io::Result<()> {
        self.child.signal(Signal::SIGTERM)
    }

    /// Ends the process (SIGKILL), whatever it is doing. Does not wait. No effect if the process
    /// has ended.
    ///
    /// # Errors
    /// As [`terminate`](Self::terminate).
    pub fn kill(&self) -> io::Result<()> {
        self.child.signal(Signal::SIGKILL)
    }

    /// Returns the name that the process was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        self.child.name()
    }

    /// Returns the process id. After the process has been waited for, another one may get the number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.pid().as_raw().cast_unsigned()
    }

    /// Returns how the process ended; `None` if no wait has seen its end yet.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.child.status().map(Exit::from_status)
    }
}

/// Waits until one of `processes` has ended, at most for `limit`; returns its index, the lowest if several
/// have ended, or `None` at the limit. Its [`exit`](Process::exit) is then known, and the next call would
/// return it again, so take it off the list first. With an empty list it returns `None` at once.
///
/// # Errors
/// As [`Process::wait`].
pub fn wait_any<T>(
    processes: &mut [&mut Process<T>],
    limit: Duration,
) -> io::Result<Option<usize>> {
    match processes {
        [] => Ok(None),
        _ => wait_for(processes, Instant::now().checked_add(limit)),
    }
}

/// Waits as [`wait_any`] does, until `deadline`; without a deadline, for as long as it takes.
fn wait_for<T>(
    processes: &mut [&mut Process<T>],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let mut children: Vec<_> = processes.iter_mut().map(|one| &mut one.child).collect();
    children.iter().try_for_each(|one| one.check_owner())?;
    let waits = children.iter().all(|one| one.status().is_none())
        && deadline.is_none_or(|it| it > Instant::now());
    if !waits {
        return wait_until(&mut children, deadline);
    }
    // The same wait, recorded in the log: the names of the processes that are waited for.
    let whom = match &*children {
        [one] => one.name().to_owned(),
        several => what::any_of(several.iter().map(|one| one.name())),
    };
    let wait = || wait_until(&mut children, deadline);
    life::record_wait(whom, deadline.is_some(), wait, |it| {
        matches!(it, Ok(Some(_)))
    })
}
