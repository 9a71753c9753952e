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
use crate::wire::{BODY_LIMIT, ToCluster};

/// How long the tasks that wait here should take: quick ones are fetched many at a time, and of slow
/// ones another worker that is free can have the next.
const AHEAD: Duration = Duration::from_millis(20);
/// Enough for a worker of the quickest tasks while the scheduler commits the ends of the last ones.
const MOST_AHEAD: u32 = 4096;

/// How long tasks should take whose beginnings are one packet, and whose ends are one: for quick tasks
/// a packet each would take longer than they do.
const TOGETHER: Duration = Duration::from_millis(1);

/// How many words wait for each other at most: the scheduler has the ends of these while the next tasks
/// are done, and not all ends at once when there is no task left here.
const MOST_UNSAID: usize = 256;

/// A task that is lent to this worker, and not begun.
pub(crate) struct Lent {
    pub(crate) id: TaskId,
    attempt: u32,
    call: Call,
    /// Whether it was said to begin.
    is_said: bool,
}

/// What the threads of a worker share.
#[derive(Default)]
pub(crate) struct Tasks {
    pub(crate) waiting: VecDeque<Lent>,
    /// Begun, with the number of the latest lease, and when.
    pub(crate) running: BTreeMap<TaskId, (u32, Instant)>,
    /// How they have ended, until that is recorded.
    pub(crate) told: BTreeMap<TaskId, ToScheduler>,
    /// What was not said yet of beginnings and ends.
    unsaid: Vec<ToCluster>,
    /// A beginning is among it.
    has_begun: bool,
    /// A thread is sending what was due. Until it has, no other task begins: it might be one that is said
    /// to begin in that packet, and kill this worker before the packet has left.
    is_saying: bool,
    /// Since when there is an end among it.
    since: Option<Instant>,
    /// How many threads wait for a task.
    pub(crate) idle: usize,
    /// The line there is now.
    pub(crate) line: Option<Arc<dyn PeerLine>>,
    pub(crate) is_over: bool,
    /// How long a task takes, as a mean in which the latest count most.
    mean: Option<Duration>,
    /// How many this worker has asked for.
    credit: u32,
    /// Which queue all of these are of, once a scheduler has said so.
    queue: Option<u64>,
}

/// A task that begins.
pub(crate) struct Begun {
    pub(crate) id: TaskId,
    pub(crate) call: Call,
    queue: Option<u64>,
}

impl Tasks {
    /// What is to be said first on a new line, to a scheduler that has this queue: results that were not
    /// recorded before anything else, so that their tasks are not lent once more. What is of another queue
    /// is dropped: its numbers are those of other tasks here. A thread goes on with what it is at, and its
    /// result is dropped, too.
    pub(crate) fn begin(&mut self, queue: u64, most: u32) -> Vec<ToCluster> {
        if self.queue.replace(queue) != Some(queue) {
            self.running.clear();
            self.told.clear();
        }
        self.credit = most;
        let credit = ToScheduler::Credit { most };
        self.unsaid.clear();
        (self.has_begun, self.since) = (false, None);
        let told = self.told.values().cloned();
        // A scheduler knows, or has lent it again; a broker has to be told what may kill this worker.
        let running = self.running.iter();
        let running = running.map(|(&id, &(attempt, _))| ToScheduler::Started { id, attempt });
        let all = told.chain(running).chain(std::iter::once(credit));
        all.map(ToCluster::Machine).collect()
    }

    /// Takes in a lease. Of a task that was lent to this worker before, on a line that was cut, it returns
    /// what is to be said: that it has begun, or how it has ended.
    pub(crate) fn lend(&mut self, id: TaskId, attempt: u32, call: Call) -> Option<ToScheduler> {
        if let Some((running, _)) = self.running.get_mut(&id) {
            *running = attempt;
            return Some(ToScheduler::Started { id, attempt });
        } else if let Some(told) = self.told.get_mut(&id) {
            // Of an earlier lease nothing is heard but a result.
            if let ToScheduler::Failed { attempt: of, .. } = told {
                *of = attempt;
            }
            return Some(told.clone());
        } else {
            let is_said = false;
            self.waiting.push_back(Lent {
                id,
                attempt,
                call,
                is_said,
            });
        }
        None
    }

    /// Takes the next task, if one may begin. What is [due](Self::take_due) is to be said before it does.
    pub(crate) fn start(&mut self, jobs: u32) -> Option<Begun> {
        // Without credit, what still comes is given back.
        if self.is_saying || self.credit == 0 {
            return None;
        }
        if !self.waiting.front()?.is_said {
            self.say_next(jobs);
        }
        let Lent {
            id, attempt, call, ..
        } = self.waiting.pop_front()?;
        self.running.insert(id, (attempt, Instant::now()));
        let queue = self.queue;
        Some(Begun { id, call, queue })
    }

    /// Says that the next one begins, and with it those that will be done in a moment. If this worker
    /// dies now each of them is blamed for it, so one that was lent before is said alone.
    ///
    /// A packet that was sent may still be lost with this worker: the system throws away what is not
    /// acknowledged when a process dies that has not read all that was sent to it. Then its death is
    /// counted for no task, and the one that killed it kills one worker more.
    fn say_next(&mut self, jobs: u32) {
        let share = self.waiting.len().div_ceil(jobs as usize);
        let fit = |mean: Duration| TOGETHER.as_nanos() / mean.as_nanos().max(1);
        let most = usize::try_from(self.mean.map_or(1, fit)).unwrap_or(usize::MAX);
        let new = self.waiting.iter().take(most.min(share));
        let new = new.take_while(|lent| lent.attempt == 1).count();
        let next = self.waiting.iter_mut().take(new.max(1));
        let say = |lent: &mut Lent| {
            lent.is_said = true;
            let (id, attempt) = (lent.id, lent.attempt);
            ToCluster::Machine(ToScheduler::Started { id, attempt })
        };
        self.unsaid.extend(next.map(say));
        self.has_begun = true;
    }

    /// Keeps how a task has ended, to be said.
    pub(crate) fn end(&mut self, task: &Begun, outcome: TaskOutcome) {
        let id = task.id;
        if task.queue != self.queue {
            return; // The number is that of another task now.
        }
        let Some((attempt, begun)) = self.running.remove(&id) else {
            return; // Given back.
        };
        let took = begun.elapsed();
        self.mean = Some(self.mean.map_or(took, |mean| later_mean(mean, took)));
        let outcome = outcome.and_then(|body| match body.len() {
            0..=BODY_LIMIT => Ok(body),
            bytes => Err(format!(
                "its result has {bytes} bytes, {BODY_LIMIT} at most"
            )),
        });
        let told = match outcome {
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
        self.told.insert(id, told.clone());
        self.unsaid.push(ToCluster::Machine(told));
        self.since.get_or_insert_with(Instant::now);
    }

    /// What is to be said now: beginnings at once, and ends with them, or when no task follows, or there
    /// are many, or after a while. After it was sent, [`is_sent`](Self::is_sent) is to be called.
    pub(crate) fn take_due(&mut self, is_idle: bool) -> Vec<ToCluster> {
        let is_late = |since: Instant| since.elapsed() >= 2 * TOGETHER;
        let is_much = self.unsaid.len() >= MOST_UNSAID;
        let is_due = self.has_begun || is_idle || is_much || self.since.is_some_and(is_late);
        if self.is_saying || !is_due || self.unsaid.is_empty() {
            return Vec::new();
        }
        self.is_saying = true;
        (self.has_begun, self.since) = (false, None);
        std::mem::take(&mut self.unsaid)
    }

    /// What was due has been sent. Returns how many of the threads that wait have something to do now.
    pub(crate) fn is_sent(&mut self) -> usize {
        self.is_saying = false;
        let to_say = usize::from(!self.unsaid.is_empty());
        self.idle.min(self.waiting.len() + to_say)
    }

    /// Also what has ended and is not recorded: its lease is renewed until it is.
    pub(crate) fn held(&self) -> Vec<TaskId> {
        let waiting = self.waiting.iter().map(|lent| lent.id);
        let begun = self.running.keys().chain(self.told.keys()).copied();
        waiting.chain(begun).collect()
    }

    /// How many tasks were begun here, and have no end that is recorded.
    pub(crate) fn unrecorded(&self) -> usize {
        self.running.len() + self.told.len()
    }

    /// How many tasks this worker should hold. One that runs counts when it has taken as long as all that
    /// wait should take: before that its age says how long its thread has not had the processor, or has
    /// waited to say that it begins, and a quick task would look slow.
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

    /// Asks for as many tasks as there should be, and gives back what is too much: one of those that
    /// run may take longer than the others did. Returns what is to be said.
    pub(crate) fn adjust(&mut self, jobs: u32, ahead: Option<u32>) -> Vec<ToCluster> {
        let wanted = self.wanted(jobs, ahead);
        if wanted >= 2 * self.credit || 2 * wanted <= self.credit {
            return self.ask_for(wanted);
        }
        Vec::new()
    }

    /// Takes no more tasks, and gives those back that wait.
    pub(crate) fn ask_for_no_more(&mut self) -> Vec<ToCluster> {
        match self.credit == 0 && self.waiting.is_empty() {
            true => Vec::new(),
            false => self.ask_for(0),
        }
    }

    /// Asks for this many, and gives those back that wait beyond it.
    fn ask_for(&mut self, most: u32) -> Vec<ToCluster> {
        self.credit = most;
        let waiting = (most as usize).saturating_sub(self.running.len());
        let given_back = self.waiting.split_off(waiting.min(self.waiting.len()));
        let release = |Lent { id, attempt, .. }| ToScheduler::Release { id, attempt };
        let all = std::iter::once(ToScheduler::Credit { most });
        let all = all.chain(given_back.into_iter().map(release));
        all.map(ToCluster::Machine).collect()
    }

    /// Gives back what runs, of which nothing will be told, and what waits.
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

/// The mean after one more task. It grows to twice what it was at most: a thread that was without the
/// processor for a moment makes one quick task a thousand times as long, and if the mean said so, all that
/// wait would be given back. Slow ones that follow each other double it each.
fn later_mean(mean: Duration, took: Duration) -> Duration {
    let most = mean * 9 + Duration::from_micros(1);
    (mean * 7 + took.min(most)) / 8
}
