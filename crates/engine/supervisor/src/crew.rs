//! The workers, as their owner knows them from the supervisor's reports.

use std::io;
use std::mem;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use child::{Child, End, Exit, Shared};
use nix::sys::socket::{Shutdown, shutdown};

use crate::supervisor::has_ended;
use crate::{Hand, Report, Stage, Supervisor};

/// Each worker is a process, and takes a page of its owner's memory. More are probably a caller's error.
const MOST_WORKERS: usize = 4096;

/// The owner's side of a supervisor and its workers.
pub struct Crew {
    /// `None` once it has been taken to be waited for.
    supervisor: Option<Child>,
    /// When it is closed, the supervisor ends all workers. (If the owner dies, the kernel ends all.)
    life: Option<End>,
    is_done: Arc<Shared<AtomicBool>>,
    hands: Vec<Hand>,
    /// The process ids of the workers, 0 for a slot without one.
    pids: Vec<u32>,
    /// How many workers have been started, including replacements.
    started: usize,
    /// Why no worker is left, if the supervisor has given up.
    given_up: Option<String>,
}

/// The death of a worker with a task in hand. `exit` is unknown if other code has waited for it.
#[expect(missing_docs, reason = "the fields are what their names say")]
pub struct Death {
    pub task: u64,
    pub pid: u32,
    pub exit: Option<Exit>,
}

impl Crew {
    /// Makes a supervisor for this number of workers; `start` starts its process.
    ///
    /// # Errors
    /// That of `start`; or when the system has no memory to share, or no descriptor left; or above
    /// 4,096 workers.
    pub fn start<E: From<io::Error>>(
        workers: usize,
        start: impl FnOnce(Supervisor) -> Result<Child, E>,
    ) -> Result<Self, E> {
        if workers > MOST_WORKERS {
            let text = format!("{workers} workers are more than {MOST_WORKERS}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text).into());
        }
        let (life, owner) = UnixStream::pair()?;
        let is_done = Arc::new(Shared::new(AtomicBool::new(false))?);
        let hands: io::Result<Vec<_>> = (0..workers).map(|_| Hand::new()).collect();
        let hands = hands?;
        let owner = End::new(owner.into());
        let supervisor = Supervisor::new(hands.clone(), owner, Arc::clone(&is_done));
        let life = Some(End::new(life.into()));
        Ok(Self {
            supervisor: Some(start(supervisor)?),
            life,
            is_done,
            hands,
            pids: vec![0; workers],
            started: 0,
            given_up: None,
        })
    }

    /// Takes the supervisor out; the caller has to wait for it.
    pub fn take_supervisor(&mut self) -> Option<Child> {
        self.supervisor.take()
    }

    /// Whether the supervisor lives.
    #[must_use]
    pub fn has_supervisor(&self) -> bool {
        let supervisor = self.supervisor.as_ref();
        supervisor.is_some_and(|it| !has_ended(it, Instant::now()))
    }

    /// The number of slots, each for one worker.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.hands.len()
    }

    /// The process ids of the live workers, as far as the supervisor has reported.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.pids.iter().copied().filter(|&pid| pid != 0).collect()
    }

    /// Whether every slot has had a worker.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.started >= self.hands.len()
    }

    /// The tasks that the workers have in hand.
    #[must_use]
    pub fn tasks(&self) -> Vec<u64> {
        let stages = self.hands.iter().map(Hand::stage);
        stages.filter_map(Stage::task).collect()
    }

    /// Takes in a report of the supervisor; returns the death of a worker with a task in hand.
    pub fn take_in(&mut self, report: Report) -> Option<Death> {
        match report {
            Report::Started { slot, pid } => {
                self.pids[slot as usize] = pid;
                self.started += 1;
                None
            }
            Report::Ended { slot, status, task } => {
                let pid = mem::take(&mut self.pids[slot as usize]);
                let exit = status.map(Exit::from_status);
                task.map(|task| Death { task, pid, exit })
            }
            Report::GivenUp { why } => {
                self.given_up = Some(why);
                None
            }
        }
    }

    /// Declares that every task has been answered, and that no more will come. To be called
    /// *before* the queue of tasks is closed: the supervisor must not take a worker that found the
    /// queue closed for one that died.
    pub fn no_more_work(&self) {
        self.is_done.store(true, Ordering::Release);
    }

    /// Lets the supervisor kill the workers, wait for them, and end. (If the supervisor was killed,
    /// the kernel kills the workers.)
    pub fn let_go(&mut self) {
        if let Some(life) = self.life.take()
            && life.is_held()
        {
            // Closing is not enough: a process that is just being started has a copy until it takes over.
            let _gone = shutdown(life.as_fd().as_raw_fd(), Shutdown::Both);
        }
    }

    /// All processes have gone. Returns how the last worker ended if the supervisor has given up.
    pub fn all_gone(&mut self) -> Option<String> {
        self.pids.fill(0);
        self.given_up.clone()
    }

    /// Waits for the end of the supervisor until `deadline`; then kills it.
    pub fn end(&mut self, deadline: Instant) {
        if let Some(mut supervisor) = self.supervisor.take()
            && has_ended(&supervisor, deadline)
        {
            // If this fails, drop kills it.
            let _ended = supervisor.look();
        }
    }
}
