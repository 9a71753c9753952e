//! The worker: one connection to a scheduler, and a thread for each task that it does at a time.
//!
//! A result is kept until the scheduler has recorded it, and is sent again on the next line if this
//! one is cut. Meanwhile a task that has begun goes on: if the scheduler has lent it again, the
//! first result counts. So if a worker is asked to end while its scheduler is away, and has a
//! result to hand over, it tries to reach the scheduler until its grace is over.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use common::{Trace, clean, life, pid, say};
use scheduler::limits::HEARTBEAT;
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::connect::Pauses;
use crate::kinds::Kinds;
use crate::line_error::LineError;
use crate::peer::{ConnectError, PeerLine, Target};
use crate::tasks::{Begun, Tasks};
use crate::wire::{FromCluster, OTHER_VERSION, ToCluster};

/// How often the worker checks whether it is asked to end.
const TICK: Duration = Duration::from_millis(50);

/// The settings from the command line.
pub(crate) struct Settings {
    /// How many tasks run at a time.
    pub(crate) jobs: u32,
    /// How many more tasks wait here; `None` for as many as are done in a moment.
    pub(crate) ahead: Option<u32>,
    /// How long a scheduler may be away before the worker gives up.
    pub(crate) patience: Option<Duration>,
    /// How long tasks, and handing their results over, may take once the worker is asked to end.
    pub(crate) grace: Duration,
}

/// The result of one try to connect.
type Connected = Result<Arc<dyn PeerLine>, ConnectError>;

/// Why the worker has stopped serving a line, as it is printed.
enum End {
    Asked,
    Cut(String),
}

struct Worker {
    settings: Settings,
    /// How many signals to end have arrived.
    signals: Arc<AtomicU32>,
    /// When the first of them was noticed.
    asked: OnceLock<Instant>,
    tasks: Mutex<Tasks>,
    has_work: Condvar,
}

/// Does tasks until a signal asks the worker to end; `signals` counts the signals.
///
/// # Errors
/// When no scheduler was found within `patience`, when it refuses this worker, or when it has not
/// recorded the end of each task that has begun.
pub(crate) fn work(
    target: &Arc<dyn Target>,
    kinds: Kinds,
    settings: Settings,
    signals: Arc<AtomicU32>,
) -> Result<(), String> {
    let worker = Arc::new(Worker {
        settings,
        signals,
        asked: OnceLock::new(),
        tasks: Mutex::default(),
        has_work: Condvar::new(),
    });
    let kinds = Arc::new(kinds);
    for number in 1..=worker.settings.jobs {
        let (job, kinds) = (Arc::clone(&worker), Arc::clone(&kinds));
        let thread = thread::Builder::new().name(format!("job {number}"));
        let started = thread.spawn(move || job.do_tasks(&kinds));
        started.map_err(|error| format!("cannot start a thread: {error}"))?;
    }
    let ended = worker.run(target);
    let left = worker.lock().unrecorded();
    if left == 0 {
        return ended;
    }
    let address = target.address();
    let late = || format!("the scheduler at {address} has not recorded it in time");
    let why = ended.err().unwrap_or_else(late);
    Err(format!(
        "the end of {left} tasks was not handed over, and they are done again: {why}"
    ))
}

impl Worker {
    /// Serves one line after another.
    fn run(&self, target: &Arc<dyn Target>) -> Result<(), String> {
        let address = target.address();
        let mut pauses = Pauses::new(self.settings.patience);
        let mut is_away = false;
        while let Some(connected) = self.connect(target) {
            match connected {
                Ok(line) => {
                    say!("Worker ({}) is connected to {address}", pid());
                    let begun = Instant::now();
                    match self.serve(&line) {
                        End::Asked => return Ok(()),
                        // A later try would fail as well.
                        End::Cut(why) if why.starts_with(OTHER_VERSION) => {
                            return Err(format!("{address} refuses this worker: {why}"));
                        }
                        End::Cut(why) => {
                            say!("Worker ({}) has lost {address}: {why}; trying again", pid());
                        }
                    }
                    is_away = true;
                    // A scheduler that ends the line at once is tried less and less often.
                    if begun.elapsed() >= HEARTBEAT {
                        pauses = Pauses::new(self.settings.patience);
                    }
                }
                Err(error @ ConnectError::Refused(_)) => return Err(error.to_string()),
                Err(error) if !is_away => {
                    is_away = true;
                    say!("Worker ({}): {error}; trying again", pid());
                }
                Err(_) => {}
            }
            let Some(pause) = pauses.next() else {
                let limit = self.settings.patience.unwrap_or_default();
                return Err(format!(
                    "nothing answers at {address}: gave up after {limit:?}"
                ));
            };
            self.sleep(pause);
        }
        Ok(())
    }

    /// Tries once to connect, in a thread, because a try that gets no answer can outlast the grace.
    /// `None` when this worker has to leave.
    fn connect(&self, target: &Arc<dyn Target>) -> Option<Connected> {
        let (sender, result) = mpsc::channel();
        let trying = Arc::clone(target);
        let thread = thread::Builder::new().name("connect".to_owned());
        let started = thread.spawn(move || {
            // Fails if the worker has left.
            let _left = sender.send(trying.connect());
        });
        if let Err(error) = started {
            let why = format!("cannot start a thread: {error}");
            return Some(Err(ConnectError::NotThere(why)));
        }
        while !self.has_to_leave() {
            match result.recv_timeout(TICK) {
                Ok(connected) => return Some(connected),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let why = "the thread that was to connect has panicked".to_owned();
                    return Some(Err(ConnectError::NotThere(why)));
                }
            }
        }
        None
    }

    fn sleep(&self, pause: Duration) {
        let until = Instant::now() + pause;
        while Instant::now() < until && !self.has_to_leave() {
            thread::sleep(TICK.min(pause));
        }
    }

    /// How many signals have arrived. The first one is noted, and begins the grace.
    fn signals(&self) -> u32 {
        let signals = self.signals.load(Ordering::Relaxed);
        if signals > 0 {
            self.asked.get_or_init(|| {
                say!("Worker ({}) ends with the tasks that it is at", pid());
                Instant::now()
            });
        }
        signals
    }

    /// Whether the worker is asked to end, and has nothing or no time left to wait for.
    fn has_to_leave(&self) -> bool {
        match self.signals() {
            0 => false,
            1 => {
                let asked = self.asked.get().map(Instant::elapsed);
                asked >= Some(self.settings.grace) || self.lock().unrecorded() == 0
            }
            _ => true,
        }
    }

    fn serve(&self, line: &Arc<dyn PeerLine>) -> End {
        let end = self.listen(line);
        line.close();
        let mut tasks = self.lock();
        tasks.line = None;
        // The scheduler lends them to others now.
        tasks.waiting.clear();
        end
    }

    /// Takes in what the scheduler sends, and sends it a heartbeat every second.
    fn listen(&self, line: &Arc<dyn PeerLine>) -> End {
        let Settings { jobs, ahead, .. } = self.settings;
        let mut last_sent = Instant::now();
        loop {
            life::idles();
            match line.recv(TICK) {
                Ok(messages) => {
                    if let Some(end) = self.take_in(line, messages) {
                        return end;
                    }
                }
                Err(LineError::Timeout) => {}
                Err(error) => return End::Cut(clean(&error.to_string())),
            }
            if last_sent.elapsed() >= HEARTBEAT {
                last_sent = Instant::now();
                let held = self.lock().held();
                // If this fails, receiving fails as well.
                let _gone = line.send_unnoted(&ToCluster::Machine(ToScheduler::Heartbeat { held }));
            }
            // Ends of quick tasks wait for each other; do not let them wait for a task that takes longer.
            self.send_due();
            if self.lock().line.is_some() {
                let adjusted = match self.signals() {
                    0 => self.lock().adjust(jobs, ahead),
                    _ => self.lock().ask_for_no_more(),
                };
                send_on(&**line, &adjusted);
            }
            if self.has_to_leave() {
                let given_back = self.lock().give_up();
                send_on(&**line, &given_back);
                line.finish();
                // The scheduler may record the last ends now.
                while let Ok(rest) = line.recv(HEARTBEAT) {
                    let _over = self.take_in(line, rest);
                }
                return End::Asked;
            }
        }
    }

    /// Takes in a packet under one lock, and wakes no more threads than necessary.
    fn take_in(&self, line: &Arc<dyn PeerLine>, messages: Vec<FromCluster>) -> Option<End> {
        let Settings { jobs, ahead, .. } = self.settings;
        let is_asked_to_end = self.signals() > 0;
        let mut to_send = Vec::new();
        let mut tasks = self.lock();
        let had = tasks.waiting.len();
        for message in messages {
            let message = match message {
                FromCluster::Machine(message) => message,
                FromCluster::Welcome { queue } => {
                    // From now on the threads send on this line.
                    tasks.line = Some(Arc::clone(line));
                    let credit = match is_asked_to_end {
                        true => 0,
                        false => tasks.wanted(jobs, ahead),
                    };
                    // Under the lock, so that no thread sends an end before this.
                    send_on(&**line, &tasks.begin(queue, credit));
                    continue;
                }
                FromCluster::Overview(_) => continue,
            };
            match message {
                FromScheduler::Lease { id, attempt, call } => {
                    to_send.extend(tasks.lend(id, attempt, call).map(ToCluster::Machine));
                }
                FromScheduler::Recorded { id } => drop(tasks.ended.remove(&id)),
                FromScheduler::Revoked { id } => tasks.waiting.retain(|lent| lent.id != id),
                FromScheduler::Shutdown => return Some(End::Cut("it has ended".to_owned())),
                FromScheduler::Refused { why } => return Some(End::Cut(clean(&why))),
                _ => {}
            }
        }
        // A thread that is not idle looks for a task before it waits.
        let to_wake = tasks.idle.min(tasks.waiting.len().saturating_sub(had));
        drop(tasks);
        self.wake(to_wake);
        send_on(&**line, &to_send);
        None
    }

    /// The loop of one thread: does one task after another.
    fn do_tasks(&self, kinds: &Kinds) {
        let mut next = self.begin(self.lock());
        while let Some(task) = next {
            let Begun { id, call, .. } = &task;
            let trace = Trace::named(call.kind.clone());
            trace.begins(format_args!("task {id}"));
            let outcome = kinds.call(&call.kind, &call.body);
            trace.ends(format_args!("task {id}"));
            let mut tasks = self.lock();
            tasks.end(&task, outcome);
            next = self.begin(tasks);
        }
    }

    /// Waits for a task, and sends that it begins. `None` when the worker is over.
    fn begin<'a>(&'a self, mut tasks: MutexGuard<'a, Tasks>) -> Option<Begun> {
        while !tasks.is_over {
            let next = tasks.start(self.settings.jobs);
            let due = tasks.take_due(next.is_none());
            if !due.is_empty() {
                tasks = self.send(tasks, &due);
            } else if next.is_none() {
                tasks.idle += 1;
                life::idles();
                let woken = self.has_work.wait(tasks);
                tasks = woken.unwrap_or_else(PoisonError::into_inner);
                tasks.idle -= 1;
            }
            // The task may have been given back while its beginning was sent.
            if next.is_some() && !tasks.is_over {
                return next;
            }
        }
        None
    }

    fn send_due(&self) {
        let mut tasks = self.lock();
        let due = tasks.take_due(false);
        if !due.is_empty() {
            drop(self.send(tasks, &due));
        }
    }

    /// Sends these messages on the current line, and releases the lock meanwhile. If there is no
    /// line, the next one begins with them.
    fn send(&self, tasks: MutexGuard<'_, Tasks>, due: &[ToCluster]) -> MutexGuard<'_, Tasks> {
        let line = tasks.line.clone();
        drop(tasks);
        if let Some(line) = line {
            send_on(&*line, due);
        }
        let mut tasks = self.lock();
        self.wake(tasks.is_sent());
        tasks
    }

    fn wake(&self, threads: usize) {
        (0..threads).for_each(|_| self.has_work.notify_one());
    }

    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends messages. If that fails, the thread that receives notices it.
fn send_on(line: &dyn PeerLine, messages: &[ToCluster]) {
    let _gone = line.send(messages);
}

#[cfg(test)]
mod tests;
