//! The scheduler's loop: takes in what has come, asks the machine, keeps what is to be kept, and
//! only then says what is to be said.
//!
//! All that has come since the last turn is one turn, so that under load many tasks share one
//! commit and one packet. While that is being written, the hub decides what comes next, and does not say it.

mod effects;
mod handing_in;
mod picture;
mod saying;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use scheduler::limits::GRACE;
use scheduler::machine::{Effect, Event, Machine, Peer};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

use crate::line::Line;
use crate::lobby::Input;
use crate::outbox::Outbox;
use crate::printing::say;
use crate::rate::Rate;
use crate::room::Load;
use crate::wire::{FromCluster, Hello, Overview, ToCluster, VERSION};
use saying::say_when_full;
pub(crate) use writer::Writer;

/// How many peers may be logged in. Each costs two threads.
const MOST_PEERS: usize = 1024;

/// How many packets are taken in before the effects are carried out.
const MOST_INPUTS: usize = 256;

/// After how many messages they are carried out within a turn: peers go on with the answers to the first
/// ones while the others are decided. On disk each time is a commit, and more tasks share it; if as many are
/// being written still, the hub waits, so that no more than twice as many take memory.
const MOST_UNANSWERED: usize = 512;
const MOST_UNCOMMITTED: usize = 4096;

/// How many bytes of answers, or of what is lent, count as another message.
const LONG_BYTES: usize = 4 << 10;

const TICK: Duration = Duration::from_millis(100);

/// The batch of which a peer has handed in the latest task.
#[derive(Clone, Copy, Default)]
struct HandsIn {
    batch: u64,
    /// How many tasks the peer hands in with it; 0 if it has not said so.
    tasks: u64,
    /// It was refused a task: the batch is one of other tasks, and takes no more of this peer's.
    is_refused: bool,
}

struct Link {
    outbox: Outbox,
    role: Role,
    name: String,
    address: SocketAddr,
    told: u64,
    hands_in: HandsIn,
}

pub(crate) struct Hub {
    machine: Machine,
    writer: Option<Writer>,
    /// The number of the queue: that of the database, or of this process alone.
    queue: u64,
    /// The name of the database.
    data: Option<String>,
    /// How long a drain may take.
    grace: Duration,
    links: BTreeMap<Peer, Link>,
    started: Instant,
    /// How long it has run, without the time that it was stopped or the disk was slow.
    now: Duration,
    /// How much of that has passed since the writer has begun what it is writing.
    counted: Duration,
    pending: Vec<Effect>,
    /// How many messages were heard since that was carried out.
    heard: usize,
    overviews: BTreeSet<Peer>,
    looks: Vec<SyncSender<Overview>>,
    rate: Rate,
    /// What the packets of this turn take of the room, until all that it has decided is said.
    loads: Vec<Load>,
    /// Whether it was said that results take all the room.
    is_full: bool,
    /// How many signals to end have come, and how many of them were seen.
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
            .map_or_else(common::random_number, |writer| writer.queue);
        Self {
            machine,
            writer,
            queue,
            data,
            grace,
            links: BTreeMap::new(),
            started: Instant::now(),
            now: Duration::ZERO,
            counted: Duration::ZERO,
            pending: Vec::new(),
            heard: 0,
            overviews: BTreeSet::new(),
            looks: Vec::new(),
            rate: Rate::default(),
            loads: Vec::new(),
            is_full: false,
            asked,
            signals: 0,
            ended: None,
        }
    }

    /// Serves all who come. Blocks until the process is asked to end, and the leases are over or
    /// the grace is.
    ///
    /// # Errors
    /// When the disk keeps nothing more: each peer is told, and nothing more was promised.
    pub(crate) fn run(&mut self, inputs: &Receiver<Input>) -> Result<(), String> {
        let served = self.serve(inputs);
        // What was decided by now is kept as well: it is counted among what is left.
        let served = served
            .and_then(|()| self.carry_out())
            .and_then(|()| self.say_written());
        if let Err(why) = &served {
            self.refuse_all(why);
        }
        self.links.clear();
        served
    }

    fn serve(&mut self, inputs: &Receiver<Input>) -> Result<(), String> {
        let mut looked = Instant::now();
        // What was over before the scheduler began is not to be seen.
        self.step(Event::Tick);
        while !self.is_over() {
            common::life::idles();
            let first = inputs.recv_timeout(self.pause());
            self.pass(looked.elapsed());
            looked = Instant::now();
            self.turn(first, inputs)?;
            self.note_rate();
            say_when_full(self.machine.is_full_of_results(), &mut self.is_full);
        }
        Ok(())
    }

    /// Lets this time count for leases. If we were stopped, heartbeats wait to be read; while the disk is
    /// slow, a worker has not heard of all that it is lent, and cannot name it: that does not count.
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

    /// How long to wait when nothing comes.
    fn pause(&self) -> Duration {
        if self.ended.is_some() {
            TICK / 50
        } else if self.is_sweeping() {
            Duration::ZERO
        } else {
            TICK
        }
    }

    /// Whether nothing is being written, and there are rows to be deleted.
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
                    return Ok(()); // Cut off meanwhile.
                };
                for message in link.outbox.line().note(received) {
                    self.hear(peer, message);
                    if self.heard >= self.most_heard() {
                        self.carry_out()?;
                        if !self.links.contains_key(&peer) {
                            break; // Hung up by that.
                        }
                    }
                }
                self.loads.push(load);
            }
            Input::Busy(peer) => self.step(Event::Alive(peer)),
            Input::Ended(peer) => self.drop_link(peer),
            Input::Look(reply) => self.looks.push(reply),
            // The end of the turn sees to that.
            Input::Written => {}
        }
        Ok(())
    }

    fn most_heard(&self) -> usize {
        match self.writer {
            Some(_) => MOST_UNCOMMITTED,
            None => MOST_UNANSWERED,
        }
    }

    fn join(&mut self, peer: Peer, line: Arc<Line>, hello: Hello, address: SocketAddr) {
        let why = if hello.version != VERSION {
            format!("it speaks version {VERSION}, and not {}", hello.version)
        } else if self.links.len() >= MOST_PEERS {
            format!("{MOST_PEERS} are connected, and it serves no more at a time")
        } else if self.ended.is_some() {
            "it is about to end".to_owned()
        } else {
            let outbox = match Outbox::new(line) {
                Ok(outbox) => outbox,
                Err(error) => return say!("No thread for {address}: {error}"),
            };
            // Any peer may choose it.
            let name = common::clean(&hello.name);
            if hello.role == Role::Worker {
                say!("Worker {name} ({address}) has come");
            }
            let link = Link {
                outbox,
                role: hello.role,
                name,
                address,
                told: 0,
                hands_in: HandsIn::default(),
            };
            let queue = self.queue;
            link.outbox.put(vec![FromCluster::Welcome { queue }]);
            self.links.insert(peer, link);
            return;
        };
        let refused = FromScheduler::Refused { why };
        let _gone = line.send(&[FromCluster::Machine(refused)]);
        line.finish();
    }

    fn hear(&mut self, peer: Peer, message: ToCluster) {
        self.heard += 1;
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
            // A person ends the scheduler where it runs.
            ToCluster::Machine(ToScheduler::Shutdown | ToScheduler::Drain { .. }) => {}
            ToCluster::Machine(message) => {
                // What is on its way to it, it cannot name yet.
                if let ToScheduler::Heartbeat { .. } = message
                    && let Some(link) = self.links.get(&peer)
                    && !link.outbox.is_empty()
                {
                    self.step(Event::Alive(peer));
                }
                if let ToScheduler::Done { .. } | ToScheduler::Failed { .. } = message
                    && let Some(link) = self.links.get_mut(&peer)
                {
                    link.told += 1;
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
        let bytes: usize = self.pending[before..].iter().map(effects::bytes).sum();
        self.heard += bytes / LONG_BYTES;
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

    fn drop_link(&mut self, peer: Peer) {
        if let Some(link) = self.links.remove(&peer) {
            if link.role == Role::Worker {
                let held = self.machine.held_by(peer);
                say!("Worker {} has gone, with {held} tasks", link.name);
            }
            link.outbox.line().close();
            self.step(Event::Gone(peer));
        }
    }

    /// What is left when it has ended.
    pub(crate) fn status(&self) -> scheduler::task::Status {
        self.machine.status()
    }
}

#[cfg(test)]
mod tests;
