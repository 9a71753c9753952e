//! A worker has died with a task in its hand: is the task lost, and what becomes of the rest of
//! its packet?

use std::collections::{HashMap, VecDeque};

use common::Message;

use crate::TaskError;
use crate::dispatcher::Dispatcher;
use crate::done::Done;
use crate::error::{Cause, UnseenFailures};
use crate::messages::{Arguments, Packet};

/// A task that a dead worker had in hand, and the place of its packet.
pub(crate) struct Suspect {
    task: u64,
    place: u32,
    first_task: u64,
    cause: Cause,
}

/// What deaths make of the packets that are out.
#[derive(Default)]
pub(crate) struct Lost {
    /// How often a packet may be run again when its worker has died.
    pub(crate) reruns: u32,
    /// What may have to be run again, by its first task.
    kept: HashMap<u64, Kept>,
    /// Tasks that dead workers had in hand.
    suspects: VecDeque<Suspect>,
}

/// What is kept of a packet while it is out: of one with several tasks, and of all when tasks may
/// be run again.
pub(crate) struct Kept {
    arguments: Vec<u8>,
    reruns: u32,
    /// So many of its tasks have been run and must not be run again.
    skip: u32,
    /// Those of them that were lost.
    lost: Option<Box<UnseenFailures>>,
}

impl Lost {
    /// Keeps what may be needed of a packet that goes out.
    pub(crate) fn keep(&mut self, first_task: u64, tasks: u32, arguments: &[u8]) {
        if tasks > 1 || self.reruns > 0 {
            let kept = Kept {
                arguments: arguments.to_vec(),
                reruns: self.reruns,
                skip: 0,
                lost: None,
            };
            self.kept.insert(first_task, kept);
        }
    }

    /// What came of a packet, with those of its tasks that were lost before.
    pub(crate) fn with_lost_ones<R>(&mut self, first_task: u64, done: Done<R>) -> Done<R> {
        if self.kept.is_empty() {
            return done;
        }
        let lost = self.kept.remove(&first_task).and_then(|kept| kept.lost);
        match (lost, done) {
            (None, done) => done,
            (Some(lost), Ok(_)) => Err(lost),
            (Some(mut lost), Err(failed)) => {
                lost.add(&failed);
                Err(lost)
            }
        }
    }

    /// Nothing is out any more.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.suspects.clear();
    }
}

impl<R: Message> Dispatcher<R> {
    /// A worker has died, and this task was in its hand.
    pub(crate) fn suspect(&mut self, task: u64, cause: Cause) {
        if let Some(place) = self.ledger.find(task) {
            let first_task = self.ledger.tasks(place).start;
            self.lost.suspects.push_back(Suspect {
                task,
                place,
                first_task,
                cause,
            });
        }
    }

    /// Finds out which of the suspects are lost.
    ///
    /// A worker shows a task before it takes it from the queue, and it shows it until it has
    /// answered. So a task that a dead worker has shown may be in the queue still; or another
    /// worker has taken it since, and shows it; or that one has answered it.
    pub(crate) fn judge_suspects(&mut self) {
        for _ in 0..self.lost.suspects.len() {
            let Some(suspect) = self.lost.suspects.pop_front() else {
                return;
            };
            if self.is_elsewhere(&suspect) {
                self.lost.suspects.push_back(suspect);
                continue;
            }
            // We have looked at the hands, and only now we look at the answers: what we no longer
            // saw in any hand, we find answered. The other way round, it could go from a hand to
            // the answers behind our back.
            self.collect();
            let Suspect {
                place, first_task, ..
            } = suspect;
            let has_died_again = |other: &Suspect| other.first_task == first_task;
            if self.ledger.is_open(place, first_task)
                && !self.lost.suspects.iter().any(has_died_again)
            {
                self.lost(suspect);
            }
        }
    }

    /// Whether the task is in the queue, or in the hand of a worker.
    fn is_elsewhere(&self, suspect: &Suspect) -> bool {
        let place = suspect.place;
        if !self.ledger.is_open(place, suspect.first_task) {
            return false;
        }
        let in_queue = self.packets.as_ref().map_or(0, ipc_queue::Sender::len) as u64;
        let tasks = self.ledger.tasks(place);
        let has_it = |task: Option<u64>| task.is_some_and(|task| tasks.contains(&task));
        self.ledger.position(place) >= self.put - in_queue
            || self.hands.iter().any(|hand| has_it(hand.task()))
    }

    /// The task is gone with its worker. It is run again if that was asked for; else it has
    /// failed, and the tasks behind it in its packet, which nobody has begun, are run.
    fn lost(&mut self, suspect: Suspect) {
        let Suspect {
            task,
            place,
            first_task,
            cause,
        } = suspect;
        self.pieces.remove(&first_task);
        self.shelf.free(first_task);
        let tasks = self.ledger.tasks(place);
        let mut failed = Box::new(UnseenFailures {
            count: 1,
            first: TaskError { task, cause },
        });
        let Some(kept) = self.lost.kept.get_mut(&first_task) else {
            self.ledger.answer(place, Err(failed));
            return;
        };
        if kept.reruns > 0 {
            kept.reruns -= 1;
        } else {
            if let Some(before) = kept.lost.take() {
                failed.add(&before);
            }
            if task + 1 == tasks.end {
                self.lost.kept.remove(&first_task);
                self.ledger.answer(place, Err(failed));
                return;
            }
            kept.lost = Some(failed);
            kept.skip = u32::try_from(task + 1 - tasks.start).expect("inside of a packet");
        }
        self.backlog.push_front(Packet {
            place,
            first_task,
            tasks: u32::try_from(tasks.end - tasks.start).expect("as it was entered"),
            skip: kept.skip,
            arguments: Arguments::Here(kept.arguments.clone()),
        });
        // It is not in the queue, whatever its position says, until it is put again.
    }
}
