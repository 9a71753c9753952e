//! The process that starts the workers, waits for each of them, and replaces each that dies.
//!
//! It has one thread, so it may fork at any time, even if the owner has started threads by then.
//! The workers are its children: no other process can wait for them.

use std::fmt::Display;
use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use child::{Child, End, Shared, hand_on_shared_ends, wait_readable};
use nix::sys::signal::Signal;

use crate::restarts::{Restarts, Verdict, Work};
use crate::{Hand, Report, Stage};

/// How many bytes of the reason are reported to the owner when no worker can live.
const LONGEST_REASON: usize = 64 << 10;

/// The pause before another try, when no process can be started or too many have died.
const RETRY: Duration = Duration::from_millis(100);

/// How long a worker may take to end after it has reported its end or closed its line. One that
/// takes longer was stopped in between, or now runs another program (exec closes the line), and is
/// no worker any more.
const LEAVING: Duration = Duration::from_secs(1);

/// The part that the crate above supplies: processes, and the queues between them and their owner.
///
/// A trait, though only the pool implements it: processes and queues are lessons, which no engine
/// crate may use, and all four methods use the same two ends.
pub trait Workers {
    /// Why a worker cannot be started.
    type Error: Display;

    /// Starts a process that works with this hand.
    ///
    /// # Errors
    /// When the process cannot be started.
    fn start(&self, name: String, hand: Hand) -> Result<Child, Self::Error>;

    /// Checks how a worker has ended.
    ///
    /// # Errors
    /// The reason as text, unless the worker ended because it found the queue closed.
    fn check(&self, ended: Child) -> Result<(), String>;

    /// Whether there are tasks in the queue.
    fn has_tasks(&self) -> bool;

    /// Reports to the owner, after all answers of the workers so far. Does nothing if the owner has
    /// gone.
    fn report(&self, report: Report);
}

/// The supervisor's side: what it knows of the owner and the workers.
pub struct Supervisor {
    hands: Vec<Hand>,
    /// At its end when the owner wants all to end, or has died.
    owner: End,
    /// Whether every task has been answered, and no more will come.
    is_done: Arc<Shared<AtomicBool>>,
    /// The live workers, each with its slot.
    running: Vec<(usize, Child)>,
    /// The slots without a worker, each with the earliest time for a new one.
    vacancies: Vec<(usize, Instant)>,
    restarts: Restarts,
    /// How many workers have been started, for their names.
    started: u32,
    /// How the last useless worker ended, or why it could not be started.
    last_words: String,
}

impl Supervisor {
    pub(crate) fn new(hands: Vec<Hand>, owner: End, is_done: Arc<Shared<AtomicBool>>) -> Self {
        Self {
            restarts: Restarts::new(hands.len()),
            hands,
            owner,
            is_done,
            running: Vec::new(),
            vacancies: Vec::new(),
            started: 0,
            last_words: String::new(),
        }
    }

    /// Starts the workers, and runs until every one of them has found the queue closed; or the
    /// owner wants the end; or no worker is left and none can be started, which it reports. No
    /// worker outlives it.
    ///
    /// # Errors
    /// When the first workers cannot be started.
    pub fn run<W: Workers>(mut self, workers: &W) -> Result<(), W::Error> {
        // All workers share the ends of queues that the workers' functions have captured.
        hand_on_shared_ends();
        for slot in 0..self.hands.len() {
            self.start(workers, slot)?;
        }
        let mut is_wanted = true;
        while is_wanted && !(self.running.is_empty() && self.vacancies.is_empty()) {
            is_wanted = self.wait(workers).unwrap_or(false);
            if is_wanted {
                self.fill(workers);
            }
        }
        for (_, child) in &self.running {
            // Kills all first, so that they die at the same time; drop waits for each.
            let _is_dead = child.signal(Signal::SIGKILL);
        }
        if is_wanted && self.work(workers) != Work::IsDone {
            let mut why = self.last_words;
            // A report that does not fit into the queue would be lost.
            why.truncate(why.floor_char_boundary(LONGEST_REASON));
            workers.report(Report::GivenUp { why });
        }
        Ok(())
    }

    fn start<W: Workers>(&mut self, workers: &W, slot: usize) -> Result<(), W::Error> {
        let hand = &self.hands[slot];
        hand.show(Stage::Starting);
        self.started += 1;
        let child = workers.start(format!("worker {}", self.started), hand.clone())?;
        let pid = child.pid().as_raw().cast_unsigned();
        self.running.push((slot, child));
        let slot = slot as u32;
        workers.report(Report::Started { slot, pid });
        Ok(())
    }

    /// Waits until some workers have ended, reports each, and records the slots that are vacant
    /// then. Returns false if the owner wants the end.
    fn wait(&mut self, workers: &impl Workers) -> io::Result<bool> {
        let mut fds = vec![self.owner.as_fd()];
        for (_, child) in &self.running {
            // The end of the process, and the end of its line, which comes when it runs another program.
            // The line alone is not enough: a task may have forked a process with a copy of it.
            fds.extend([child.as_fd(), child.line().as_fd()]);
        }
        let deadline = (!self.vacancies.is_empty()).then(|| Instant::now() + RETRY);
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(true);
        };
        if ready[0] {
            return Ok(false);
        }
        for index in (0..self.running.len()).rev() {
            if ready[2 * index + 1] || ready[2 * index + 2] {
                let (slot, child) = self.running.swap_remove(index);
                self.ended(workers, slot, child);
            }
        }
        Ok(true)
    }

    /// Waits for a worker that is ending, reports it, and records its slot if it is to be replaced.
    fn ended(&mut self, workers: &impl Workers, slot: usize, mut child: Child) {
        if !has_ended(&child, Instant::now() + LEAVING) {
            let _is_dead = child.signal(Signal::SIGKILL);
        }
        // The wait comes first: after it, no process changes the worker's hand.
        let _waited = child.look();
        let hand = &self.hands[slot];
        let stage = hand.stage();
        workers.report(Report::Ended {
            slot: slot as u32,
            status: child.status(),
            task: stage.task(),
        });
        // Only now, after the report: until then the hand shows the task, so the owner can know of it.
        hand.show(Stage::Starting);
        let Err(end) = workers.check(child) else {
            return; // The worker found the queue closed.
        };
        if matches!(stage, Stage::Starting | Stage::Ready) {
            self.last_words = end;
        }
        let verdict = self.restarts.judge(stage, self.work(workers));
        self.vacate(slot, verdict);
    }

    /// The work that is left. Called after an end, so that a worker that found the queue closed is
    /// not taken for one that died before.
    fn work(&self, workers: &impl Workers) -> Work {
        if self.is_done.load(Ordering::Acquire) {
            Work::IsDone
        } else if workers.has_tasks() {
            Work::Waits
        } else {
            Work::MayCome
        }
    }

    fn vacate(&mut self, slot: usize, verdict: Verdict) {
        let from = match verdict {
            Verdict::Replace => Instant::now(),
            Verdict::ReplaceLater => Instant::now() + RETRY,
            Verdict::Stop => return self.vacancies.clear(),
        };
        self.vacancies.push((slot, from));
    }

    /// Starts a worker in each vacant slot whose time has come.
    fn fill(&mut self, workers: &impl Workers) {
        if self.work(workers) == Work::IsDone {
            self.vacancies.clear();
        }
        let now = Instant::now();
        while let Some(next) = self.vacancies.iter().position(|&(_, from)| from <= now) {
            let (slot, _) = self.vacancies.swap_remove(next);
            if let Err(refusal) = self.start(workers, slot) {
                self.last_words = refusal.to_string();
                let verdict = self.restarts.judge_refusal(self.work(workers));
                self.vacate(slot, verdict);
            }
        }
    }
}

/// Waits for the end of a child until `deadline`; returns whether it has ended.
pub(crate) fn has_ended(child: &Child, deadline: Instant) -> bool {
    loop {
        match wait_readable(&[child.as_fd()], Some(deadline)) {
            Ok(Some(ready)) if ready == [true] => return true,
            Ok(Some(_)) => {} // woken without a reason
            Ok(None) | Err(_) => return false,
        }
    }
}
