//! The process that hands out tasks and waits for their answers.
//!
//! No thread drives it: workers take packets from the queue by themselves, and answers are taken
//! in whenever the owner is in one of its calls.

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

/// How long one turn waits; the next one asks again.
pub const TURN: Duration = Duration::from_millis(100);

/// How long the supervisor may take to end all.
const LIMIT: Duration = Duration::from_secs(5);

/// After this number of tasks a submitting owner collects, or the queue of answers could be full.
const COLLECT_AFTER: u32 = 64;

/// How many news it collects after each packet: more than come of it on average, so that it
/// catches up; but not all that are there, since the room of a result that is taken at once serves
/// for the next one. (A heap that shrinks and grows again took a tenth of the rate of `map`.)
const COLLECT_EACH: usize = 2;

/// Tasks from the moment they are accepted until their results are taken, and the ends of what
/// carries them.
pub struct Owner<R, Q> {
    /// Which handle waits for which packet.
    ledger: Ledger<R>,
    door: Door,
    outgoing: Outgoing,
    queues: Q,
    /// How many tasks were submitted since news were taken in.
    submitted: u32,
    /// Answers that have come in part, by their first task.
    pieces: HashMap<u64, Vec<u8>>,
    suspects: Suspects,
    crew: Crew,
    /// All processes have gone.
    is_alone: bool,
}

impl<R: Message, Q: Queues<R>> Owner<R, Q> {
    /// The owner of a crew whose supervisor has just been started. Waits until it has started all
    /// workers; returns the supervisor as well if it has ended instead.
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

    /// How many workers there are to be.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.crew.workers()
    }

    /// The process ids of the workers that live, as far as the supervisor has reported.
    pub fn pids(&mut self) -> Vec<u32> {
        self.collect();
        self.crew.pids()
    }

    // The way in.

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
    /// When the door is not open.
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

    /// The error of the next task, which was not accepted.
    pub fn refused<A>(&self, error: &SubmitError<A>) -> TaskError {
        TaskError {
            task: self.ledger.next_task(),
            cause: Cause::Refused(error.to_string()),
        }
    }

    /// Whether there are packets for which the queue has no room yet.
    #[must_use]
    pub fn has_backlog(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// An iterator is made that will bring tasks.
    pub(crate) fn open_feed(&mut self) -> Result<(), TaskError> {
        self.check_open()?;
        self.door.open_feed();
        Ok(())
    }

    /// It brings no more.
    pub(crate) fn close_feed(&mut self) {
        self.door.close_feed();
    }

    /// Whether iterators may still bring tasks.
    pub(crate) fn takes_promised(&self) -> bool {
        self.door.takes_promised() && !self.is_alone
    }

    /// Accepts only the tasks that iterators bring which were made before.
    pub fn close(&mut self) {
        self.door.close();
        self.send();
    }

    /// Accepts no more tasks at all.
    pub(crate) fn shut(&mut self) {
        self.door.shut();
        self.send();
    }

    // Results.

    /// Enters a task that was not accepted, with the reason; returns the number of its entry.
    pub(crate) fn refuse(&mut self, state: State<R>, why: String) -> u32 {
        self.ledger.refuse(state, why)
    }

    /// Whether the packet of this entry has its answer.
    #[inline]
    #[must_use]
    pub fn is_answered(&self, entry: u32) -> bool {
        !self.ledger.is_unanswered(entry)
    }

    /// The result of a packet, once it is there, and only once.
    #[inline]
    pub fn take(&mut self, entry: u32) -> Option<PacketResult<R>> {
        self.ledger.take(entry)
    }

    /// No handle will ask for this packet any more. A failure in it is noted as unseen.
    #[inline]
    pub fn forget(&mut self, entry: u32) {
        self.ledger.forget(entry);
    }

    /// Opens a stream of results in the order in which they come; returns its number.
    pub fn open_stream(&mut self) -> u64 {
        self.ledger.open_stream()
    }

    /// The next result in the stream, once it is there.
    #[inline]
    pub fn take_from_stream(&mut self, stream: u64) -> Option<Result<R, TaskError>> {
        self.ledger.take_from_stream(stream)
    }

    /// No iterator will ask for the results in this stream any more.
    pub fn close_stream(&mut self, stream: u64) {
        self.ledger.close_stream(stream);
    }

    /// Takes out the calls that are due.
    pub(crate) fn take_due(&mut self) -> VecDeque<DueCall<R>> {
        self.ledger.take_due()
    }

    /// Puts calls back that were not made.
    pub(crate) fn put_back(&mut self, calls: VecDeque<DueCall<R>>) {
        self.ledger.put_back(calls);
    }

    /// The failures that were never looked at, if there are any.
    pub(crate) fn unseen(&self) -> Result<(), UnseenFailures> {
        self.ledger.unseen()
    }

    // To the workers and back.

    /// Puts packets into the queue as far as there is room, and closes it after the last one.
    fn send(&mut self) {
        self.outgoing.send(&mut self.ledger, &self.queues);
        if !self.door.expects_tasks() && !self.ledger.has_unanswered() {
            // In this order: the supervisor must not take a worker that has found the queue closed
            // for one that died.
            self.crew.no_more_work();
            self.queues.close();
        }
    }

    /// One turn of the work: hands out what there is room for, and takes in what is there, or
    /// waits up to `limit` for it.
    pub(crate) fn turn(&mut self, limit: Duration) {
        self.send();
        if !self.collect() {
            self.wait(limit);
            self.collect();
        }
        self.judge_deaths();
        self.send();
    }

    /// Takes in the news that are there at the call, and none that come later, without waiting; returns
    /// whether there were any.
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

    /// Takes in the next news, waiting up to `limit` for them.
    fn wait(&mut self, limit: Duration) {
        if let Some(news) = self.queues.get(Some(limit)) {
            self.take_in(news);
        } else if !self.crew.has_supervisor() {
            // (That the other ends of the queue are closed would not always tell: a process that a
            // task has forked by itself may still have one open.)
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
                self.ledger.answer(entry, first_task, result);
                self.outgoing.answered(first_task);
            }
            News::Piece {
                first_task,
                is_last,
                bytes,
            } => {
                self.pieces.entry(first_task).or_default().extend(bytes);
                let whole = is_last.then(|| self.pieces.remove(&first_task));
                // Never an error: a result that cannot be read is a failure, see `wire.rs`.
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

    /// Finds out which packets are lost. Of such a packet the task that the worker had in hand has
    /// failed, and the ones after it are not run.
    fn judge_deaths(&mut self) {
        if self.suspects.is_empty() {
            return;
        }
        // In this order, see `Suspects`: the queue, the hands, the answers.
        let first_in_queue = self.outgoing.first_in_queue(&self.queues);
        self.suspects.look(first_in_queue, &self.crew.tasks());
        self.collect_up_to(usize::MAX); // All that had come by then.
        let is_open = |suspect: &Suspect| self.ledger.is_open(suspect.entry, suspect.tasks.start);
        for lost in self.suspects.judge(is_open) {
            let first_task = lost.tasks.start;
            self.pieces.remove(&first_task);
            self.outgoing.answered(first_task);
            let failed = failed(lost.task..lost.tasks.end, lost.cause);
            self.ledger.answer(lost.entry, first_task, failed);
        }
    }

    /// Whether some process lives, or some task has no answer yet.
    pub(crate) fn is_under_way(&self) -> bool {
        !self.is_alone || self.ledger.has_unanswered()
    }

    /// All processes have gone, and what is not done will not be.
    fn all_gone(&mut self) {
        self.is_alone = true;
        self.queues.close();
        self.outgoing.clear();
        let why = self.crew.all_gone();
        self.ledger
            .answer_all(&why.map_or(Cause::Stopped, Cause::NoWorker));
    }

    /// Ends all processes, and answers what is left. Takes some milliseconds; [`LIMIT`] if
    /// something holds the supervisor up.
    pub(crate) fn stop(&mut self) {
        self.door.shut();
        self.outgoing.clear();
        self.crew.let_go();
        // What the workers have told comes before the end of the queue.
        let deadline = Instant::now() + LIMIT;
        let left = || deadline.saturating_duration_since(Instant::now());
        while !self.is_alone && !left().is_zero() {
            // A process that a task has left behind may keep the queue from its end, see `wait`.
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
