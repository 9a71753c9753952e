//! The tasks of a worker: those that wait, those that run, and the ends that are not recorded yet.

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
const MOST_AHEAD: u32 = 1024;

/// How long tasks should take whose beginnings are one packet, and whose ends are one: for quick tasks
/// a packet each would take longer than they do.
const TOGETHER: Duration = Duration::from_millis(1);

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
    /// Those of them that were not said yet, and since when there are any.
    unsaid: Vec<ToCluster>,
    since: Option<Instant>,
    /// The line there is now.
    pub(crate) line: Option<Arc<dyn PeerLine>>,
    pub(crate) is_over: bool,
    /// How long a task takes, as a mean in which the latest count most.
    mean: Option<Duration>,
    /// How many this worker has asked for.
    credit: u32,
}

impl Tasks {
    /// What is to be said first on a new line: results that were not recorded before anything else,
    /// so that their tasks are not lent once more.
    pub(crate) fn begin(&mut self, most: u32) -> Vec<ToCluster> {
        self.credit = most;
        let credit = ToScheduler::Credit { most };
        self.unsaid.clear();
        let told = self.told.values().cloned();
        let all = told.chain(std::iter::once(credit));
        all.map(ToCluster::Machine).collect()
    }

    /// Takes in a lease. Returns the end of the task, if it has ended already.
    pub(crate) fn lend(&mut self, id: TaskId, attempt: u32, call: Call) -> Option<ToScheduler> {
        if let Some((running, _)) = self.running.get_mut(&id) {
            *running = attempt;
        } else if let Some(told) = self.told.get(&id) {
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

    /// Takes the next task, if there is one, and returns what is to be said before it begins.
    pub(crate) fn start(&mut self, jobs: u32) -> Option<(TaskId, Call, Vec<ToCluster>)> {
        let begins = match self.waiting.front()?.is_said {
            true => Vec::new(),
            false => self.say_next(jobs),
        };
        let Lent {
            id, attempt, call, ..
        } = self.waiting.pop_front()?;
        self.running.insert(id, (attempt, Instant::now()));
        Some((id, call, begins))
    }

    /// Says that the next one begins, and with it those that will be done in a moment. If this worker
    /// dies now each of them is blamed for it, so one that was lent before is said alone.
    fn say_next(&mut self, jobs: u32) -> Vec<ToCluster> {
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
        next.map(say).collect()
    }

    /// Keeps how a task has ended, to be said.
    pub(crate) fn end(&mut self, id: TaskId, outcome: TaskOutcome) {
        let Some((attempt, begun)) = self.running.remove(&id) else {
            return; // Given back.
        };
        let took = begun.elapsed();
        self.mean = Some(self.mean.map_or(took, |mean| (mean * 7 + took) / 8));
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

    /// Whether ends are to be said before the next task, and not with its own.
    pub(crate) fn has_to_say(&self) -> bool {
        let is_next_together = self.waiting.front().is_some_and(|next| next.is_said);
        let is_late = |since: Instant| since.elapsed() >= 2 * TOGETHER;
        !is_next_together || self.since.is_some_and(is_late)
    }

    /// The ends that are to be said now, on the line that there is.
    pub(crate) fn take_unsaid(&mut self) -> (Option<Arc<dyn PeerLine>>, Vec<ToCluster>) {
        self.since = None;
        (self.line.clone(), std::mem::take(&mut self.unsaid))
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

    /// How many tasks this worker should hold.
    pub(crate) fn wanted(&self, jobs: u32, ahead: Option<u32>) -> u32 {
        let ahead = ahead.unwrap_or_else(|| {
            let running = self
                .running
                .values()
                .map(|(_, begun)| begun.elapsed())
                .max();
            let longest = running.unwrap_or_default().max(self.mean.unwrap_or(AHEAD));
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
        match self.credit {
            0 => Vec::new(),
            _ => self.ask_for(0),
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

    /// Gives back what runs: nothing of it will be told.
    pub(crate) fn give_up(&mut self) -> Vec<ToCluster> {
        self.is_over = true;
        let running = std::mem::take(&mut self.running).into_iter();
        let release = |(id, (attempt, _))| ToScheduler::Release { id, attempt };
        running.map(release).map(ToCluster::Machine).collect()
    }
}
