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

    /// Whether a packet that a dead worker had in its hand is gone with it. It is not if it was
    /// answered; nor if it is in the queue still, since a hand shows a packet before taking it;
    /// nor if another worker has it in its hand and has taken it from there.
    fn is_lost(&self, number: u64) -> bool {
        let taken = self.put - self.source.len() as u64;
        let in_hand = |worker: &Worker| worker.hand.load(Ordering::Relaxed) == number + 1;
        number < taken && self.ledger.is_unanswered(number) && !self.workers.iter().any(in_hand)
    }
}
