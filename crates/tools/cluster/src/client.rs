//! The client: sends requests, and again on a new line if the scheduler was restarted meanwhile.

mod collecting;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use scheduler::limits::HEARTBEAT;
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::connect::Pauses;
use crate::line_error::LineError;
use crate::peer::{ConnectError, PeerLine, Target};
use crate::wire::{FromCluster, Overview, ToCluster};

/// How long the scheduler may be away, or accept no task, unless the user sets another limit.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How long an answer may take that does not depend on the end of a task.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Client {
    target: Arc<dyn Target>,
    patience: Duration,
    /// [`ANSWER_LIMIT`], except in a test.
    answer_limit: Duration,
    line: Option<Arc<dyn PeerLine>>,
    /// Batches to be forgotten: the request was sent, if there is a line, and not answered.
    forgetting: BTreeSet<u64>,
    /// When this client last connected or sent a heartbeat.
    last_sent: Instant,
}

/// How many tasks a batch has, and how many of them have ended.
pub(crate) struct Batch {
    pub(crate) tasks: u64,
    pub(crate) ended: u64,
}

fn unanswered(limit: Duration) -> String {
    format!("the scheduler has not answered within {limit:?}")
}

impl Client {
    /// Connects. Blocks for at most `patience` and the time that one try takes.
    pub(crate) fn connect(target: Arc<dyn Target>, patience: Duration) -> Result<Self, String> {
        let mut client = Self {
            target,
            patience,
            answer_limit: ANSWER_LIMIT,
            line: None,
            forgetting: BTreeSet::new(),
            last_sent: Instant::now(),
        };
        client.line()?;
        Ok(client)
    }

    fn line(&mut self) -> Result<Arc<dyn PeerLine>, String> {
        self.line_within(self.patience)
    }

    fn line_within(&mut self, patience: Duration) -> Result<Arc<dyn PeerLine>, String> {
        if let Some(line) = &self.line {
            return Ok(Arc::clone(line));
        }
        let mut pauses = Pauses::new(Some(patience));
        loop {
            match self.target.connect() {
                Ok(line) => {
                    self.line = Some(Arc::clone(&line));
                    self.last_sent = Instant::now();
                    self.send_forget(&Vec::from_iter(self.forgetting.iter().copied()));
                    return Ok(line);
                }
                Err(error @ ConnectError::Refused(_)) => return Err(error.to_string()),
                Err(error) => match pauses.next() {
                    Some(pause) => thread::sleep(pause),
                    None => {
                        return Err(format!("{error}; gave up after {patience:?}"));
                    }
                },
            }
        }
    }

    /// Receives the next messages. Returns none after `limit` or the time of a heartbeat, and when
    /// the line was cut: the next call of [`line`](Self::line) then makes a new one.
    fn recv(&mut self, line: &dyn PeerLine, limit: Duration) -> Result<Vec<FromCluster>, String> {
        if self.last_sent.elapsed() >= HEARTBEAT {
            self.last_sent = Instant::now();
            let held = Vec::new();
            let alive = ToCluster::Machine(ToScheduler::Heartbeat { held });
            // If this fails, receiving fails as well.
            let _gone = line.send_unnoted(&alive);
        }
        match line.recv(limit.min(HEARTBEAT.saturating_sub(self.last_sent.elapsed()))) {
            Ok(messages) => {
                for message in &messages {
                    match message {
                        FromCluster::Machine(FromScheduler::Refused { why }) => {
                            return Err(format!("the scheduler says: {why}"));
                        }
                        FromCluster::Machine(FromScheduler::Shutdown) => self.line = None,
                        FromCluster::Machine(FromScheduler::Batch { batch, .. }) => {
                            self.forgetting.remove(batch);
                        }
                        _ => {}
                    }
                }
                Ok(messages)
            }
            Err(LineError::Timeout) => Ok(Vec::new()),
            Err(LineError::Disconnected) => {
                self.line = None;
                Ok(Vec::new())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends one request or several at once, and waits until `answer` returns something.
    fn ask<A>(
        &mut self,
        questions: &[ToCluster],
        mut answer: impl FnMut(FromCluster) -> Option<A>,
    ) -> Result<A, String> {
        let mut asked = Instant::now();
        loop {
            let line = self.line()?;
            let _gone = line.send(questions);
            while self.line.is_some() {
                let messages = self.recv(&*line, HEARTBEAT)?;
                let is_arriving = messages.is_empty() && line.is_receiving();
                for message in messages {
                    if let Some(answer) = answer(message) {
                        return Ok(answer);
                    }
                }
                if is_arriving {
                    asked = Instant::now();
                } else if asked.elapsed() >= self.answer_limit {
                    return Err(unanswered(self.answer_limit));
                }
            }
        }
    }

    fn ask_machine<A>(
        &mut self,
        question: ToScheduler,
        mut answer: impl FnMut(FromScheduler) -> Option<A>,
    ) -> Result<A, String> {
        self.ask(&[ToCluster::Machine(question)], |message| match message {
            FromCluster::Machine(message) => answer(message),
            FromCluster::Overview(_) | FromCluster::Welcome { .. } => None,
        })
    }

    pub(crate) fn overview(&mut self) -> Result<Overview, String> {
        self.ask(&[ToCluster::Overview], |message| match message {
            FromCluster::Overview(overview) => Some(*overview),
            FromCluster::Machine(_) | FromCluster::Welcome { .. } => None,
        })
    }

    /// Sends a request about a batch: how far it is, or to cancel or forget it.
    pub(crate) fn batch(&mut self, question: ToScheduler) -> Result<Batch, String> {
        self.ask_machine(question, |answer| match answer {
            FromScheduler::Batch { tasks, ended, .. } => Some(Batch { tasks, ended }),
            _ => None,
        })
    }

    /// Sends a request about one task: to cancel it, or to try it again.
    pub(crate) fn task(&mut self, question: ToScheduler) -> Result<FromScheduler, String> {
        self.ask_machine(question, |answer| match answer {
            FromScheduler::Accepted { .. }
            | FromScheduler::Finished { .. }
            | FromScheduler::Unknown { .. } => Some(answer),
            _ => None,
        })
    }

    /// Has dead tasks tried again: all requests are sent at once, and kept by one commit. Returns
    /// how many tasks are open now; the others have ended meanwhile, or are forgotten.
    pub(crate) fn retry(&mut self, ids: &[scheduler::TaskId]) -> Result<usize, String> {
        let request = |&id| ToCluster::Machine(ToScheduler::Retry { id });
        let requests: Vec<_> = ids.iter().map(request).collect();
        let mut open: BTreeSet<_> = ids.iter().copied().collect();
        let mut count = 0;
        let is_over = |message| {
            if let FromCluster::Machine(
                ref answer @ (FromScheduler::Accepted { id, .. }
                | FromScheduler::Finished { id, .. }
                | FromScheduler::Unknown { id }),
            ) = message
                && open.remove(&id)
            {
                count += usize::from(matches!(answer, FromScheduler::Accepted { .. }));
            }
            open.is_empty().then_some(count)
        };
        self.ask(&requests, is_over)
    }

    /// Requests that batches be forgotten, and does not wait: [`collect`](Self::collect) takes the answers in
    /// with later ones. A request without an answer when the line is cut is sent again on the next one.
    pub(crate) fn forget(&mut self, batches: &[u64]) {
        self.forgetting.extend(batches);
        self.send_forget(batches);
    }

    fn send_forget(&self, batches: &[u64]) {
        if let Some(line) = &self.line
            && !batches.is_empty()
        {
            let request = |&batch| ToCluster::Machine(ToScheduler::Forget { batch });
            // If this fails, receiving fails as well.
            let _gone = line.send(&Vec::from_iter(batches.iter().map(request)));
        }
    }

    /// The first dead tasks from this number on, and why they are dead.
    pub(crate) fn dead(
        &mut self,
        since: scheduler::TaskId,
    ) -> Result<Vec<(scheduler::TaskId, String)>, String> {
        self.ask_machine(ToScheduler::Dead { since }, |answer| match answer {
            FromScheduler::Dead { tasks } => Some(tasks),
            _ => None,
        })
    }
}
