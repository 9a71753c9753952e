//! What came of a packet.

use crate::error::Cause;
use crate::ledger::Stream;
use crate::messages::Values;
use crate::{TaskError, UnseenFailures};

/// What came of a packet. A failure is rare and takes no room in those that are none.
pub(crate) type Done<R> = Result<Values<R>, Box<UnseenFailures>>;

/// So many tasks of a packet failed, this one first.
pub(crate) fn failed<R>(task: u64, count: usize, cause: Cause) -> Done<R> {
    let first = TaskError { task, cause };
    Err(Box::new(UnseenFailures { count, first }))
}

/// What came of a packet of one task.
pub(crate) fn single<R>(done: Done<R>) -> Result<R, TaskError> {
    match done {
        Ok(Values::One(value)) => Ok(value),
        Ok(Values::Many(_)) => unreachable!("a packet of one task has one value"),
        Err(failures) => Err(failures.first),
    }
}

/// Adds the failures, if there are any.
pub(crate) fn note<R>(unseen: &mut Option<UnseenFailures>, done: &Done<R>) {
    if let Err(failures) = done {
        match unseen {
            Some(unseen) => unseen.add(failures),
            None => *unseen = Some((**failures).clone()),
        }
    }
}

/// The same of results that nobody has taken out of a stream.
pub(crate) fn note_all<R>(unseen: &mut Option<UnseenFailures>, stream: &Stream<R>) {
    for error in stream
        .borrow()
        .iter()
        .filter_map(|result| result.as_ref().err())
    {
        let failed: Done<R> = failed(error.task, 1, error.cause.clone());
        note(unseen, &failed);
    }
}

/// The values of some packets, one after the other.
pub(crate) struct Gathered<R> {
    values: Vec<R>,
    failed: Option<TaskError>,
}

impl<R> Gathered<R> {
    pub(crate) fn with_capacity(values: usize) -> Self {
        Self {
            values: Vec::with_capacity(values),
            failed: None,
        }
    }

    pub(crate) fn add(&mut self, done: Done<R>) {
        match done {
            Ok(Values::Many(values)) => self.values.extend(values),
            Ok(Values::One(value)) => self.values.push(value),
            Err(failures) => {
                self.failed.get_or_insert(failures.first);
            }
        }
    }

    /// All of them, or the first failure.
    pub(crate) fn finish(self) -> Result<Vec<R>, TaskError> {
        self.failed.map_or(Ok(self.values), Err)
    }
}
