//! A worker's end of the line: takes tasks from the queues, and writes their ends into the log. A
//! delivery is acknowledged when its end is in the log.

mod confirming;
mod reporting;
mod suspecting;
mod taking;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use common::{EventId, Trace};
use lapin::Channel;
use scheduler::TaskId;
use scheduler::wire::{FromScheduler, Role, ToScheduler};
use smol::Timer;
use smol::channel::{Receiver, Sender};
use smol::future::or;
use smol::lock::Mutex;

use super::actor::{Actor, Mailbox, Posted};
use super::messages::{Cause, Task};
use super::roll_call;
use super::session::{ANSWER_LIMIT, Session, longest, within};
use crate::line_error::LineError;
use crate::peer::{ConnectError, PeerLine};
use crate::wire::{FromCluster, Queue, ToCluster};
use confirming::Confirming;

/// A message to the worker; a task comes with the event that sent it.
type Answer = (FromScheduler, Option<Cause>);
/// Messages of the worker, each with the event that sent it.
type Sent = Vec<(ToCluster, Cause)>;

/// Queues of the same name count as the same queue.
const QUEUE: Queue = Queue {
    number: 0,
    run: 0,
    first: TaskId(0),
};

pub(super) struct WorkerLine {
    /// Whether the worker has received its welcome.
    is_welcome: AtomicBool,
    mailbox: Mailbox<Answer>,
    tasks: Trace,
    log: Trace,
}

impl WorkerLine {
    pub(super) fn start(session: Session, longest: Arc<AtomicUsize>) -> Result<Self, ConnectError> {
        let tasks = Trace::named(session.queues.tasks.clone());
        let log = Trace::named(session.queues.log.clone());
        let mailbox = Mailbox::open("broker", |to_do, answers| {
            run(session, longest, to_do, answers)
        })?;
        let is_welcome = AtomicBool::new(false);
        Ok(Self {
            is_welcome,
            mailbox,
            tasks,
            log,
        })
    }
}

impl PeerLine for WorkerLine {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        let noted = messages.iter().map(|message| {
            let sent = match message {
                ToCluster::Machine(
                    it @ (ToScheduler::Done { .. } | ToScheduler::Failed { .. }),
                ) => self.log.sends(it, &mut []),
                ToCluster::Machine(it @ ToScheduler::Release { .. }) => {
                    self.tasks.sends(it, &mut [])
                }
                _ => EventId::NONE,
            };
            (message.clone(), sent.to_bytes())
        });
        self.mailbox.put(noted.collect())
    }

    fn send_unnoted(&self, _alive: &ToCluster) -> Result<(), LineError> {
        // The connection has heartbeats of its own.
        Ok(())
    }

    fn recv(&self, limit: Duration) -> Result<Vec<FromCluster>, LineError> {
        if !self.is_welcome.swap(true, Ordering::Relaxed) {
            return Ok(vec![FromCluster::Welcome { queue: QUEUE }]);
        }
        let answers = self.mailbox.take(limit)?.into_iter();
        let noted = answers.map(|(message, cause)| {
            if let Some(cause) = cause {
                self.tasks.received(&message, EventId::from_bytes(cause));
            }
            FromCluster::Machine(message)
        });
        Ok(noted.collect())
    }

    fn close(&self) {
        self.mailbox.close();
    }

    fn finish(&self) {
        self.mailbox.finish();
    }
}

/// A task that was delivered.
struct Held {
    /// The tag of its delivery.
    tag: u64,
    is_begun: bool,
    /// Whether it came from `suspects`.
    is_suspect: bool,
    task: Task,
}

#[derive(Default)]
struct State {
    /// Tasks that are not acknowledged. A task with two copies may be delivered twice.
    held: HashMap<TaskId, Vec<Held>>,
    /// The tags of all deliveries that are not acknowledged.
    tags: BTreeSet<u64>,
    /// All deliveries up to `come` are here, and those `beyond` it: several queues deliver.
    come: u64,
    beyond: BTreeSet<u64>,
    /// Tasks that need not be done, up to this round of each: they were cancelled, or were begun on
    /// an earlier line and have ended. A later round is a new request.
    needless: HashMap<TaskId, u32>,
    /// Tasks that were begun on an earlier line and still run.
    earlier: HashSet<TaskId>,
    reported: u64,
    /// The name of the current consumer of tasks, and how many tasks it has at a time.
    consumer: Option<String>,
    credit: u32,
    consumers: u64,
    /// How many streams of tasks are open: a cancelled one may still deliver some.
    streams: u32,
    /// No tasks are consumed, because this worker is about to take a suspect, or has one.
    is_suspecting: bool,
}

struct Worker {
    session: Session,
    /// The length of the longest message that the broker takes, once an earlier line has ended by it.
    longest: Arc<AtomicUsize>,
    /// The channel on which tasks are delivered.
    channel: Channel,
    actor: Actor,
    answers: mpsc::Sender<Answer>,
    state: RefCell<State>,
    /// Messages to be confirmed, in the order in which they were published.
    confirming: Sender<Confirming>,
    /// Held while a consumer of tasks is started or ended.
    changing: Mutex<()>,
    /// Signals that a delivery was acknowledged, or that a stream of tasks is over.
    freed: (Sender<()>, Receiver<()>),
}

async fn run(
    session: Session,
    most: Arc<AtomicUsize>,
    to_do: Receiver<Posted<Sent>>,
    answers: mpsc::Sender<Answer>,
) {
    let sender = answers.clone();
    if let Err(why) = serve(session, &most, to_do, answers).await {
        if let Some(longest) = longest(&why) {
            most.store(longest, Ordering::Relaxed);
        }
        // The worker prints the reason, and tries again.
        let _over = sender.send((FromScheduler::Refused { why }, None));
    }
}

async fn serve(
    session: Session,
    longest: &Arc<AtomicUsize>,
    to_do: Receiver<Posted<Sent>>,
    answers: mpsc::Sender<Answer>,
) -> Result<(), String> {
    let channel = within(ANSWER_LIMIT, session.connection.create_channel()).await?;
    let (confirming, confirms) = smol::channel::unbounded();
    let worker = Rc::new(Worker {
        session,
        longest: Arc::clone(longest),
        channel,
        actor: Actor::new(),
        answers,
        state: RefCell::default(),
        confirming,
        changing: Mutex::new(()),
        freed: smol::channel::bounded(1),
    });
    let (follower, caller, confirmer) =
        (Rc::clone(&worker), Rc::clone(&worker), Rc::clone(&worker));
    let actor = &worker.actor;
    let (reading, is_read) = smol::channel::bounded::<()>(1);
    actor.spawn(async move { follower.follow_cancelled(reading).await });
    actor.spawn(async move {
        roll_call::answer(&caller.session, Role::Worker, || caller.count()).await
    });
    let (done, is_done) = smol::channel::bounded::<()>(1);
    actor.spawn(async move {
        let _done = done;
        confirmer.confirm_all(confirms).await
    });
    let listening = Rc::clone(&worker);
    let all = async move {
        // Before the worker takes a task, it knows which ones are cancelled.
        closed(is_read, &listening.session).await?;
        let last = Rc::clone(&listening).listen(to_do).await?;
        // Before it ends, all published messages are confirmed.
        listening.confirming.close();
        let _closed = is_done.recv().await;
        drop(last);
        Ok(())
    };
    let over = worker.actor.run(all).await;
    worker.session.close().await;
    over
}

/// Waits until the cancelled tasks are read.
async fn closed(is_read: Receiver<()>, session: &Session) -> Result<(), String> {
    let read = async {
        let _closed = is_read.recv().await;
        Ok(())
    };
    let late = async {
        Timer::after(ANSWER_LIMIT).await;
        Err(session.explain("the broker does not show which tasks are cancelled".to_owned()))
    };
    or(read, late).await
}

impl State {
    /// Sets and returns the name of the next consumer of tasks.
    fn next_consumer(&mut self) -> String {
        self.consumers += 1;
        let name = format!("tasks {}", self.consumers);
        self.consumer = Some(name.clone());
        name
    }

    /// Whether this round of a task need not be done. Its delivery is then to be acknowledged, and no
    /// other one comes on this line, so the note about the task is dropped.
    fn is_needless(&mut self, id: TaskId, round: u32) -> bool {
        let is_it = self.needless.get(&id).is_some_and(|&up_to| round <= up_to);
        if is_it {
            self.needless.remove(&id);
        }
        is_it
    }

    fn came(&mut self, tag: u64) {
        self.tags.insert(tag);
        self.beyond.insert(tag);
        while self.beyond.remove(&(self.come + 1)) {
            self.come += 1;
        }
    }
}

impl Worker {
    /// How many tasks the worker holds, and how many ends it has reported.
    fn count(&self) -> (u64, u64) {
        let state = self.state.borrow();
        (state.held.len() as u64, state.reported)
    }

    fn send(&self, message: FromScheduler, cause: Option<Cause>) {
        // If the receiver has gone, the line is about to end.
        let _over = self.answers.send((message, cause));
    }

    /// Takes in the worker's messages. All that have arrived are one turn, so that under load many
    /// ends share one entry of the log.
    async fn listen(
        self: Rc<Self>,
        to_do: Receiver<Posted<Sent>>,
    ) -> Result<Option<Sender<()>>, String> {
        while let Ok(first) = to_do.recv().await {
            let mut next = Some(first);
            let mut ends = Vec::new();
            let mut last = None;
            while let Some(posted) = next.take() {
                match posted {
                    Posted::Sent(sent) => {
                        for (message, cause) in sent {
                            if let ToCluster::Machine(message) = message {
                                ends.extend(self.obey(message, cause).await?);
                            }
                        }
                    }
                    Posted::Finish(finish) => last = Some(finish),
                }
                next = to_do.try_recv().ok();
            }
            self.log_ends(ends).await?;
            if last.is_some() {
                // No more tasks are wanted, even if the worker has not sent that.
                self.take(0).await?;
                self.put_back_all().await?;
                return Ok(last);
            }
        }
        Ok(None)
    }
}
