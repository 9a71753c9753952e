//! The client: asks, and asks again on a new line if the scheduler was restarted meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use scheduler::limits::HEARTBEAT;
use scheduler::task::Ended;
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::collection::Collection;
use crate::connect::Pauses;
use crate::line_error::LineError;
use crate::peer::{ConnectError, PeerLine, Target};
use crate::submission::Submission;
use crate::wire::{FromCluster, Overview, ToCluster};

/// How long to wait before tasks are handed in again that a busy scheduler did not take.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// How long it may take until a task is accepted, however short the patience is.
const LEAST_LIMIT: Duration = Duration::from_secs(1);

/// When no result comes for so long, the scheduler is asked whether it has the tasks still.
pub(crate) const DOUBT: Duration = Duration::from_secs(5);

/// How long an answer may take that needs no task to end.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Client {
    target: Arc<dyn Target>,
    patience: Duration,
    line: Option<Arc<dyn PeerLine>>,
    /// When the scheduler was there last.
    said: Instant,
}

/// How far a batch is.
pub(crate) struct Batch {
    pub(crate) kind: String,
    pub(crate) tasks: u64,
    pub(crate) ended: u64,
}

impl Client {
    /// Connects. Blocks for `patience` at most, and the time that one try takes.
    pub(crate) fn connect(target: Arc<dyn Target>, patience: Duration) -> Result<Self, String> {
        let mut client = Self {
            target,
            patience,
            line: None,
            said: Instant::now(),
        };
        client.line()?;
        Ok(client)
    }

    fn line(&mut self) -> Result<Arc<dyn PeerLine>, String> {
        if let Some(line) = &self.line {
            return Ok(Arc::clone(line));
        }
        let mut pauses = Pauses::new(Some(self.patience));
        loop {
            match self.target.connect() {
                Ok(line) => {
                    self.line = Some(Arc::clone(&line));
                    self.said = Instant::now();
                    return Ok(line);
                }
                Err(error @ ConnectError::Refused(_)) => return Err(error.to_string()),
                Err(error) => match pauses.next() {
                    Some(pause) => thread::sleep(pause),
                    None => {
                        return Err(format!("{error}; gave up after {:?}", self.patience));
                    }
                },
            }
        }
    }

    /// Receives what comes next. `None` after a heartbeat without it, and when the line was cut:
    /// then there is a new one with the next call of [`line`](Self::line).
    fn hear(&mut self, line: &dyn PeerLine) -> Result<Option<Vec<FromCluster>>, String> {
        if self.said.elapsed() >= HEARTBEAT {
            self.said = Instant::now();
            let held = Vec::new();
            let alive = ToCluster::Machine(ToScheduler::Heartbeat { held });
            // If it fails, receiving fails as well.
            let _gone = line.send_unnoted(&alive);
        }
        match line.recv(HEARTBEAT.saturating_sub(self.said.elapsed())) {
            Ok(messages) => {
                for message in &messages {
                    match message {
                        FromCluster::Machine(FromScheduler::Refused { why }) => {
                            return Err(format!("the scheduler says: {why}"));
                        }
                        FromCluster::Machine(FromScheduler::Shutdown) => self.line = None,
                        _ => {}
                    }
                }
                Ok(Some(messages))
            }
            Err(LineError::Timeout) => Ok(None),
            Err(LineError::Disconnected) => {
                self.line = None;
                Ok(None)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Asks, and waits for the answer, for `limit` at most: `None` is no answer in time.
    fn ask<A>(
        &mut self,
        question: &ToCluster,
        limit: Duration,
        answer: impl FnMut(FromCluster) -> Option<A>,
    ) -> Result<Option<A>, String> {
        self.ask_all(std::slice::from_ref(question), limit, answer)
    }

    /// Asks several things at once, and waits until `answer` has something to return.
    fn ask_all<A>(
        &mut self,
        questions: &[ToCluster],
        limit: Duration,
        mut answer: impl FnMut(FromCluster) -> Option<A>,
    ) -> Result<Option<A>, String> {
        let asked = Instant::now();
        loop {
            let line = self.line()?;
            let _gone = line.send(questions);
            while self.line.is_some() {
                for message in self.hear(&*line)?.into_iter().flatten() {
                    if let Some(answer) = answer(message) {
                        return Ok(Some(answer));
                    }
                }
                if asked.elapsed() >= limit {
                    return Ok(None);
                }
            }
        }
    }

    fn ask_machine<A>(
        &mut self,
        question: ToScheduler,
        mut answer: impl FnMut(FromScheduler) -> Option<A>,
    ) -> Result<A, String> {
        let question = ToCluster::Machine(question);
        let answer = self.ask(&question, ANSWER_LIMIT, |message| match message {
            FromCluster::Machine(message) => answer(message),
            FromCluster::Overview(_) => None,
        })?;
        answer.ok_or_else(|| format!("the scheduler has not answered within {ANSWER_LIMIT:?}"))
    }

    pub(crate) fn overview(&mut self) -> Result<Overview, String> {
        let answer = self.ask(
            &ToCluster::Overview,
            ANSWER_LIMIT,
            |message| match message {
                FromCluster::Overview(overview) => Some(*overview),
                FromCluster::Machine(_) => None,
            },
        )?;
        answer.ok_or_else(|| format!("the scheduler has not answered within {ANSWER_LIMIT:?}"))
    }

    /// Asks about a batch: how far it is, or to cancel or forget it.
    pub(crate) fn batch(&mut self, question: ToScheduler) -> Result<Batch, String> {
        self.ask_machine(question, |answer| match answer {
            FromScheduler::Batch {
                kind, tasks, ended, ..
            } => Some(Batch { kind, tasks, ended }),
            _ => None,
        })
    }

    /// Asks how far a batch is, and whether the scheduler has all tasks of it that it had accepted.
    pub(crate) fn still_has(&mut self, batch: u64, accepted: u64) -> Result<Batch, String> {
        let known = self.batch(ToScheduler::Batch { batch })?;
        if known.tasks < accepted {
            let has = known.tasks;
            return Err(format!(
                "the scheduler has lost tasks of batch {batch}: it had accepted {accepted}, and has \
                 {has} of them. It was restarted and is --volatile, or they were forgotten: hand \
                 them in again"
            ));
        }
        Ok(known)
    }

    /// Asks about one task: to cancel it, or to try it again.
    pub(crate) fn task(&mut self, question: ToScheduler) -> Result<FromScheduler, String> {
        self.ask_machine(question, |answer| match answer {
            FromScheduler::Accepted { .. }
            | FromScheduler::Finished { .. }
            | FromScheduler::Unknown { .. } => Some(answer),
            _ => None,
        })
    }

    /// Has dead tasks tried again: all are said at once, and kept by one commit.
    pub(crate) fn retry(&mut self, ids: &[scheduler::TaskId]) -> Result<(), String> {
        let wish = |&id| ToCluster::Machine(ToScheduler::Retry { id });
        let wishes: Vec<_> = ids.iter().map(wish).collect();
        let mut open: BTreeSet<_> = ids.iter().copied().collect();
        let is_over = |message| {
            if let FromCluster::Machine(
                FromScheduler::Accepted { id, .. }
                | FromScheduler::Finished { id, .. }
                | FromScheduler::Unknown { id },
            ) = message
            {
                open.remove(&id);
            }
            open.is_empty().then_some(())
        };
        let answer = self.ask_all(&wishes, ANSWER_LIMIT, is_over)?;
        answer.ok_or_else(|| format!("the scheduler has not answered within {ANSWER_LIMIT:?}"))
    }

    /// The first of the dead tasks, from this number on.
    pub(crate) fn dead(
        &mut self,
        since: scheduler::TaskId,
    ) -> Result<Vec<(scheduler::TaskId, String)>, String> {
        self.ask_machine(ToScheduler::Dead { since }, |answer| match answer {
            FromScheduler::Dead { tasks } => Some(tasks),
            _ => None,
        })
    }

    /// The next ends of a batch from this place on, and the place after them; none if none has
    /// come within `limit`.
    pub(crate) fn results(
        &mut self,
        batch: u64,
        since: u64,
        limit: Duration,
    ) -> Result<Option<(u64, Vec<Ended>)>, String> {
        let question = ToCluster::Machine(ToScheduler::Results { batch, since });
        self.ask(&question, limit, |message| match message {
            FromCluster::Machine(FromScheduler::Results {
                since: of,
                next,
                ended,
            }) if of == since => Some((next, ended)),
            _ => None,
        })
    }

    /// Hands tasks in, each until it is accepted; what was accepted before is not accepted twice.
    /// `told` is called with the number of those that are.
    pub(crate) fn submit(
        &mut self,
        tasks: Submission<'_>,
        told: impl FnMut(usize),
    ) -> Result<(), String> {
        self.map(tasks, &mut Collection::new(0, 0), told)
    }

    /// Hands tasks in as [`submit`](Self::submit) does, and takes their results, also those of the first
    /// tasks while the last ones are handed in.
    pub(crate) fn map(
        &mut self,
        tasks: Submission<'_>,
        results: &mut Collection,
        told: impl FnMut(usize),
    ) -> Result<(), String> {
        let mapped = self.try_map(tasks, results, told);
        if mapped.is_err() {
            // What was asked for may still come, and would be taken for an answer to the next call.
            self.line = None;
        }
        mapped
    }

    fn try_map(
        &mut self,
        mut tasks: Submission<'_>,
        results: &mut Collection,
        mut told: impl FnMut(usize),
    ) -> Result<(), String> {
        let limit = self.patience.max(LEAST_LIMIT);
        while !tasks.is_over() || !results.is_over() {
            if tasks.accepted() > 0 {
                // On a new line, which may be to a scheduler that has nothing of the one before; or when
                // nothing has come for long.
                self.still_has(tasks.batch(), tasks.accepted() as u64)?;
            }
            let line = self.line()?;
            tasks.begin();
            results.begin();
            let (mut progress, mut accepted) = (Instant::now(), tasks.accepted());
            let mut heard = progress;
            while self.line.is_some() && !(tasks.is_over() && results.is_over()) {
                let mut next = tasks.next();
                // After the tasks, so that the scheduler knows the batch.
                next.extend(results.next());
                if !next.is_empty() {
                    let begun = Instant::now();
                    // If it fails, receiving fails as well.
                    let _gone = line.send(&next);
                    // A long argument takes its time on the way.
                    progress += begun.elapsed();
                }
                for message in self.hear(&*line)?.into_iter().flatten() {
                    tasks.hear(&message);
                    heard = Instant::now();
                    results.hear(message, tasks.is_over())?;
                }
                if tasks.is_over() && heard.elapsed() >= DOUBT {
                    break;
                }
                told(tasks.accepted());
                if tasks.take_busy() {
                    thread::sleep(BUSY_PAUSE);
                }
                if tasks.accepted() > accepted || tasks.is_over() {
                    (progress, accepted) = (Instant::now(), tasks.accepted());
                }
                if progress.elapsed() > limit {
                    let silent = Some(heard.elapsed()).filter(|&time| time > limit / 2);
                    return Err(tasks.refused(silent));
                }
            }
        }
        Ok(())
    }
}
