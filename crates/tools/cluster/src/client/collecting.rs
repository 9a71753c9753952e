//! The one loop in which a client hands in tasks and collects the results of a batch.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Client, unanswered};
use crate::collection::Collection;
use crate::peer::PeerLine;
use crate::submission::Submission;

/// How long to wait before handing in again what a busy scheduler did not accept.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// The least time that a task has to be accepted, however short the patience is.
const LEAST_LIMIT: Duration = Duration::from_secs(1);

/// After this time without a result, the client asks whether the scheduler still has the tasks.
const DOUBT: Duration = Duration::from_secs(5);

/// The clocks of one collecting, over all its lines: a peer that accepts lines and ends them again
/// gets no more time than one that never answers.
struct Since {
    /// Since when the client waits for results.
    begun: Instant,
    last_message: Instant,
    /// When a task was last accepted or, after that, when the scheduler was known to have them all.
    progress: Instant,
    /// How long the client has sought a line since then, which has a limit of its own.
    away: Duration,
    /// How long it has written on this line since then, or received a part of a message: a long argument
    /// or result takes a while.
    under_way: Duration,
}

impl Since {
    fn now() -> Self {
        let now = Instant::now();
        let (away, under_way) = (Duration::ZERO, Duration::ZERO);
        Self {
            begun: now,
            last_message: now,
            progress: now,
            away,
            under_way,
        }
    }

    fn progresses(&mut self) {
        self.progress = Instant::now();
        (self.away, self.under_way) = (Duration::ZERO, Duration::ZERO);
    }

    fn is_late(&self, limit: Duration) -> bool {
        self.progress.elapsed() > limit + self.away + self.under_way
    }

    /// How much of `limit` is left. The limit counts only once the number of results is known, and
    /// not for the answer that names it.
    fn left(&self, limit: Option<Duration>, count: Option<u64>) -> Duration {
        let limit = limit.filter(|_| count.is_some());
        limit.map_or(Duration::MAX, |it| it.saturating_sub(self.begun.elapsed()))
    }
}

/// Adds how far the batch is: what the scheduler has accepted is not lost with the line.
fn with_progress(why: String, tasks: &Submission<'_>, all: &Collection) -> String {
    let so_far = match tasks.is_over() {
        false => tasks.so_far(),
        true => all.so_far(),
    };
    format!("{why}: {so_far}")
}

impl Client {
    /// Hands tasks in as [`collect`](Self::collect) does, and collects no results.
    pub(crate) fn submit(
        &mut self,
        tasks: &mut Submission<'_>,
        report: impl FnMut(u64, u64),
    ) -> Result<(), String> {
        let mut none = Collection::new(tasks.batch(), Some(0), 0);
        self.collect(tasks, &mut none, None, report)
    }

    /// Hands tasks in until each is accepted; none is accepted twice. Collects the results of their
    /// batch, also those of the first tasks while the last ones are handed in. Calls `report` now
    /// and then, with how many of how many tasks are accepted, later with how many results have come.
    ///
    /// # Errors
    /// When the scheduler is away, accepts no more, refuses a task or has lost some; or when not
    /// all results have come within `limit`.
    pub(crate) fn collect(
        &mut self,
        tasks: &mut Submission<'_>,
        all: &mut Collection,
        limit: Option<Duration>,
        mut report: impl FnMut(u64, u64),
    ) -> Result<(), String> {
        let mut since = Since::now();
        loop {
            tasks.begin();
            all.begin();
            if tasks.is_over() && all.is_over() {
                return Ok(());
            }
            let left = since.left(limit, all.count());
            // A scheduler answers each task that is handed in, at least with `Busy`.
            let silent = match tasks.is_over() {
                false => since.last_message.elapsed(),
                true => Duration::ZERO,
            };
            let line = self.seek(&mut since, silent, left);
            let line = line.map_err(|why| with_progress(why, tasks, all))?;
            while self.line.is_some() && !(tasks.is_over() && all.is_over()) {
                match (tasks.is_over(), all.count()) {
                    (false, _) => report(tasks.accepted(), tasks.count()),
                    (true, Some(count)) => report(all.ended(), count),
                    (true, None) => since.begun = Instant::now(),
                }
                let left = since.left(limit, all.count());
                let mut turn = self.turn(&*line, tasks, all, &mut since, left);
                // Even if some results have come in this turn.
                if turn.is_ok() && left.is_zero() && !all.is_over() {
                    turn = Err(all.late(limit.unwrap_or_default()));
                }
                if turn.is_err() {
                    // A late answer on this line would be taken for the answer to the next call.
                    self.line = None;
                    return turn;
                }
            }
        }
    }

    /// Returns the line, or a new one within `left`. If the scheduler was silent before its line
    /// was cut, that time counts for the patience, in whole seconds.
    fn seek(
        &mut self,
        since: &mut Since,
        silent: Duration,
        left: Duration,
    ) -> Result<Arc<dyn PeerLine>, String> {
        let silent = Duration::from_secs(silent.as_secs());
        let least = LEAST_LIMIT.min(self.patience);
        let patience = self.patience.saturating_sub(silent).max(least);
        let sought = Instant::now();
        let line = self.line_within(patience.min(left))?;
        since.away = (since.away + sought.elapsed()).min(self.patience);
        since.under_way = Duration::ZERO;
        Ok(line)
    }

    /// Sends what is to be sent, and takes in what arrives, for `limit` at most.
    fn turn(
        &mut self,
        line: &dyn PeerLine,
        tasks: &mut Submission<'_>,
        all: &mut Collection,
        since: &mut Since,
        limit: Duration,
    ) -> Result<(), String> {
        let (mut next, open) = (Vec::new(), tasks.open());
        if all.is_sure() {
            next = tasks.next();
        }
        // After the tasks, so that the scheduler knows the batch.
        next.extend(all.next());
        if !next.is_empty() {
            let begun = Instant::now();
            // If this fails, receiving fails as well.
            let _gone = line.send(&next);
            since.under_way += begun.elapsed();
        }
        let asked = Instant::now();
        let received = self.recv(line, limit);
        let received = received.map_err(|why| with_progress(why, tasks, all))?;
        if received.is_empty() && line.is_receiving() {
            since.last_message = Instant::now();
            since.under_way += asked.elapsed();
        }
        for message in received {
            since.last_message = Instant::now();
            tasks.take_in(&message);
            all.take_in(message, tasks.accepted())?;
        }
        if tasks.take_busy() {
            thread::sleep(BUSY_PAUSE);
        }
        if tasks.open() < open || (tasks.is_over() && all.is_sure()) {
            since.progresses();
        }
        let (silence, patience) = (since.last_message.elapsed(), self.patience.max(LEAST_LIMIT));
        match tasks.is_over() {
            false if since.is_late(patience) => {
                let silent = Some(silence).filter(|&time| time > patience / 2);
                return Err(tasks.refused(silent));
            }
            true if since.is_late(self.answer_limit) => return Err(unanswered(self.answer_limit)),
            true if silence >= DOUBT && all.is_sure() => all.doubt(),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
