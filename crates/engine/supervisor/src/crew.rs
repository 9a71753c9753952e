//! The processes of a pool, as its owner knows them.

use std::io;
use std::mem;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use child::Shelf;
use common::{Message, Trace, lane};
use ipc_queue::Options;
use ipc_shared::AtomicValue;
use multiprocess::{End, Process};

use crate::error::{Cause, PoolError};
use crate::queues::{Inbox, Outbox};
use crate::supervisor::Supervisor;
use crate::worker::{Hand, StartWorker};

/// The supervisor and its workers.
pub(crate) struct Crew {
    supervisor: Option<Process<()>>,
    /// When it is closed, by the owner's death too, the supervisor ends all.
    life: Option<End>,
    is_done: AtomicValue<AtomicBool>,
    hands: Vec<Hand>,
    /// The processes of the workers, 0 where there is none.
    pids: Vec<u32>,
    /// How many have been started, replacements included.
    started: usize,
    /// Why no worker is left, when the supervisor has given up.
    given_up: Option<String>,
}

impl Crew {
    /// Starts the supervisor, which starts the workers; returns the owner's ends of its queues.
    pub(crate) fn start<R: Message + 'static>(
        workers: usize,
        start_worker: StartWorker<R>,
    ) -> Result<(Self, Outbox, Inbox<R>), PoolError> {
        let os = PoolError::Os;
        // What is inner to a pool is not shown in pictures, unless they are asked for all.
        let trace = Trace::new("pool");
        let queue = |name| Options::new().name(name).inside(&trace);
        let (packets, source) = queue("tasks").make().map_err(os)?;
        let (teller, news) = queue("answers").make().map_err(os)?;
        let (life, owner) = UnixStream::pair().map_err(os)?;
        let is_done = AtomicValue::new(AtomicBool::new(false)).map_err(os)?;
        let hands: io::Result<Vec<Hand>> = (0..workers).map(|_| Hand::new()).collect();
        let hands = hands.map_err(os)?;
        let shelf = Shelf::new().map_err(os)?;
        let supervisor = Supervisor::new(
            (source, teller),
            hands.clone(),
            Rc::new(shelf.reader().map_err(os)?),
            start_worker,
            (End::new(owner.into()), is_done.clone()),
        );
        let life = Some(End::new(life.into()));
        let supervisor = Process::start("supervisor", move || {
            lane::belongs_to(trace.name());
            supervisor.run()
        });
        let crew = Self {
            supervisor: Some(supervisor.map_err(PoolError::Start)?),
            life,
            is_done,
            hands,
            pids: vec![0; workers],
            started: 0,
            given_up: None,
        };
        Ok((crew, Outbox::new(packets, shelf), Inbox::new(news)))
    }

    pub(crate) fn workers(&self) -> usize {
        self.hands.len()
    }

    /// Those that live, as far as the supervisor has told.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.pids.iter().copied().filter(|&pid| pid != 0).collect()
    }

    /// The tasks that the workers have in hand.
    pub(crate) fn tasks(&self) -> Vec<Option<u64>> {
        self.hands.iter().map(Hand::task).collect()
    }

    /// The supervisor has told of a worker that was started.
    pub(crate) fn has_started(&mut self, worker: u32, pid: u32) {
        self.pids[worker as usize] = pid;
        self.started += 1;
    }

    /// The supervisor has told of a worker that has ended; returns its process id.
    pub(crate) fn has_ended(&mut self, worker: u32) -> u32 {
        mem::take(&mut self.pids[worker as usize])
    }

    /// Whether every place has had a worker.
    pub(crate) fn is_complete(&self) -> bool {
        self.started >= self.hands.len()
    }

    /// Every task has been answered, and no other will come. To be told *before* the queue of tasks
    /// is closed: the supervisor must not take a worker that has found it closed for one that died.
    pub(crate) fn no_more_work(&self) {
        self.is_done.store(true, Ordering::Release);
    }

    /// Whether the supervisor lives. The end of the queue of answers does not always tell: a
    /// process that a task has forked by itself may still have it open.
    pub(crate) fn has_supervisor(&mut self) -> bool {
        let supervisor = self.supervisor.as_mut();
        supervisor.is_some_and(|process| matches!(process.wait_timeout(Duration::ZERO), Ok(None)))
    }

    /// Lets the supervisor kill the workers, wait for them, and end. If it was killed itself, they
    /// die of that.
    pub(crate) fn let_go(&mut self) {
        self.life = None;
    }

    /// The supervisor has told that no worker can live.
    pub(crate) fn has_given_up(&mut self, why: String) {
        self.given_up = Some(why);
    }

    /// All processes have gone; returns why what is not done will not be.
    pub(crate) fn all_gone(&mut self) -> Cause {
        self.pids.fill(0);
        let why = self.given_up.clone();
        why.map_or(Cause::Stopped, Cause::NoWorker)
    }

    /// Waits for the end of the supervisor.
    ///
    /// # Errors
    /// When it could not start the workers, or died.
    pub(crate) fn join(&mut self) -> Result<(), PoolError> {
        let supervisor = self.supervisor.take();
        supervisor.map_or(Ok(()), |it| it.join().map_err(PoolError::Supervisor))
    }

    /// Waits up to `limit` for the end of the supervisor, and kills it then.
    pub(crate) fn end(&mut self, limit: Duration) {
        if let Some(mut supervisor) = self.supervisor.take() {
            // Drop kills it if it has not ended.
            let _ended = supervisor.wait_timeout(limit);
        }
    }
}
