//! The tasks of a worker: those that wait, those that run, and the ends that are not recorded yet.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use scheduler::TaskId;
use scheduler::task::{Call, TaskOutcome};
use scheduler::wire::ToScheduler;

use crate::line::Line;
use crate::wire::{BODY_LIMIT, ToCluster};

/// How long the tasks that wait here should take: quick ones are fetched many at a time, and of slow
/// ones another worker that is free can have the next.
const AHEAD: Duration = Duration::from_millis(20);
const MOST_AHEAD: u32 = 1024;

/// What the threads of a worker share.
#[derive(Default)]
pub(crate) struct Tasks {
    /// Lent, and not begun.
    pub(crate) waiting: VecDeque<(TaskId, u32, Call)>,
    /// Begun, with the number of the latest lease, and when.
    pub(crate) running: BTreeMap<TaskId, (u32, Instant)>,
    /// How they have ended, until that is recorded.
    pub(crate) told: BTreeMap<TaskId, ToScheduler>,
    /// The line there is now.
    pub(crate) line: Option<Arc<Line>>,
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
            self.waiting.push_back((id, attempt, call));
        }
        None
    }

    /// Takes the next task, if there is one.
    pub(crate) fn start(&mut self) -> Option<(TaskId, u32, Call)> {
        let (id, attempt, call) = self.waiting.pop_front()?;
        self.running.insert(id, (attempt, Instant::now()));
        Some((id, attempt, call))
    }

    /// Keeps how a task has ended. Returns what is to be said of it.
    pub(crate) fn end(&mut self, id: TaskId, outcome: TaskOutcome) -> Option<ToScheduler> {
        let (attempt, begun) = self.running.remove(&id)?;
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
        Some(told)
    }

    /// Also what has ended and is not recorded: its lease is renewed until it is.
    pub(crate) fn held(&self) -> Vec<TaskId> {
        let waiting = self.waiting.iter().map(|(id, ..)| *id);
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
        let release = |(id, attempt, _)| ToScheduler::Release { id, attempt };
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
