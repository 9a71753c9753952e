//! What becomes of a dead worker's packet, and of its place.

use std::sync::atomic::Ordering;

use common::Message;

use crate::dispatcher::Dispatcher;
use crate::error::Cause;
use crate::worker::Worker;

/// So many deaths for each worker, without an answer in between, are no accident.
const MOST_DEATHS: usize = 3;

impl<R: Message> Dispatcher<R> {
    /// A worker has ended: answers the packet that it had in hand.
    pub(crate) fn worker_died(&mut self, mut worker: Worker) {
        let pid = worker.process.pid();
        let exit = worker.process.wait().ok();
        if let Some(number) = worker.in_hand.load(Ordering::Relaxed).checked_sub(1)
            && self.is_lost(number)
        {
            let died = Cause::WorkerDied { pid, exit };
            self.ledger.answer(number, vec![Err(died)]);
        }
    }

    /// Starts a worker for each one that has died, as long as there is work to come or left. If
    /// there is none and none can be started, what is left cannot be done.
    pub(crate) fn replace_the_dead(&mut self) {
        let has_work = !self.is_closed || self.ledger.unanswered() > 0;
        let may_live = self.deaths_in_a_row < MOST_DEATHS * self.wanted;
        while has_work && may_live && self.workers.len() < self.wanted {
            if self.start_one().is_err() {
                break;
            }
        }
        if self.workers.is_empty() {
            self.ledger.answer_all(&Cause::Stopped);
        }
    }

    /// Whether a packet that a dead worker had in hand is gone with it.
    ///
    /// A worker shows a packet before it takes it from the queue. So the packet may be there
    /// still; or another worker has taken it since, and shows it, or has answered it. That one
    /// shows it until it has answered, and we look at what is shown before we look at the
    /// answers: what we no longer see in any hand, we find answered.
    fn is_lost(&mut self, number: u64) -> bool {
        self.forget_taken();
        let has_it = |worker: &Worker| worker.in_hand.load(Ordering::Acquire) == number + 1;
        if self.put.contains(&number) || self.workers.iter().any(has_it) {
            return false;
        }
        let _their_turn_comes = self.take_answers();
        self.ledger.is_unanswered(number)
    }

    /// Keeps of the packets that were put those that are in the queue still: the last ones.
    pub(crate) fn forget_taken(&mut self) {
        let taken = self.put.len().saturating_sub(self.source.len());
        self.put.drain(..taken);
    }
}
