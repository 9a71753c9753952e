//! The results of packets.

use std::ops::Range;

use crate::error::{Cause, TaskError, UnseenFailures};

/// The result of a packet. A failure is rare and takes no room in a result that is none.
pub type PacketResult<R> = Result<Values<R>, Box<UnseenFailures>>;

/// The values of a packet. Most packets have one task, and its value needs no list.
#[expect(missing_docs, reason = "the variants are what their names say")]
pub enum Values<R> {
    One(R),
    Many(Vec<R>),
}

/// The result of tasks that have failed, for this cause.
///
/// # Errors
/// Always: their failure.
pub fn failed<R>(tasks: Range<u64>, cause: Cause) -> PacketResult<R> {
    let (count, task) = ((tasks.end - tasks.start) as usize, tasks.start);
    let first = TaskError { task, cause };
    Err(Box::new(UnseenFailures { count, first }))
}

/// The result of a packet of one task.
///
/// # Errors
/// Its failure.
///
/// # Panics
/// When the packet had several tasks.
pub fn single<R>(done: PacketResult<R>) -> Result<R, TaskError> {
    match done {
        Ok(Values::One(value)) => Ok(value),
        Ok(Values::Many(_)) => unreachable!("a packet of one task has one value"),
        Err(failures) => Err(failures.first),
    }
}

/// The values of some packets, in the order in which they are added.
pub struct Gathered<R> {
    values: Vec<R>,
    failed: Option<TaskError>,
}

impl<R> Gathered<R> {
    /// None yet, with room for some.
    #[must_use]
    pub fn with_capacity(values: usize) -> Self {
        Self {
            values: Vec::with_capacity(values),
            failed: None,
        }
    }

    /// Adds those of a packet, or its failure.
    pub fn add(&mut self, done: PacketResult<R>) {
        match done {
            Ok(Values::Many(values)) => self.values.extend(values),
            Ok(Values::One(value)) => self.values.push(value),
            Err(failures) => {
                self.failed.get_or_insert(failures.first);
            }
        }
    }

    /// All of them.
    ///
    /// # Errors
    /// The first failure.
    pub fn finish(self) -> Result<Vec<R>, TaskError> {
        self.failed.map_or(Ok(self.values), Err)
    }
}
