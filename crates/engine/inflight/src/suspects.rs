//! Decides whether the task in the hand of a dead worker is lost.
//!
//! Pure: no process, no clock, no queue.

use std::ops::Range;

use crate::error::Cause;

/// A task that a dead worker had in hand, and its packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suspect {
    pub(crate) task: u64,
    pub(crate) cause: Cause,
    /// The packet's entry in the ledger.
    pub(crate) entry: u32,
    /// The tasks of the packet.
    pub(crate) tasks: Range<u64>,
    /// How many packets were put into the queue before this one.
    pub(crate) position: u64,
}

/// Finds the packets that are lost with their workers.
///
/// A worker shows a task before it takes it from the queue, and shows it until it has answered. So
/// the packet of a task that a dead worker has shown may still be in the queue, or in the hand of
/// another worker that has taken it since, or answered. It is lost if it is in none of the three.
/// It goes from the queue to a hand and from there to the answers, so they must be checked in that
/// order, or the owner could miss it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suspects {
    /// The suspects; for each, whether it was neither in the queue nor in a hand.
    suspects: Vec<(Suspect, bool)>,
}

impl Suspects {
    /// Whether there are no suspects.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.suspects.is_empty()
    }

    /// Adds the task that a dead worker had in hand. If several workers died with the same packet,
    /// one had taken it, and the others had only shown its first task: so the one with the later
    /// task lost it.
    pub(crate) fn add(&mut self, suspect: Suspect) {
        let is_same = |(other, _): &&mut (Suspect, bool)| other.tasks == suspect.tasks;
        match self.suspects.iter_mut().find(is_same) {
            Some((other, _)) if suspect.task < other.task => {}
            Some(same) => *same = (suspect, false),
            None => self.suspects.push((suspect, false)),
        }
    }

    /// The first step: the owner has checked the queue, which still has all packets from this
    /// position on, and then the tasks in the workers' hands.
    pub(crate) fn look(&mut self, first_in_queue: u64, in_hand: &[u64]) {
        for (suspect, is_nowhere) in &mut self.suspects {
            let is_in_hand = in_hand.iter().any(|task| suspect.tasks.contains(task));
            *is_nowhere = suspect.position < first_in_queue && !is_in_hand;
        }
    }

    /// The second step, after all answers that had arrived by then have been taken in. Returns the
    /// suspects that are lost, and removes them and those that were answered.
    pub(crate) fn judge(&mut self, is_unanswered: impl Fn(&Suspect) -> bool) -> Vec<Suspect> {
        self.suspects.retain(|(suspect, _)| is_unanswered(suspect));
        let lost = self.suspects.extract_if(.., |(_, is_nowhere)| *is_nowhere);
        lost.map(|(suspect, _)| suspect).collect()
    }
}

#[cfg(test)]
#[path = "../tests/units/suspects.rs"]
mod tests;
