//! The work on its way to the workers and back. No thread drives it: the workers take packets from
//! the queue by themselves, and answers are collected whenever the process that made the pool is in
//! one of its calls.

use std::fmt;
use std::time::{Duration, Instant};

use common::{Message, encode_into};

use crate::crew::Crew;
use crate::deaths::{Deaths, Suspect};
use crate::error::{Cause, PoolError, SubmitError, TaskError};
use crate::ledger::{Ledger, State, done, failed};
use crate::queues::{Gone, Inbox, Outbox, Sent};
use crate::wire::{Arguments, News, Packet};
use crate::worker::StartWorker;

/// How long one turn waits; the next one asks again.
pub(crate) const TURN: Duration = Duration::from_millis(100);

/// How long the supervisor may take to end all.
const LIMIT: Duration = Duration::from_secs(5);

/// After this number of tasks a submitting owner collects, or the queue of answers could be full.
const COLLECT_AFTER: u64 = 64;

/// Which tasks are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Door {
    Open,
    /// Only those that iterators bring which were made before.
    Closed,
    Ending,
}

/// All that a pool consists of, but for its processes.
pub(crate) struct Owner<R> {
    door: Door,
    /// How many iterators may bring more tasks.
    feeds: usize,
    ledger: Ledger<R>,
    outbox: Outbox,
    inbox: Inbox<R>,
    crew: Crew,
    deaths: Deaths,
}

impl<R: Message> Owner<R> {
    /// Starts the supervisor, and waits until it has started all workers.
    pub(crate) fn start(workers: usize, start_worker: StartWorker<R>) -> Result<Self, PoolError>
    where
        R: 'static,
    {
        if workers == 0 {
            return Err(PoolError::NoWorkers);
        }
        let (crew, outbox, inbox) = Crew::start(workers, start_worker)?;
        let mut owner = Self {
            door: Door::Open,
            feeds: 0,
            ledger: Ledger::new(),
            outbox,
            inbox,
            crew,
            deaths: Deaths::default(),
        };
        while owner.inbox.is_open() && !owner.crew.is_complete() {
            owner.turn(TURN);
        }
        if !owner.inbox.is_open() {
            owner.crew.join()?;
        }
        Ok(owner)
    }

    pub(crate) fn workers(&self) -> usize {
        self.crew.workers()
    }

    pub(crate) fn pids(&mut self) -> Vec<u32> {
        self.collect();
        self.crew.pids()
    }

    pub(crate) fn ledger(&mut self) -> &mut Ledger<R> {
        &mut self.ledger
    }

    /// Submits one task, unless the door is as far shut as `shut`; returns the place of its packet
    /// in the ledger. Does not wait.
    pub(crate) fn submit<A: Message>(
        &mut self,
        argument: &A,
        state: State<R>,
        shut: Door,
    ) -> Result<u32, SubmitError<()>> {
        if self.door >= shut {
            return Err(SubmitError::Closed(()));
        }
        // No larger than need be: a million of them may wait for a worker.
        let mut bytes = Vec::new();
        encode_into(argument, &mut bytes).map_err(|error| SubmitError::Encode((), error))?;
        Ok(self.accept(1, bytes, state))
    }

    /// Submits tasks for one worker; returns the place of their packet.
    pub(crate) fn submit_packet(
        &mut self,
        tasks: u32,
        arguments: Vec<u8>,
    ) -> Result<u32, SubmitError<()>> {
        match self.door {
            Door::Open => Ok(self.accept(tasks, arguments, State::Waiting)),
            _ => Err(SubmitError::Closed(())),
        }
    }

    fn accept(&mut self, tasks: u32, arguments: Vec<u8>, state: State<R>) -> u32 {
        let first_task = self.ledger.next_task();
        let place = self.ledger.enter(tasks, state);
        self.outbox.push(Packet {
            place,
            first_task,
            tasks,
            arguments: Arguments::Here(arguments),
        });
        self.send();
        if first_task.is_multiple_of(COLLECT_AFTER) {
            self.collect();
        }
        place
    }

    /// The error of the next task, which was not accepted.
    pub(crate) fn refused<B>(&self, error: &SubmitError<B>) -> TaskError {
        TaskError {
            task: self.ledger.next_task(),
            cause: Cause::Refused(error.to_string()),
        }
    }

    /// Whether there are packets for which the queue has no room yet.
    pub(crate) fn has_backlog(&self) -> bool {
        self.outbox.has_backlog()
    }

    /// An iterator is made that will bring tasks.
    pub(crate) fn open_feed(&mut self) -> Result<(), TaskError> {
        if self.door != Door::Open {
            return Err(self.refused(&SubmitError::Closed(())));
        }
        self.feeds += 1;
        Ok(())
    }

    /// Whether iterators may still bring tasks.
    pub(crate) fn takes_promised(&self) -> bool {
        self.door < Door::Ending && self.inbox.is_open()
    }

    /// It brings no more.
    pub(crate) fn close_feed(&mut self) {
        self.feeds -= 1;
    }

    /// Accepts no more tasks, or only those that iterators bring.
    pub(crate) fn shut(&mut self, door: Door) {
        self.door = door;
        self.send();
    }

    /// Puts packets into the queue as far as there is room, and closes it after the last one.
    fn send(&mut self) {
        while let Some(sent) = self.outbox.send_next() {
            match sent {
                Sent::InQueue { place, position } => self.ledger.note_position(place, position),
                Sent::Never { packet, why } => {
                    let tasks = packet.numbers();
                    let refused = failed(tasks.start, tasks.end, Cause::Refused(why));
                    self.ledger.answer(packet.place, refused);
                }
            }
        }
        let none_will_come = match self.door {
            Door::Open => false,
            Door::Closed => self.feeds == 0,
            Door::Ending => true,
        };
        if none_will_come && self.ledger.unanswered() == 0 && self.outbox.is_open() {
            self.crew.no_more_work();
            self.outbox.close();
        }
    }

    /// One turn of the work: hands out what there is room for, and collects what is there, or
    /// waits up to `limit` for something to collect.
    pub(crate) fn turn(&mut self, limit: Duration) {
        self.send();
        if !self.collect() {
            match self.inbox.wait(limit) {
                Ok(Some(news)) => self.take_in(news),
                Ok(None) if self.crew.has_supervisor() => {}
                Ok(None) | Err(Gone) => {
                    self.collect();
                    self.all_gone();
                }
            }
            self.collect();
        }
        self.judge_deaths();
        self.send();
    }

    /// Takes in the news that are there, without waiting; returns whether there were any.
    pub(crate) fn collect(&mut self) -> bool {
        let mut is_any = false;
        while let Some(news) = self.inbox.next() {
            is_any = true;
            self.take_in(news);
        }
        is_any
    }

    fn take_in(&mut self, news: News<R>) {
        match news {
            News::Done {
                place,
                first_task,
                result,
            } => {
                if self.ledger.is_open(place, first_task) {
                    self.ledger.answer(place, done(result));
                    self.outbox.answered(first_task);
                }
            }
            News::Started { worker, pid } => self.crew.has_started(worker, pid),
            News::Ended { worker, exit, task } => {
                let pid = self.crew.has_ended(worker);
                let cause = Cause::WorkerDied { pid, exit };
                let suspect = task.and_then(|task| self.ledger.suspect(task, cause));
                suspect.into_iter().for_each(|it| self.deaths.died(it));
            }
            News::GivenUp { why } => self.crew.has_given_up(why),
            News::Piece { .. } => {} // The inbox puts them together.
        }
    }

    /// Finds out which packets are lost. Of such a packet the task that the worker had in hand has
    /// failed, and the ones after it are not run.
    fn judge_deaths(&mut self) {
        if self.deaths.is_empty() {
            return;
        }
        // In this order, see `Deaths`: the queue, the hands, the answers.
        let first_in_queue = self.outbox.first_in_queue();
        self.deaths.look(first_in_queue, &self.crew.tasks());
        self.collect();
        let is_open = |suspect: &Suspect| self.ledger.is_open(suspect.place, suspect.tasks.start);
        for lost in self.deaths.judge(is_open) {
            self.inbox.forget_pieces(lost.tasks.start);
            self.outbox.answered(lost.tasks.start);
            let failed = failed(lost.task, lost.tasks.end, lost.cause);
            self.ledger.answer(lost.place, failed);
        }
    }

    /// Whether some process lives, or some task has no answer yet.
    pub(crate) fn is_under_way(&self) -> bool {
        self.inbox.is_open() || self.ledger.unanswered() > 0
    }

    /// All processes have gone, and what is not done will not be.
    fn all_gone(&mut self) {
        self.inbox.close();
        self.outbox.close();
        self.ledger.answer_all(&self.crew.all_gone());
    }

    /// Ends all processes, and answers what is left. Takes some milliseconds; [`LIMIT`] if
    /// something holds the supervisor up.
    pub(crate) fn stop(&mut self) {
        self.door = Door::Ending;
        self.outbox.clear();
        self.crew.let_go();
        // What the workers have told comes before the end of the queue.
        let deadline = Instant::now() + LIMIT;
        let left = || deadline.saturating_duration_since(Instant::now());
        while self.inbox.is_open() && !left().is_zero() {
            self.turn(left());
        }
        self.all_gone();
        self.crew.end(left());
    }
}

impl<R> fmt::Debug for Owner<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").finish_non_exhaustive()
    }
}
