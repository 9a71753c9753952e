//! The scheduler's loop. Each turn takes messages in, asks the machine, commits its records, and
//! only then sends the answers.
//!
//! A turn takes in all that has arrived since the last one, so that under load many tasks share one commit
//! and one packet. During a commit the hub already decides the next turn, but sends none of its answers.

mod effects;
mod handing_in;
mod joining;
mod notices;
mod picture;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use scheduler::limits::{GRACE, HEARTBEAT};
use scheduler::machine::{Effect, Event, Machine, Peer};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

use crate::lobby::Input;
use crate::outbox::Outbox;
use crate::printing::{Seldom, say};
use crate::rate::Rate;
use crate::room::Load;
use crate::wire::{FromCluster, Overview, Queue, ToCluster, answer_bytes};
use notices::print_when_full;
pub(crate) use writer::Writer;

/// How many packets are taken in before the effects are carried out.
const MOST_INPUTS: usize = 256;

/// After this many messages within a turn, the hub carries out their effects, so that peers can go on
/// with the first answers while it decides the rest. On disk each time is a commit, so more messages
/// share it; if the last commit is still under way, the hub waits: memory holds at most twice as many.
const MOST_UNANSWERED: usize = 512;
const MOST_UNCOMMITTED: usize = 4096;

/// This many bytes of answers or of leased arguments count as one more message.
const LONG_BYTES: usize = 4 << 10;

const TICK: Duration = Duration::from_millis(100);

/// The batch to which a peer's latest task belongs.
#[derive(Clone, Copy, Default)]
struct HandsIn {
    batch: u64,
    /// How many tasks the peer will hand in with it; 0 if it has sent no `Expect`.
    tasks: u64,
    /// A task was refused because the batch has other tasks: the peer's later ones are ignored.
    is_refused: bool,
}

struct Link {
    outbox: Outbox,
    role: Role,
    name: String,
    address: SocketAddr,
    reported: u64,
    hands_in: HandsIn,
    /// When its latest heartbeat was taken in.
    last_heartbeat: Duration,
}

pub(crate) struct Hub {
    machine: Machine,
    writer: Option<Writer>,
    queue: Queue,
    /// The name of the database.
    data: Option<String>,
    /// How long a drain may take.
    grace: Duration,
    links: BTreeMap<Peer, Link>,
    /// Peers that have gone in this turn. Their links stay until what they sent before is answered.
    leaving: Vec<Peer>,
    started: Instant,
    /// The clock of the leases: how long the hub has run, without stops and slow commits.
    now: Duration,
    /// How much time has counted since the current commit began; see `pass`.
    counted: Duration,
    pending: Vec<Effect>,
    /// How many messages were taken in since effects were last carried out.
    received: usize,
    overviews: BTreeSet<Peer>,
    looks: Vec<SyncSender<Overview>>,
    rate: Rate,
    /// The room that packets of this turn hold until all its decisions are sent.
    loads: Vec<Load>,
    /// Whether it was printed that results take all the room.
    is_full: bool,
    /// That peers were refused.
    refusals: Seldom,
    /// How many signals to end have come, and how many of them were handled.
    asked: Arc<AtomicU32>,
    signals: u32,
    ended: Option<Instant>,
}

impl Hub {
    pub(crate) fn new(
        machine: Machine,
        writer: Option<Writer>,
        data: Option<String>,
        grace: Duration,
        asked: Arc<AtomicU32>,
    ) -> Self {
        let queue = writer
            .as_ref()
            .map_or_else(Queue::new, |writer| writer.queue);
        Self {
            machine,
            writer,
            queue,
            data,
            grace,
            links: BTreeMap::new(),
            leaving: Vec::new(),
            started: Instant::now(),
            now: Duration::ZERO,
            counted: Duration::ZERO,
            pending: Vec::new(),
            received: 0,
            overviews: BTreeSet::new(),
            looks: Vec::new(),
            rate: Rate::default(),
            loads: Vec::new(),
            is_full: false,
            refusals: Seldom::default(),
            asked,
            signals: 0,
            ended: None,
        }
    }

    /// Serves all peers. Blocks until a signal asks the process to end and no task is leased, or
    /// the grace is over.
    ///
    /// # Errors
    /// When a commit fails. Each peer then gets the reason, and no answer has promised what is not on disk.
    pub(crate) fn run(&mut self, inputs: &Receiver<Input>) -> Result<(), String> {
        let served = self.serve(inputs);
        // The last decisions are committed too: the status at the end counts them.
        let served = served
            .and_then(|()| self.carry_out())
            .and_then(|()| self.send_written());
        if let Err(why) = &served {
            self.refuse_all(why);
        }
        self.links.clear();
        served
    }

    fn serve(&mut self, inputs: &Receiver<Input>) -> Result<(), String> {
        let mut looked = Instant::now();
        // Forgets batches whose time was over before this start, so that no peer sees them.
        self.step(Event::Tick);
        while !self.is_over() {
            common::life::idles();
            let first = inputs.recv_timeout(self.pause());
            self.pass(looked.elapsed());
            looked = Instant::now();
            self.turn(first, inputs)?;
            self.note_rate();
            print_when_full(self.machine.is_full_of_results(), &mut self.is_full);
        }
        Ok(())
    }

    /// Lets `elapsed` count for leases: at most 200 ms of it, and of a commit. After a stop, heartbeats
    /// wait unread; while the disk is slow, a worker cannot name leases that it has not received.
    fn pass(&mut self, elapsed: Duration) {
        if !self.is_writing() {
            self.counted = Duration::ZERO;
        }
        let passed = elapsed.min((2 * TICK).saturating_sub(self.counted));
        self.counted += passed;
        self.now += passed;
    }

    fn note_rate(&mut self) {
        self.rate.note(self.now, self.machine.ends());
    }

    fn turn(
        &mut self,
        first: Result<Input, RecvTimeoutError>,
        inputs: &Receiver<Input>,
    ) -> Result<(), String> {
        if let Ok(input) = first {
            let more = inputs.try_iter().take(MOST_INPUTS);
            std::iter::once(input)
                .chain(more)
                .try_for_each(|input| self.take_in(input))?;
        }
        while self.signals < self.asked.load(Ordering::Relaxed) {
            self.signal();
        }
        let timer = self.machine.next_timer();
        if timer.is_some_and(|timer| timer <= self.now) {
            self.step(Event::Tick);
        }
        self.carry_out_unless_writing()
    }

    /// How long to wait for the next input.
    fn pause(&self) -> Duration {
        if self.ended.is_some() {
            TICK / 50
        } else if self.is_sweeping() {
            Duration::ZERO
        } else {
            TICK
        }
    }

    /// Whether no commit is under way and rows remain to be deleted.
    fn is_sweeping(&self) -> bool {
        let writer = self.writer.as_ref();
        writer.is_some_and(|writer| writer.is_sweeping() && !writer.is_writing())
    }

    fn is_writing(&self) -> bool {
        self.writer.as_ref().is_some_and(Writer::is_writing)
    }

    fn is_over(&self) -> bool {
        self.signals > 1
            || self.ended.is_some_and(|ended| {
                let is_due = |link: &Link| link.role == Role::Worker || !link.outbox.is_empty();
                ended.elapsed() >= GRACE || !self.links.values().any(is_due)
            })
    }

    fn take_in(&mut self, input: Input) -> Result<(), String> {
        match input {
            Input::Joined(peer, line, hello, from) => self.join(peer, line, hello, from),
            Input::Came(peer, received, load) => {
                let Some(link) = self.links.get(&peer) else {
                    return Ok(()); // The peer was cut off meanwhile.
                };
                let messages = link.outbox.line().note(received);
                // On a slow line a heartbeat waits behind what was sent before it: renew all.
                if self.now >= link.last_heartbeat + HEARTBEAT * 3 / 2 {
                    self.step(Event::Alive(peer));
                }
                for message in messages {
                    self.receive(peer, message);
                    if self.received >= self.most_received() {
                        self.carry_out()?;
                        if !self.links.contains_key(&peer) {
                            break; // `carry_out` hung up on it.
                        }
                    }
                }
                self.loads.push(load);
            }
            Input::Busy(peer) => self.step(Event::Alive(peer)),
            Input::Ended(peer) => self.let_go(peer),
            Input::Look(reply) => self.looks.push(reply),
            // The end of the turn polls the writer.
            Input::Written => {}
        }
        Ok(())
    }

    fn most_received(&self) -> usize {
        match self.writer {
            Some(_) => MOST_UNCOMMITTED,
            None => MOST_UNANSWERED,
        }
    }

    fn receive(&mut self, peer: Peer, message: ToCluster) {
        self.received += 1;
        self.obey(peer, message);
    }

    fn obey(&mut self, peer: Peer, message: ToCluster) {
        match message {
            ToCluster::Overview => drop(self.overviews.insert(peer)),
            ToCluster::Compare { key, call } => {
                let found = self.machine.compare(key, &call);
                let answer = found.unwrap_or(FromScheduler::Busy { key });
                self.pending.push(Effect::Send(peer, answer));
            }
            ToCluster::Expect { batch, tasks } => self.expect(peer, batch, tasks),
            ToCluster::Machine(ToScheduler::Submit { key, call }) => self.submit(peer, key, call),
            // Only a signal, on its own machine, ends this scheduler.
            ToCluster::Machine(ToScheduler::Shutdown | ToScheduler::Drain { .. }) => {}
            ToCluster::Machine(message) => {
                if let ToScheduler::Heartbeat { .. } = message
                    && let Some(link) = self.links.get_mut(&peer)
                {
                    link.last_heartbeat = self.now;
                    // It cannot name leases that still wait in the outbox: renew all.
                    if !link.outbox.is_empty() {
                        self.step(Event::Alive(peer));
                    }
                }
                if let ToScheduler::Done { .. } | ToScheduler::Failed { .. } = message
                    && let Some(link) = self.links.get_mut(&peer)
                {
                    link.reported += 1;
                }
                self.step(Event::Received(peer, message));
            }
        }
    }

    fn signal(&mut self) {
        self.signals += 1;
        if self.signals == 1 {
            let status = self.machine.status();
            let grace = self.grace.as_secs();
            let leased = status.leased;
            say!("Ending: {leased} leased tasks have {grace} s; once more ends at once");
            self.step(Event::Drain(self.grace));
        }
    }

    fn step(&mut self, event: Event) {
        let before = self.pending.len();
        self.machine.step_into(self.now, event, &mut self.pending);
        let bytes = |effect: &Effect| match effect {
            Effect::Send(_, FromScheduler::Lease { call, .. }) => call.body.len(),
            Effect::Send(_, message) => answer_bytes(message),
            _ => 0,
        };
        let long: usize = self.pending[before..].iter().map(bytes).sum();
        self.received += long / LONG_BYTES;
    }

    fn refuse_all(&mut self, why: &str) {
        let why = why.to_owned();
        let refused = FromCluster::Machine(FromScheduler::Refused { why });
        for link in self.links.values_mut() {
            link.outbox.put_last(vec![refused.clone()]);
        }
        let limit = Instant::now() + GRACE;
        while Instant::now() < limit && !self.links.values().all(|link| link.outbox.is_empty()) {
            std::thread::sleep(TICK / 50);
        }
    }

    /// How many tasks are in which state, after the hub has ended.
    pub(crate) fn status(&self) -> scheduler::task::Status {
        self.machine.status()
    }
}

#[cfg(test)]
mod tests;
