//! The tasks of a worker: those that wait, those that run, and the ends that are not recorded yet.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use scheduler::TaskId;
use scheduler::task::{Call, TaskOutcome};
use scheduler::wire::ToScheduler;

use crate::peer::PeerLine;
use crate::wire::{BODY_LIMIT, Queue, ToCluster};

/// How long the tasks that wait here should take. Quick tasks are fetched many at a time; when
/// tasks are slow, the next one is left to a worker that is free.
const AHEAD: Duration = Duration::from_millis(20);
/// Enough for a worker of the quickest tasks while the scheduler commits the ends of the last ones.
const MOST_AHEAD: u32 = 4096;

/// Tasks that take this long together share one packet for their beginnings and one for their ends:
/// a packet for each quick task would take longer than the task.
const TOGETHER: Duration = Duration::from_millis(1);

/// How many beginnings and ends wait for a packet at most: so the scheduler gets ends while the
/// next tasks run, and not all of them when no task is left here.
const MOST_UNSENT: usize = 256;

/// A task that is lent to this worker and has not begun.
pub(crate) struct Lent {
    pub(crate) id: TaskId,
    attempt: u32,
    call: Call,
    /// Whether its `Started` was queued or sent.
    is_announced: bool,
}

/// The state that the threads of a worker share.
#[derive(Default)]
pub(crate) struct Tasks {
    pub(crate) waiting: VecDeque<Lent>,
    /// Tasks that have begun, with the number of their latest lease, and when they began.
    pub(crate) running: BTreeMap<TaskId, (u32, Instant)>,
    /// How tasks have ended, until that is recorded.
    pub(crate) ended: BTreeMap<TaskId, ToScheduler>,
    /// Beginnings and ends that were not sent yet.
    unsent: Vec<ToCluster>,
    /// Whether a beginning is in `unsent`.
    has_begun: bool,
    /// A thread is sending what was due. Until it has, no other task begins: its beginning might be
    /// in that packet, and it might kill this worker before the packet has left.
    is_sending: bool,
    /// Since when there is an end in `unsent`.
    since: Option<Instant>,
    /// How many threads wait for a task.
    pub(crate) idle: usize,
    /// The current line.
    pub(crate) line: Option<Arc<dyn PeerLine>>,
    pub(crate) is_over: bool,
    /// How long a task takes: a mean in which the latest ones count most.
    mean: Option<Duration>,
    /// How many tasks this worker has asked for.
    credit: u32,
    /// The queue to which all of these belong, once a scheduler has named it.
    queue: Option<Queue>,
}

/// A task that begins.
pub(crate) struct Begun {
    pub(crate) id: TaskId,
    pub(crate) call: Call,
    /// When it began: no other task that gets the same number has begun at that moment.
    begun: Instant,
}

impl Tasks {
    /// Returns what to send first on a new line, to a scheduler with this queue. Results that are
    /// not recorded come first, so that their tasks are not lent once more. Tasks of another queue
    /// are dropped, because their numbers mean other tasks here, and so are those that this queue
    /// did not have when its scheduler started; a thread finishes the one that it is doing, and that
    /// result is dropped too.
    pub(crate) fn begin(&mut self, queue: Queue, most: u32) -> Vec<ToCluster> {
        let below = match self.queue.replace(queue) {
            Some(before) if before == queue => TaskId(u64::MAX),
            Some(before) if before.number == queue.number => queue.first,
            _ => TaskId(0),
        };
        self.running.retain(|&id, _| id < below);
        self.ended.retain(|&id, _| id < below);
        self.credit = most;
        let credit = ToScheduler::Credit { most };
        self.unsent.clear();
        (self.has_begun, self.since) = (false, None);
        let ended = self.ended.values().cloned();
        // A scheduler knows this, or has lent it again; a broker must learn what may kill this worker.
        let running = self.running.iter();
        let running = running.map(|(&id, &(attempt, _))| ToScheduler::Started { id, attempt });
        let all = ended.chain(running).chain(std::iter::once(credit));
        all.map(ToCluster::Machine).collect()
    }

    /// Takes in a lease. If the task was lent to this worker before, on a line that was cut,
    /// returns what to send: that it has begun, or how it has ended.
    pub(crate) fn lend(&mut self, id: TaskId, attempt: u32, call: Call) -> Option<ToScheduler> {
        if let Some((running, _)) = self.running.get_mut(&id) {
            *running = attempt;
            return Some(ToScheduler::Started { id, attempt });
        } else if let Some(end) = self.ended.get_mut(&id) {
            // A failure counts only with the number of the latest lease.
            if let ToScheduler::Failed { attempt: of, .. } = end {
                *of = attempt;
            }
            return Some(end.clone());
        } else {
            let is_announced = false;
            self.waiting.push_back(Lent {
                id,
                attempt,
                call,
                is_announced,
            });
        }
        None
    }

    /// Takes the next task, if one may begin. Before it does, send what is [due](Self::take_due).
    pub(crate) fn start(&mut self, jobs: u32) -> Option<Begun> {
        // Without credit, leases that still arrive are given back.
        if self.is_sending || self.credit == 0 {
            return None;
        }
        if !self.waiting.front()?.is_announced {
            self.announce_next(jobs);
        }
        let Lent {
            id, attempt, call, ..
        } = self.waiting.pop_front()?;
        let begun = Instant::now();
        self.running.insert(id, (attempt, begun));
        Some(Begun { id, call, begun })
    }

    /// Queues `Started` for the next task, and for those after it that will be done in a moment. If
    /// this worker dies now, each of them is blamed, so a task that was lent before is announced alone.
    ///
    /// A packet that was sent may still be lost with this worker: when a process dies that has not
    /// read all its input, the system discards what the peer has not acknowledged. Then no task is
    /// blamed for this death, and the one that caused it kills one worker more.
    fn announce_next(&mut self, jobs: u32) {
        let share = self.waiting.len().div_ceil(jobs as usize);
        let fit = |mean: Duration| TOGETHER.as_nanos() / mean.as_nanos().max(1);
        let most = usize::try_from(self.mean.map_or(1, fit)).unwrap_or(usize::MAX);
        let new = self.waiting.iter().take(most.min(share));
        let new = new.take_while(|lent| lent.attempt == 1).count();
        let next = self.waiting.iter_mut().take(new.max(1));
        let announce = |lent: &mut Lent| {
            lent.is_announced = true;
            let (id, attempt) = (lent.id, lent.attempt);
            ToCluster::Machine(ToScheduler::Started { id, attempt })
        };
        self.unsent.extend(next.map(announce));
        self.has_begun = true;
    }

    /// Keeps how a task has ended, and queues that to be sent.
    pub(crate) fn end(&mut self, task: &Begun, outcome: TaskOutcome) {
        let id = task.id;
        let Some(&(attempt, _)) = self.running.get(&id).filter(|it| it.1 == task.begun) else {
            return; // It was given back, or the number means another task now.
        };
        self.running.remove(&id);
        let took = task.begun.elapsed();
        self.mean = Some(self.mean.map_or(took, |mean| later_mean(mean, took)));
        let outcome = outcome.and_then(|body| match body.len() {
            0..=BODY_LIMIT => Ok(body),
            bytes => Err(format!(
                "its result has {bytes} bytes, {BODY_LIMIT} at most"
            )),
        });
        let end = match outcome {
            Ok(body) => ToScheduler::Done { id, attempt, body },
            Err(mut message) => {
                message.truncate(message.floor_char_boundary(BODY_LIMIT));
                ToScheduler::Failed {
                    id,
                    attempt,
                    message,
                }
            }
        };
        self.ended.insert(id, end.clone());
        self.unsent.push(ToCluster::Machine(end));
        self.since.get_or_insert_with(Instant::now);
    }

    /// Takes out what to send now: beginnings at once, and ends with them, or when no task follows,
    /// or when there are many, or after a while. After sending it, call [`is_sent`](Self::is_sent).
    pub(crate) fn take_due(&mut self, is_idle: bool) -> Vec<ToCluster> {
        let is_late = |since: Instant| since.elapsed() >= 2 * TOGETHER;
        let is_much = self.unsent.len() >= MOST_UNSENT;
        let is_due = self.has_begun || is_idle || is_much || self.since.is_some_and(is_late);
        if self.is_sending || !is_due || self.unsent.is_empty() {
            return Vec::new();
        }
        self.is_sending = true;
        (self.has_begun, self.since) = (false, None);
        std::mem::take(&mut self.unsent)
    }

    /// What was due has been sent. Returns how many of the waiting threads have something to do now.
    pub(crate) fn is_sent(&mut self) -> usize {
        self.is_sending = false;
        let to_send = usize::from(!self.unsent.is_empty());
        self.idle.min(self.waiting.len() + to_send)
    }

    /// The tasks for a heartbeat: also those that have ended, until the scheduler has recorded it.
    pub(crate) fn held(&self) -> Vec<TaskId> {
        let waiting = self.waiting.iter().map(|lent| lent.id);
        let begun = self.running.keys().chain(self.ended.keys()).copied();
        waiting.chain(begun).collect()
    }

    /// How many tasks have begun here and have no recorded end.
    pub(crate) fn unrecorded(&self) -> usize {
        self.running.len() + self.ended.len()
    }

    /// How many tasks this worker should hold. The age of a running task counts only if it is at
    /// least [`AHEAD`]: a shorter one may show only that its thread had no processor, or waited to
    /// send the beginning, and would make a quick task look slow.
    pub(crate) fn wanted(&self, jobs: u32, ahead: Option<u32>) -> u32 {
        let ahead = ahead.unwrap_or_else(|| {
            let ages = self.running.values().map(|(_, begun)| begun.elapsed());
            let slow = ages.filter(|&age| age >= AHEAD).max();
            let longest = slow.unwrap_or_default().max(self.mean.unwrap_or(AHEAD));
            let fit = AHEAD.as_nanos() / longest.as_nanos().max(1);
            let fit = u32::try_from(fit).unwrap_or(u32::MAX).clamp(1, MOST_AHEAD);
            fit.saturating_mul(jobs)
        });
        jobs.saturating_add(ahead)
    }

    /// Asks for as many tasks as this worker should hold, and gives back those that are too many,
    /// since a running task may take longer than the others did. Returns what to send.
    pub(crate) fn adjust(&mut self, jobs: u32, ahead: Option<u32>) -> Vec<ToCluster> {
        let wanted = self.wanted(jobs, ahead);
        if wanted >= 2 * self.credit || 2 * wanted <= self.credit {
            return self.ask_for(wanted);
        }
        Vec::new()
    }

    /// Takes no more tasks, and gives back those that wait. Returns what to send.
    pub(crate) fn ask_for_no_more(&mut self) -> Vec<ToCluster> {
        match self.credit == 0 && self.waiting.is_empty() {
            true => Vec::new(),
            false => self.ask_for(0),
        }
    }

    /// Asks for this many tasks, and gives back those that wait beyond it. Returns what to send.
    fn ask_for(&mut self, most: u32) -> Vec<ToCluster> {
        self.credit = most;
        let waiting = (most as usize).saturating_sub(self.running.len());
        let given_back = self.waiting.split_off(waiting.min(self.waiting.len()));
        let release = |Lent { id, attempt, .. }| ToScheduler::Release { id, attempt };
        let all = std::iter::once(ToScheduler::Credit { most });
        let all = all.chain(given_back.into_iter().map(release));
        all.map(ToCluster::Machine).collect()
    }

    /// Gives back running tasks, whose ends are never sent, and waiting ones. Returns what to send.
    pub(crate) fn give_up(&mut self) -> Vec<ToCluster> {
        self.is_over = true;
        let running = std::mem::take(&mut self.running).into_iter();
        let running = running.map(|(id, (attempt, _))| (id, attempt));
        let waiting = self.waiting.drain(..).map(|lent| (lent.id, lent.attempt));
        let release = |(id, attempt)| ToScheduler::Release { id, attempt };
        let all = running.chain(waiting).map(release);
        all.map(ToCluster::Machine).collect()
    }
}

/// The mean after one more task; it at most doubles. A thread that has no processor for a moment
/// makes one quick task a thousand times as long, and if the mean followed that, all waiting tasks
/// would be given back. Several slow tasks in a row double it each time.
fn later_mean(mean: Duration, took: Duration) -> Duration {
    let most = mean * 9 + Duration::from_micros(1);
    (mean * 7 + took.min(most)) / 8
}
