//! The results of packets.

use std::ops::Range;

use common::drop_fenced;

use crate::error::{Cause, TaskError, UnseenFailures};

/// The result of a packet. Failures are rare, and boxed so that they take no room in other results.
pub type PacketResult<R> = Result<Values<R>, Box<UnseenFailures>>;

/// The values of a packet. Most packets have one task, whose value needs no list.
#[expect(missing_docs, reason = "the variants are what their names say")]
pub enum Values<R> {
    One(R),
    Many(Vec<R>),
}

/// The result of tasks that have failed with this cause.
///
/// # Errors
/// Always: the failure.
pub fn failed<R>(tasks: Range<u64>, cause: Cause) -> PacketResult<R> {
    let (count, task) = ((tasks.end - tasks.start) as usize, tasks.start);
    let first = TaskError { task, cause };
    Err(Box::new(UnseenFailures { count, first }))
}

/// The result of a packet of several tasks: the values of all, or its failures.
///
/// # Errors
/// The failures. The values then end here, and a panic of a destructor is ignored: their tasks are done.
pub fn several<R>(results: impl Iterator<Item = Result<R, TaskError>>) -> PacketResult<R> {
    let mut values = Vec::with_capacity(results.size_hint().0);
    let mut failures = None;
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(first) => {
                let none_yet = UnseenFailures { count: 0, first };
                failures.get_or_insert(none_yet).count += 1;
            }
        }
    }
    let Some(all) = failures else {
        return Ok(Values::Many(values));
    };
    values.into_iter().for_each(drop_fenced);
    Err(Box::new(all))
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

/// At most this many values are given room before they are there, whatever an iterator or a message claims.
pub(crate) const MOST_AT_ONCE: usize = 4096;

/// Collects the values of packets, in the order in which they are added.
pub struct Gathered<R> {
    values: Vec<R>,
    failed: Option<TaskError>,
}

impl<R> Gathered<R> {
    /// An empty collection, with room for `values` values, if they are not too many to believe it.
    #[must_use]
    pub fn with_capacity(values: usize) -> Self {
        Self {
            values: Vec::with_capacity(values.min(MOST_AT_ONCE)),
            failed: None,
        }
    }

    /// Adds the values of a packet, or its failure.
    pub fn add(&mut self, done: PacketResult<R>) {
        match done {
            Ok(Values::Many(values)) => self.values.extend(values),
            Ok(Values::One(value)) => self.values.push(value),
            Err(failures) => {
                self.failed.get_or_insert(failures.first);
            }
        }
    }

    /// Returns all values.
    ///
    /// # Errors
    /// The first failure.
    pub fn finish(self) -> Result<Vec<R>, TaskError> {
        self.failed.map_or(Ok(self.values), Err)
    }
}
