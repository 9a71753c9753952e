//! The process that hands out tasks and waits for their answers.
//!
//! No thread drives it: workers take packets from the queue by themselves, and the owner takes in
//! answers whenever it is in one of its calls.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use child::{Child, Shelf};
use common::{Message, decode};
use supervisor::{Crew, Death};

use crate::door::Door;
use crate::error::{Cause, SubmitError, TaskError, UnseenFailures};
use crate::ledger::{DueCall, Ledger, State};
use crate::outgoing::Outgoing;
use crate::queues::Queues;
use crate::results::{PacketResult, failed};
use crate::suspects::{Suspect, Suspects};
use crate::wire::{Arguments, News, Packet};

/// How long one turn waits at most; the next turn waits again.
pub const TURN: Duration = Duration::from_millis(100);

/// How long the supervisor may take to end all processes.
const LIMIT: Duration = Duration::from_secs(5);

/// After this number of submitted tasks the owner collects news, or the queue of answers could be full.
const COLLECT_AFTER: u32 = 64;

/// How many news it collects after each packet: more than a packet causes on average, so that it
/// catches up; but not all, since the memory of a result that is taken at once is reused for the
/// next one. (A heap that shrinks and grows again took a tenth of the rate of `map`.)
const COLLECT_EACH: usize = 2;

/// Tasks from their acceptance until their results are taken, with the ends of the queues that
/// carry them.
pub struct Owner<R, Q> {
    /// Which handle waits for which packet.
    ledger: Ledger<R>,
    door: Door,
    outgoing: Outgoing,
    queues: Q,
    /// How many tasks were submitted since news were last collected.
    submitted: u32,
    /// Answers that have arrived in part, by their first task.
    pieces: HashMap<u64, Vec<u8>>,
    suspects: Suspects,
    crew: Crew,
    /// Whether all processes have gone.
    is_alone: bool,
}

impl<R: Message, Q: Queues<R>> Owner<R, Q> {
    /// The owner of a crew whose supervisor has just been started. Waits until the supervisor has
    /// started all workers; if it has ended instead, returns it as well.
    pub fn start(queues: Q, shelf: Shelf, crew: Crew) -> (Self, Option<Child>) {
        let mut owner = Self {
            ledger: Ledger::new(),
            door: Door::default(),
            outgoing: Outgoing::new(shelf),
            queues,
            submitted: 0,
            pieces: HashMap::new(),
            suspects: Suspects::default(),
            crew,
            is_alone: false,
        };
        while !owner.is_alone && !owner.crew.is_complete() {
            owner.turn(TURN);
        }
        let ended = owner.is_alone.then(|| owner.crew.take_supervisor());
        (owner, ended.flatten())
    }

    /// The number of workers, as configured.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.crew.workers()
    }

    /// The process ids of the live workers, as far as the supervisor has reported.
    pub fn pids(&mut self) -> Vec<u32> {
        self.collect();
        self.crew.pids()
    }

    // Submitting.

    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    /// Accepts one task; returns the entry of its packet in the ledger. Does not wait.
    #[inline]
    pub(crate) fn accept_one(&mut self, argument: Vec<u8>, state: State<R>) -> u32 {
        let entry = self.accept(1, argument, state);
        self.submitted += 1;
        if self.submitted >= COLLECT_AFTER {
            self.collect();
        }
        entry
    }

    /// Submits a packet of some tasks for one worker; returns its entry in the ledger. Does not
    /// wait.
    ///
    /// # Errors
    /// When no more tasks are accepted.
    pub fn submit_packet(&mut self, tasks: u32, arguments: Vec<u8>) -> Result<u32, TaskError> {
        self.check_open()?;
        let entry = self.accept(tasks, arguments, State::Waiting);
        self.collect_up_to(COLLECT_EACH);
        Ok(entry)
    }

    fn check_open(&self) -> Result<(), TaskError> {
        match self.door.is_open() {
            true => Ok(()),
            false => Err(self.refused(&SubmitError::Closed(()))),
        }
    }

    #[inline]
    fn accept(&mut self, tasks: u32, arguments: Vec<u8>, state: State<R>) -> u32 {
        let first_task = self.ledger.next_task();
        let entry = self.ledger.enter(tasks, state);
        self.outgoing.add(Packet {
            entry,
            first_task,
            tasks,
            arguments: Arguments::Here(arguments),
        });
        self.send();
        entry
    }

    /// The error for a task that was not accepted: it has the number of the next task.
    pub fn refused<A>(&self, error: &SubmitError<A>) -> TaskError {
        TaskError {
            task: self.ledger.next_task(),
            cause: Cause::Refused(error.to_string()),
        }
    }

    /// Whether packets wait because the queue has no room.
    #[must_use]
    pub fn has_backlog(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Registers an iterator that will submit tasks.
    pub(crate) fn open_feed(&mut self) -> Result<(), TaskError> {
        self.check_open()?;
        self.door.open_feed();
        Ok(())
    }

    /// Records that such an iterator submits no more.
    pub(crate) fn close_feed(&mut self) {
        self.door.close_feed();
    }

    /// Whether iterators may still submit tasks.
    pub(crate) fn takes_promised(&self) -> bool {
        self.door.takes_promised() && !self.is_alone
    }

    /// From now on accepts tasks only from iterators that already exist.
    pub fn close(&mut self) {
        self.door.close();
        self.send();
    }

    /// From now on accepts no tasks at all.
    pub(crate) fn shut(&mut self) {
        self.door.shut();
        self.send();
    }

    // Results.

    /// Records a task that was not accepted, with the reason; returns the number of its entry.
    pub(crate) fn refuse(&mut self, state: State<R>, why: String) -> u32 {
        self.ledger.refuse(state, why)
    }

    /// Whether the packet of this entry is answered.
    #[inline]
    #[must_use]
    pub fn is_answered(&self, entry: u32) -> bool {
        !self.ledger.is_unanswered(entry)
    }

    /// Returns the result of a packet once it has arrived, and only once.
    #[inline]
    pub fn take(&mut self, entry: u32) -> Option<PacketResult<R>> {
        self.ledger.take(entry)
    }

    /// Records that no handle will read this packet's result. A failure in it counts as unseen.
    #[inline]
    pub fn forget(&mut self, entry: u32) {
        self.ledger.forget(entry);
    }

    /// Opens a stream of results in the order in which they arrive; returns its number.
    pub fn open_stream(&mut self) -> u64 {
        self.ledger.open_stream()
    }

    /// Returns the next result in the stream, once it has arrived.
    #[inline]
    pub fn take_from_stream(&mut self, stream: u64) -> Option<Result<R, TaskError>> {
        self.ledger.take_from_stream(stream)
    }

    /// Records that no iterator will read the results in this stream any more.
    pub fn close_stream(&mut self, stream: u64) {
        self.ledger.close_stream(stream);
    }

    /// Takes the calls that are due.
    pub(crate) fn take_due(&mut self) -> VecDeque<DueCall<R>> {
        self.ledger.take_due()
    }

    /// The failures that were never read, if there are any.
    pub(crate) fn unseen(&self) -> Result<(), UnseenFailures> {
        self.ledger.unseen()
    }

    // To the workers and back.

    /// Puts packets into the queue while there is room, and closes it after the last one.
    fn send(&mut self) {
        self.outgoing.send(&mut self.ledger, &self.queues);
        if !self.door.expects_tasks() && !self.ledger.has_unanswered() {
            // In this order: the supervisor must not take a worker that has found the queue closed
            // for one that died.
            self.crew.no_more_work();
            self.queues.close();
        }
    }

    /// One turn of the work: puts packets into the queue while there is room, and takes in the
    /// news, or waits for them up to `limit`.
    pub(crate) fn turn(&mut self, limit: Duration) {
        self.send();
        if !self.collect() {
            self.wait(limit);
            self.collect();
        }
        self.judge_deaths();
        self.send();
    }

    /// Takes in the news that are in the queue at the call, and none that come later, without
    /// waiting; returns whether there were any.
    pub fn collect(&mut self) -> bool {
        self.submitted = 0;
        self.collect_up_to(self.queues.len_news())
    }

    fn collect_up_to(&mut self, most: usize) -> bool {
        for taken in 0..most {
            let Some(news) = self.queues.get(None) else {
                return taken > 0;
            };
            self.take_in(news);
        }
        most > 0
    }

    /// Takes in the next news, and waits for them up to `limit`.
    fn wait(&mut self, limit: Duration) {
        if let Some(news) = self.queues.get(Some(limit)) {
            self.take_in(news);
        } else if !self.crew.has_supervisor() {
            // (The other ends of the queue may not be closed even then: a process that a task has
            // forked by itself may still have one open.)
            self.collect_up_to(usize::MAX);
            self.all_gone();
        }
    }

    #[inline]
    fn take_in(&mut self, news: News<R>) {
        match news {
            News::Answer {
                entry,
                first_task,
                result,
            } => {
                self.outgoing.answered(first_task);
                self.ledger.answer(entry, first_task, result);
            }
            News::Piece {
                first_task,
                is_last,
                bytes,
            } => {
                self.pieces.entry(first_task).or_default().extend(bytes);
                let whole = is_last.then(|| self.pieces.remove(&first_task));
                // Never an error: a result that cannot be decoded is a failure, see `wire.rs`.
                if let Some(Ok(answer)) = whole.flatten().map(|bytes| decode(&bytes)) {
                    self.take_in(answer);
                }
            }
            News::Report(report) => {
                if let Some(Death { task, pid, exit }) = self.crew.take_in(report) {
                    let cause = Cause::WorkerDied { pid, exit };
                    let suspect = self.ledger.suspect(task, cause);
                    suspect.into_iter().for_each(|it| self.suspects.add(it));
                }
            }
        }
    }

    // Deaths, and the end.

    /// Decides which packets are lost. In such a packet, the task that the worker had in hand has
    /// failed, and the ones after it are not run.
    fn judge_deaths(&mut self) {
        if self.suspects.is_empty() {
            return;
        }
        // In this order, see `Suspects`: the queue, the hands, the answers.
        let first_in_queue = self.outgoing.first_in_queue(&self.queues);
        self.suspects.look(first_in_queue, &self.crew.tasks());
        self.collect(); // All that had arrived by then; later ones could come without end.
        let is_open = |suspect: &Suspect| self.ledger.is_open(suspect.entry, suspect.tasks.start);
        for lost in self.suspects.judge(is_open) {
            let first_task = lost.tasks.start;
            self.pieces.remove(&first_task);
            self.outgoing.answered(first_task);
            let failed = failed(lost.task..lost.tasks.end, lost.cause);
            self.ledger.answer(lost.entry, first_task, failed);
        }
    }

    /// Whether a process lives, or a task is unanswered.
    pub(crate) fn is_under_way(&self) -> bool {
        !self.is_alone || self.ledger.has_unanswered()
    }

    /// All processes have gone: tasks without an answer will not be done.
    fn all_gone(&mut self) {
        self.is_alone = true;
        self.queues.close();
        self.outgoing.clear();
        let why = self.crew.all_gone();
        self.ledger
            .answer_all(&why.map_or(Cause::Stopped, Cause::NoWorker));
    }

    /// Ends all processes, and answers all unanswered tasks. Takes some milliseconds; up to
    /// [`LIMIT`] if something delays the supervisor.
    pub(crate) fn stop(&mut self) {
        self.door.shut();
        // Only these: a worker that still lives may be reading a long argument, and would report that
        // it could not.
        self.outgoing.drop_waiting();
        self.crew.let_go();
        // The reports of the workers come before the end of the queue.
        let deadline = Instant::now() + LIMIT;
        let left = || deadline.saturating_duration_since(Instant::now());
        while !self.is_alone && !left().is_zero() {
            // A process that a task has left behind may keep the queue open, see `wait`.
            self.turn(left().min(TURN));
        }
        self.all_gone();
        self.crew.end(deadline);
    }
}

impl<R, Q> fmt::Debug for Owner<R, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").finish_non_exhaustive()
    }
}
