//! Tasks on their way to the scheduler: which are accepted, and which to send next.

use std::time::Duration;

use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::wire::{BODY_LIMIT, FromCluster, ToCluster};

/// How many tasks are on their way at a time.
const WINDOW: usize = 4096;

/// About how many bytes are sent at once.
const WINDOW_BYTES: usize = 4 << 20;

pub(crate) struct Submission<'a> {
    batch: u64,
    kind: &'a str,
    bodies: &'a [Vec<u8>],
    /// Whether the tasks are only compared with the batch, and none is added to it.
    compares: bool,
    /// Tasks that the comparison did not find.
    missing: Vec<usize>,
    is_settled: Vec<bool>,
    accepted: usize,
    /// How many tasks are not accepted yet, or not compared.
    open: usize,
    /// The tasks to send on this line, the first one at the end.
    to_send: Vec<usize>,
    under_way: usize,
    is_busy: bool,
    /// Whether the number of tasks was sent on this line.
    is_expected: bool,
}

impl<'a> Submission<'a> {
    /// A batch to hand in. The error names an argument that is too long.
    pub(crate) fn new(batch: u64, kind: &'a str, bodies: &'a [Vec<u8>]) -> Result<Self, String> {
        let mut lengths = bodies.iter().map(Vec::len).enumerate();
        if let Some((index, length)) = lengths.find(|(_, length)| *length > BODY_LIMIT) {
            return Err(format!(
                "the argument of task {index} has {length} bytes, {BODY_LIMIT} at most: cut it \
                 into smaller ones"
            ));
        }
        Ok(Self {
            batch,
            kind,
            bodies,
            compares: false,
            missing: Vec::new(),
            is_settled: vec![false; bodies.len()],
            accepted: 0,
            open: bodies.len(),
            to_send: Vec::new(),
            under_way: 0,
            is_busy: false,
            is_expected: false,
        })
    }

    /// Only compares: adds no task to the batch, and is refused if one there differs.
    pub(crate) fn comparing(self) -> Self {
        Self {
            compares: true,
            ..self
        }
    }

    /// Hands in the tasks that the comparison did not find.
    pub(crate) fn handing_in(mut self) -> Self {
        self.compares = false;
        for index in std::mem::take(&mut self.missing) {
            self.is_settled[index] = false;
            self.open += 1;
        }
        self
    }

    pub(crate) fn is_over(&self) -> bool {
        self.open == 0
    }

    pub(crate) fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn batch(&self) -> u64 {
        self.batch
    }

    pub(crate) fn count(&self) -> u64 {
        self.bodies.len() as u64
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted as u64
    }

    /// Begins on a new line: all tasks that are not accepted are sent again.
    pub(crate) fn begin(&mut self) {
        let all = (0..self.bodies.len()).rev();
        self.to_send = all.filter(|&index| !self.is_settled[index]).collect();
        self.under_way = 0;
        self.is_expected = false;
    }

    /// Returns what to send now: a quarter of a window at a time, so that packets are large, and
    /// the scheduler takes tasks in while earlier ones are accepted. The number of tasks comes
    /// before the first task, because a client that waits for the batch waits for all of them.
    pub(crate) fn next(&mut self) -> Vec<ToCluster> {
        if self.under_way > WINDOW - WINDOW / 4 {
            return Vec::new();
        }
        let mut bytes = 0;
        let fits = self.to_send.iter().rev().take_while(|&&index| {
            // At least one task, however long it is.
            let has_room = bytes < WINDOW_BYTES;
            bytes += self.bodies[index].len();
            has_room
        });
        let count = fits.take(WINDOW - self.under_way).count();
        self.under_way += count;
        let next = self.to_send.split_off(self.to_send.len() - count);
        let mut messages = Vec::with_capacity(count + 1);
        if count > 0 && !self.compares && !std::mem::replace(&mut self.is_expected, true) {
            let (batch, tasks) = (self.batch, self.count());
            messages.push(ToCluster::Expect { batch, tasks });
        }
        messages.extend(next.into_iter().rev().map(|index| self.message(index)));
        messages
    }

    fn message(&self, index: usize) -> ToCluster {
        let (batch, kind, body) = (self.batch, self.kind.to_owned(), self.bodies[index].clone());
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let (key, call) = (Key { batch, index }, Call { kind, body });
        match self.compares {
            true => ToCluster::Compare { key, call },
            false => ToCluster::Machine(ToScheduler::Submit { key, call }),
        }
    }

    pub(crate) fn take_in(&mut self, message: &FromCluster) {
        match message {
            FromCluster::Machine(FromScheduler::Accepted { key, .. })
                if key.batch == self.batch =>
            {
                self.under_way = self.under_way.saturating_sub(1);
                self.accepted += self.settle(key.index);
            }
            FromCluster::Machine(FromScheduler::Busy { key }) if key.batch == self.batch => {
                self.under_way = self.under_way.saturating_sub(1);
                let index = key.index as usize;
                if self.compares {
                    if self.settle(key.index) > 0 {
                        self.missing.push(index);
                    }
                } else if index < self.bodies.len() {
                    self.to_send.push(index);
                    self.is_busy = true;
                }
            }
            _ => {}
        }
    }

    /// Notes that this task need not be sent again. Returns 1 if it was open, else 0.
    fn settle(&mut self, index: u32) -> usize {
        match self.is_settled.get_mut(index as usize) {
            Some(is_settled @ false) => *is_settled = true,
            _ => return 0,
        }
        self.open -= 1;
        1
    }

    /// Whether the scheduler had no room since the last call.
    pub(crate) fn take_busy(&mut self) -> bool {
        std::mem::take(&mut self.is_busy)
    }

    /// How many are accepted, and how to go on: only this client knows the number of its batch.
    pub(crate) fn so_far(&self) -> String {
        let (accepted, batch, all) = (self.accepted, self.batch, self.bodies.len());
        format!("{accepted} of {all} tasks are accepted; try again later with --batch {batch}")
    }

    /// The error when no task was accepted for too long. The scheduler had no room or, with
    /// `silent`, has not answered for this time.
    pub(crate) fn refused(&self, silent: Option<Duration>) -> String {
        let so_far = self.so_far();
        match silent {
            Some(time) => {
                let time = time.as_secs();
                format!("the scheduler has not answered for {time} s, and may be stopped: {so_far}")
            }
            None => format!(
                "the scheduler takes no more now: what waits, what is dead and the results fill it \
                 (`cluster status` counts them; `retry`, `cancel` and `forget` make room), or it is \
                 about to end: {so_far}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use scheduler::TaskId;

    use super::*;

    #[test]
    fn the_next_tasks_are_sent_when_a_quarter_of_the_window_is_accepted() {
        let bodies = vec![Vec::new(); 3 * WINDOW];
        let mut tasks = Submission::new(1, "square", &bodies).unwrap();
        tasks.begin();
        // The first message is the number of tasks.
        assert_eq!(tasks.next().len(), 1 + WINDOW);
        let mut accepted = 0..u32::MAX;
        let mut accept = |tasks: &mut Submission<'_>, count| {
            for index in accepted.by_ref().take(count) {
                let (id, key) = (TaskId(index.into()), Key { batch: 1, index });
                tasks.take_in(&FromCluster::Machine(FromScheduler::Accepted { id, key }));
            }
        };
        accept(&mut tasks, WINDOW / 4 - 1);
        assert_eq!(tasks.next().len(), 0);
        accept(&mut tasks, 1);
        assert_eq!(tasks.next().len(), WINDOW / 4);
    }
}
