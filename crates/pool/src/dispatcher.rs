//! The workers of a pool, and the work on its way to them and back.
//!
//! No thread drives this (a process with threads could not fork a new worker). The workers take
//! packets from the queue by themselves; answers are collected, and dead workers replaced,
//! whenever the pool's owner is in one of its calls.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use common::Message;
use ipc_pipe::{TryRecvError, wait_any};
use ipc_queue::TryPutError;

use crate::PoolError;
use crate::error::Cause;
use crate::ledger::Ledger;
use crate::serve::Packet;
use crate::worker::{StartWorker, Worker, done_of};

pub(crate) struct Dispatcher<R> {
    pub(crate) ledger: Ledger<R>,
    pub(crate) workers: Vec<Worker>,
    start: StartWorker,
    /// How many workers have been started, for their names.
    started: usize,
    /// Packets for which the queue had no room yet.
    backlog: VecDeque<Packet>,
    /// The numbers of the packets that have been put into the queue. Those at the end may be in
    /// it still, as many as it has now; the others have been taken.
    pub(crate) put: VecDeque<u64>,
    /// How many workers there are to be.
    pub(crate) wanted: usize,
    /// How many have died since the last answer: workers that die at their start would be
    /// replaced for ever.
    pub(crate) deaths_in_a_row: usize,
    /// `None` once everything has been put and the pool is closed: the workers see the end.
    packets: Option<ipc_queue::Sender<Packet>>,
    /// An end for workers to come.
    pub(crate) source: ipc_queue::Receiver<Packet>,
    pub(crate) is_closed: bool,
}

impl<R: Message> Dispatcher<R> {
    pub(crate) fn new(workers: usize, start: StartWorker) -> Result<Self, PoolError> {
        let (packets, source) = ipc_queue::unbounded().map_err(PoolError::Os)?;
        let mut dispatcher = Self {
            ledger: Ledger::new(),
            workers: Vec::new(),
            start,
            started: 0,
            backlog: VecDeque::new(),
            put: VecDeque::new(),
            packets: Some(packets),
            source,
            is_closed: false,
            wanted: workers,
            deaths_in_a_row: 0,
        };
        for _ in 0..workers {
            dispatcher.start_one()?;
        }
        Ok(dispatcher)
    }

    pub(crate) fn start_one(&mut self) -> Result<(), PoolError> {
        self.started += 1;
        let packets = self.source.try_clone().map_err(PoolError::Os)?;
        let name = format!("worker {}", self.started);
        self.workers
            .push(Worker::start(name, packets, &self.start)?);
        Ok(())
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        self.workers
            .iter()
            .map(|worker| worker.process.pid())
            .collect()
    }

    /// No packet will be submitted any more.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
        self.put_backlog();
    }

    /// Takes a packet on. It has been entered in the ledger.
    pub(crate) fn submit(&mut self, packet: Packet) {
        self.backlog.push_back(packet);
        self.put_backlog();
    }

    fn put_backlog(&mut self) {
        self.forget_taken();
        while let (Some(packets), Some(packet)) = (&self.packets, self.backlog.pop_front()) {
            let number = packet.0;
            match packets.try_put(packet) {
                Ok(()) => self.put.push_back(number),
                Err(TryPutError::TooLong { most_bytes, .. }) => {
                    let text = format!("its argument has more than {most_bytes} bytes");
                    self.ledger.answer(number, vec![Err(Cause::Refused(text))]);
                }
                Err(full) => {
                    self.backlog.push_front(full.into_inner());
                    return;
                }
            }
        }
        if self.is_closed {
            self.packets = None;
        }
    }

    /// One turn of the work: hands out what there is room for, and collects what is there, or
    /// waits up to `limit` for something to collect.
    pub(crate) fn turn(&mut self, limit: Duration) {
        self.put_backlog();
        if self.collect() {
            return;
        }
        self.replace_the_dead();
        let answers: Vec<_> = self.workers.iter().map(|worker| &worker.answers).collect();
        if wait_any(&answers, limit).is_some() {
            self.collect();
        }
    }

    /// Whether there is anybody to wait for.
    pub(crate) fn has_workers(&self) -> bool {
        !self.workers.is_empty()
    }

    /// Collects the answers that are there, and notes the deaths; gives whether there was any.
    fn collect(&mut self) -> bool {
        let unanswered = self.ledger.unanswered();
        let dead = self.take_answers();
        for &place in dead.iter().rev() {
            let worker = self.workers.swap_remove(place);
            self.worker_died(worker);
        }
        let has_answers = self.ledger.unanswered() < unanswered;
        self.deaths_in_a_row = if has_answers {
            0
        } else {
            self.deaths_in_a_row + dead.len()
        };
        if !dead.is_empty() {
            self.replace_the_dead();
        }
        has_answers || !dead.is_empty()
    }

    /// Enters the answers that are there; gives the places of workers that have ended, the end of
    /// whose pipe has come: all that they answered has been entered.
    pub(crate) fn take_answers(&mut self) -> Vec<usize> {
        let mut ended = Vec::new();
        for (place, worker) in self.workers.iter().enumerate() {
            let end = loop {
                match worker.answers.try_recv() {
                    Ok((number, told)) => self.ledger.answer(number, done_of(&told)),
                    Err(end) => break end,
                }
            };
            if !matches!(end, TryRecvError::Empty) {
                ended.push(place);
            }
        }
        ended
    }

    /// Kills all workers and answers what is left.
    pub(crate) fn stop(&mut self) {
        self.is_closed = true;
        self.backlog.clear();
        self.packets = None;
        for worker in &self.workers {
            // All of them first, so that they die side by side; drop waits for each.
            let _is_dead = worker.process.kill();
        }
        self.workers.clear();
        self.ledger.answer_all(&Cause::Stopped);
    }
}

impl<R> fmt::Debug for Dispatcher<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}
