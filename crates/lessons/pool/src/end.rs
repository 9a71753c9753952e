//! How a pool ends: told to, or because its processes have gone.

use std::time::{Duration, Instant};

use common::Message;

use crate::dispatcher::Dispatcher;
use crate::error::Cause;

/// How long the supervisor may take to end all.
const LIMIT: Duration = Duration::from_secs(5);

impl<R: Message> Dispatcher<R> {
    /// All processes have gone, and what is not done will not be.
    pub(crate) fn all_gone(&mut self) {
        self.news = None;
        self.packets = None;
        self.backlog.clear();
        self.lost.clear();
        self.shelf.clear();
        self.pids.fill(0);
        let why = self.given_up.clone();
        self.ledger
            .answer_all(&why.map_or(Cause::Stopped, Cause::NoWorker));
    }

    /// Ends all processes, and answers what is left. Takes some milliseconds; [`LIMIT`] if
    /// something holds the supervisor up.
    pub(crate) fn stop(&mut self) {
        (self.is_closed, self.is_ending) = (true, true);
        self.backlog.clear();
        // The supervisor kills the workers and waits for them. If it was killed itself, they die
        // of that. What they have told comes before the end of the queue.
        self.life = None;
        let deadline = Instant::now() + LIMIT;
        while self.news.is_some() && Instant::now() < deadline {
            self.turn(deadline.saturating_duration_since(Instant::now()));
        }
        self.all_gone();
        if let Some(mut supervisor) = self.supervisor.take() {
            // Drop kills it if it has not ended.
            let _ended =
                supervisor.wait_timeout(deadline.saturating_duration_since(Instant::now()));
        }
    }
}
