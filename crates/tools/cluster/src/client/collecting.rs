//! The one loop in which a client hands tasks in and takes the results of a batch.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Client, unanswered};
use crate::collection::Collection;
use crate::peer::PeerLine;
use crate::submission::Submission;

/// How long to wait before tasks are handed in again that a busy scheduler did not take.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// How long it may take until a task is accepted, however short the patience is.
const LEAST_LIMIT: Duration = Duration::from_secs(1);

/// When no result comes for so long, the scheduler is asked whether it has the tasks still.
const DOUBT: Duration = Duration::from_secs(5);

/// The clocks of one collecting, whatever number of lines it takes: a peer that takes lines and ends them
/// again is given no more time than one that says nothing.
struct Since {
    /// Since when results are waited for.
    begun: Instant,
    heard: Instant,
    /// When a task was accepted last, or, after all were, when the scheduler was known to have them.
    progress: Instant,
    /// How long a line was sought since then, which has a limit of its own.
    away: Duration,
    /// How long was written on this line since then: a long argument takes its time on the way.
    sending: Duration,
}

impl Since {
    fn now() -> Self {
        let now = Instant::now();
        let (away, sending) = (Duration::ZERO, Duration::ZERO);
        Self {
            begun: now,
            heard: now,
            progress: now,
            away,
            sending,
        }
    }

    fn progresses(&mut self) {
        self.progress = Instant::now();
        (self.away, self.sending) = (Duration::ZERO, Duration::ZERO);
    }

    fn is_late(&self, limit: Duration) -> bool {
        self.progress.elapsed() > limit + self.away + self.sending
    }

    /// How much of `limit` is left for results of which it is known how many there are. The limit is not
    /// for the answer that there are any.
    fn left(&self, limit: Option<Duration>, count: Option<u64>) -> Duration {
        let limit = limit.filter(|_| count.is_some());
        limit.map_or(Duration::MAX, |it| it.saturating_sub(self.begun.elapsed()))
    }
}

/// What the scheduler has accepted is not lost with the line, so the error says how to go on with it.
fn told_how_far(why: String, tasks: &Submission<'_>, all: &Collection) -> String {
    let so_far = match tasks.is_over() {
        false => tasks.so_far(),
        true => all.so_far(),
    };
    format!("{why}: {so_far}")
}

impl Client {
    /// Hands tasks in as [`collect`](Self::collect) does, and takes no results.
    pub(crate) fn submit(
        &mut self,
        tasks: &mut Submission<'_>,
        told: impl FnMut(u64, u64),
    ) -> Result<(), String> {
        let mut none = Collection::new(tasks.batch(), Some(0), 0);
        self.collect(tasks, &mut none, None, told)
    }

    /// Hands tasks in, each until it is accepted; what was accepted before is not accepted twice. Takes the
    /// results of their batch, also those of the first tasks while the last ones are handed in. `told` is
    /// called now and then: how many of how many are accepted, and then, how many results have come.
    ///
    /// # Errors
    /// When the scheduler is away, takes no more, refuses a task or has lost some; or when not all results
    /// have come within `limit`.
    pub(crate) fn collect(
        &mut self,
        tasks: &mut Submission<'_>,
        all: &mut Collection,
        limit: Option<Duration>,
        mut told: impl FnMut(u64, u64),
    ) -> Result<(), String> {
        let mut since = Since::now();
        loop {
            tasks.begin();
            all.begin();
            if tasks.is_over() && all.is_over() {
                return Ok(());
            }
            let left = since.left(limit, all.count());
            // A scheduler answers each task that it is handed, if only that it is busy.
            let silent = match tasks.is_over() {
                false => since.heard.elapsed(),
                true => Duration::ZERO,
            };
            let line = self.seek(&mut since, silent, left);
            let line = line.map_err(|why| told_how_far(why, tasks, all))?;
            while self.line.is_some() && !(tasks.is_over() && all.is_over()) {
                match (tasks.is_over(), all.count()) {
                    (false, _) => told(tasks.accepted(), tasks.count()),
                    (true, Some(count)) => told(all.ended(), count),
                    (true, None) => since.begun = Instant::now(),
                }
                let left = since.left(limit, all.count());
                let mut turn = self.turn(&*line, tasks, all, &mut since, left);
                // Also when some of them have come just now.
                if turn.is_ok() && left.is_zero() && !all.is_over() {
                    turn = Err(all.late(limit.unwrap_or_default()));
                }
                if turn.is_err() {
                    // What was asked for may still come, and would be taken for an answer to the next call.
                    self.line = None;
                    return turn;
                }
            }
        }
    }

    /// The line, or a new one within `left`. A scheduler that was silent before its line was cut has used
    /// up that much of the patience, in whole seconds.
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
        since.sending = Duration::ZERO;
        Ok(line)
    }

    /// Says what is to be said, and takes in what comes, for `limit` at most.
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
            // If it fails, receiving fails as well.
            let _gone = line.send(&next);
            since.sending += begun.elapsed();
        }
        let heard = self.hear(line, limit);
        for message in heard.map_err(|why| told_how_far(why, tasks, all))? {
            since.heard = Instant::now();
            tasks.hear(&message);
            all.hear(message, tasks.accepted())?;
        }
        if tasks.take_busy() {
            thread::sleep(BUSY_PAUSE);
        }
        if tasks.open() < open || (tasks.is_over() && all.is_sure()) {
            since.progresses();
        }
        let (silence, patience) = (since.heard.elapsed(), self.patience.max(LEAST_LIMIT));
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
