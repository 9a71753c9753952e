//! Who does what: the scheduler as a pure function of what has happened so far.
//!
//! No network, no clock, no chance: [`Scheduler::step`] takes an event and gives what is to be
//! done about it. So a test can play a thousand orders of events in a moment, and each failure
//! again.

use std::collections::{BTreeMap, VecDeque};

use crate::wire::{FromScheduler, TaskId, TaskOutcome, ToScheduler};

/// How often a task is given out. One that kills its worker each time must not kill them all.
pub const MOST_ATTEMPTS: u32 = 3;

/// One connection, of a client or a worker. A number is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub u64);

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The peer said this.
    Received(ToScheduler),
    /// Its connection has ended. Nothing of this peer may come after it.
    Gone,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Tell this peer. If it has gone meanwhile, its `Gone` is on the way.
    Send(Peer, FromScheduler),
    /// Tell everybody, and end.
    Shutdown,
}

/// A task: `Ready -> Leased -> Finished` (done or failed), and back to `Ready` when the
/// connection of its worker ends.
#[derive(Debug)]
struct Task {
    kind: String,
    body: Vec<u8>,
    attempts: u32,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Ready,
    Leased(Peer),
    Finished(TaskOutcome),
}

/// All tasks, and who waits for what.
#[derive(Debug, Default)]
pub struct Scheduler {
    tasks: BTreeMap<TaskId, Task>,
    /// Exactly the tasks whose state is `Ready`, the next one first.
    ready: VecDeque<TaskId>,
    /// Workers without a task, the one that has waited longest first. While there is one, no
    /// task is ready.
    idle: VecDeque<Peer>,
    /// Clients to be told of a task that is not finished.
    waiting: Vec<(TaskId, Peer)>,
}

impl Scheduler {
    /// Takes note of an event, and gives what is to be done about it, in this order.
    ///
    /// What makes no sense, such as a result from who does not hold the task, changes nothing.
    #[must_use = "the effects are to be carried out"]
    pub fn step(&mut self, peer: Peer, event: Event) -> Vec<Effect> {
        match event {
            Event::Received(ToScheduler::Submit { kind, body }) => self.submit(peer, kind, body),
            Event::Received(ToScheduler::Collect { id }) => self.collect(peer, id),
            Event::Received(ToScheduler::Shutdown) => vec![Effect::Shutdown],
            Event::Received(ToScheduler::Ready) => self.ready(peer),
            Event::Received(ToScheduler::Done { id, body }) => self.finish(peer, id, Ok(body)),
            Event::Received(ToScheduler::Failed { id, message }) => {
                self.finish(peer, id, Err(message))
            }
            Event::Received(ToScheduler::Heartbeat | ToScheduler::Hello { .. }) => Vec::new(),
            Event::Gone => self.forget(peer),
        }
    }

    /// Whether the peer owes us something, and so must not be silent.
    #[must_use]
    pub fn holds_a_lease(&self, peer: Peer) -> bool {
        let mut tasks = self.tasks.values();
        tasks.any(|task| task.state == State::Leased(peer))
    }

    fn submit(&mut self, client: Peer, kind: String, body: Vec<u8>) -> Vec<Effect> {
        let id = TaskId(self.tasks.len() as u64);
        let task = Task {
            kind,
            body,
            attempts: 0,
            state: State::Ready,
        };
        self.tasks.insert(id, task);
        self.ready.push_back(id);
        let mut effects = vec![Effect::Send(client, FromScheduler::Accepted { id })];
        self.give_out(&mut effects);
        effects
    }

    fn collect(&mut self, client: Peer, id: TaskId) -> Vec<Effect> {
        let answer = match self.tasks.get(&id).map(|task| &task.state) {
            None => FromScheduler::Unknown { id },
            Some(State::Finished(outcome)) => FromScheduler::Finished {
                id,
                outcome: outcome.clone(),
            },
            Some(State::Ready | State::Leased(_)) => {
                // Who asks twice is told once.
                if !self.waiting.contains(&(id, client)) {
                    self.waiting.push((id, client));
                }
                return Vec::new();
            }
        };
        vec![Effect::Send(client, answer)]
    }

    fn ready(&mut self, worker: Peer) -> Vec<Effect> {
        if !self.idle.contains(&worker) {
            self.idle.push_back(worker);
        }
        let mut effects = Vec::new();
        self.give_out(&mut effects);
        effects
    }

    /// Leases ready tasks to idle workers, until one of the two has run out.
    fn give_out(&mut self, effects: &mut Vec<Effect>) {
        while let (Some(&worker), Some(&id)) = (self.idle.front(), self.ready.front()) {
            self.idle.pop_front();
            self.ready.pop_front();
            let task = self.tasks.get_mut(&id).expect("what is ready is a task");
            task.attempts += 1;
            task.state = State::Leased(worker);
            let (kind, body) = (task.kind.clone(), task.body.clone());
            effects.push(Effect::Send(
                worker,
                FromScheduler::Lease { id, kind, body },
            ));
        }
    }

    /// Records what came of a task, once: only the holder of the lease can say it, and then the
    /// lease is over.
    fn finish(&mut self, worker: Peer, id: TaskId, outcome: TaskOutcome) -> Vec<Effect> {
        let task = self.tasks.get_mut(&id);
        let Some(task) = task.filter(|task| task.state == State::Leased(worker)) else {
            return Vec::new();
        };
        task.state = State::Finished(outcome.clone());
        // Nobody will do it again.
        task.body = Vec::new();
        let told = self
            .waiting
            .extract_if(.., |(waited_for, _)| *waited_for == id);
        told.map(|(id, client)| {
            let outcome = outcome.clone();
            Effect::Send(client, FromScheduler::Finished { id, outcome })
        })
        .collect()
    }

    /// A peer is gone: it waits for nothing any more, and its tasks go back.
    fn forget(&mut self, peer: Peer) -> Vec<Effect> {
        self.idle.retain(|&idle| idle != peer);
        self.waiting.retain(|&(_, client)| client != peer);
        let mut effects = Vec::new();
        for id in self.leased_to(peer) {
            let task = self.tasks.get_mut(&id).expect("what is leased is a task");
            if task.attempts < MOST_ATTEMPTS {
                task.state = State::Ready;
                // It has waited longest: to the front.
                self.ready.push_front(id);
            } else {
                let text = format!("its worker died in each of {MOST_ATTEMPTS} attempts");
                effects.extend(self.finish(peer, id, Err(text)));
            }
        }
        self.give_out(&mut effects);
        effects
    }

    fn leased_to(&self, worker: Peer) -> Vec<TaskId> {
        let tasks = self.tasks.iter();
        tasks
            .filter(|(_, task)| task.state == State::Leased(worker))
            .map(|(&id, _)| id)
            .collect()
    }
}
