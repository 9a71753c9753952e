//! What becomes of a dead worker's packet, and of its place.

use std::sync::atomic::Ordering;

use common::Message;
use multiprocess::Exit;

use crate::TaskError;
use crate::crew::Crew;
use crate::worker::Worker;

impl<R: Message> Crew<R> {
    /// A worker has ended: answers the packet that it had in its hand, and hires another one if
    /// there is work left.
    pub(crate) fn bury(&mut self, mut worker: Worker) {
        let pid = worker.process.pid();
        let exit = worker.process.wait().unwrap_or(Exit::Code(1));
        if let Some(number) = worker.hand.load(Ordering::Relaxed).checked_sub(1)
            && self.is_lost(number)
        {
            let error = TaskError::WorkerDied { pid, exit };
            self.ledger.answer(number, vec![Err(error)]);
        }
        let has_work = !self.is_closed || self.ledger.unanswered() > 0;
        if has_work && self.hire_one().is_err() && self.workers.is_empty() {
            self.ledger.answer_all(&TaskError::Stopped);
        }
    }

    /// Whether a packet that a dead worker had in its hand is gone with it.
    ///
    /// A hand shows a packet before taking it from the queue. So it may be there still; or
    /// another worker has taken it from there since, and shows it, or has answered it. That one
    /// empties its hand after its answer, and we look at the hands before the answers: what we
    /// no longer see in a hand, we find answered.
    fn is_lost(&mut self, number: u64) -> bool {
        let taken = self.put - self.source.len() as u64;
        let in_hand = |worker: &Worker| worker.hand.load(Ordering::Acquire) == number + 1;
        if number >= taken || self.workers.iter().any(in_hand) {
            return false;
        }
        let _buried_in_their_turn = self.take_answers();
        self.ledger.is_unanswered(number)
    }
}
