//! The one loop in which a client hands tasks in and takes the results of a batch.

use std::thread;
use std::time::{Duration, Instant};

use scheduler::limits::HEARTBEAT;

use super::{ANSWER_LIMIT, Client, unanswered};
use crate::collection::Collection;
use crate::peer::PeerLine;
use crate::submission::Submission;

/// How long to wait before tasks are handed in again that a busy scheduler did not take.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// How long it may take until a task is accepted, however short the patience is.
const LEAST_LIMIT: Duration = Duration::from_secs(1);

/// When no result comes for so long, the scheduler is asked whether it has the tasks still.
const DOUBT: Duration = Duration::from_secs(5);

/// Since when nothing was heard on a line, and since when no task was accepted.
struct Since {
    heard: Instant,
    progress: Instant,
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
        let mut begun = Instant::now();
        loop {
            tasks.begin();
            all.begin();
            if tasks.is_over() && all.is_over() {
                return Ok(());
            }
            let line = self.line()?;
            let (heard, progress) = (Instant::now(), Instant::now());
            let mut since = Since { heard, progress };
            while self.line.is_some() && !(tasks.is_over() && all.is_over()) {
                match (tasks.is_over(), all.count()) {
                    (false, _) => told(tasks.accepted(), tasks.count()),
                    (true, Some(count)) => told(all.ended(), count),
                    // The limit is for the tasks, and not for the answer that there are any.
                    (true, None) => begun = Instant::now(),
                }
                let limit = limit.filter(|_| all.count().is_some());
                let left = limit.map_or(HEARTBEAT, |limit| limit.saturating_sub(begun.elapsed()));
                let ended = all.ended();
                let mut turn = self.turn(&*line, tasks, all, &mut since, left);
                if turn.is_ok() && left.is_zero() && all.ended() == ended && !all.is_over() {
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
            // A long argument takes its time on the way.
            since.progress += begun.elapsed();
        }
        for message in self.hear(line, limit)? {
            since.heard = Instant::now();
            tasks.hear(&message);
            all.hear(message, tasks.accepted())?;
        }
        if tasks.take_busy() {
            thread::sleep(BUSY_PAUSE);
        }
        if tasks.open() < open || tasks.is_over() {
            since.progress = Instant::now();
        }
        let (silence, patience) = (since.heard.elapsed(), self.patience.max(LEAST_LIMIT));
        if since.progress.elapsed() > patience {
            let silent = Some(silence).filter(|&time| time > patience / 2);
            return Err(tasks.refused(silent));
        }
        match all.is_sure() {
            true if silence >= DOUBT && tasks.is_over() => all.doubt(),
            false if silence >= DOUBT + ANSWER_LIMIT => return Err(unanswered()),
            _ => {}
        }
        Ok(())
    }
}
