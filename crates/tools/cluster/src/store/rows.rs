//! Records as rows of the tables.

use rusqlite::types::Type;
use rusqlite::{Error, Row};
use scheduler::TaskId;
use scheduler::machine::{End, Record};
use scheduler::task::{Call, Key};

use crate::wire::Queue;

/// The columns `what` and `value` for an end.
pub(super) fn columns(end: &End) -> (&'static str, &[u8]) {
    match end {
        End::Done(body) => ("done", body),
        End::Dead(why) => ("dead", why.as_bytes()),
        End::Cancelled => ("cancelled", &[]),
    }
}

pub(super) fn task_id(row: &Row<'_>, column: usize) -> Result<TaskId, Error> {
    let id = u64::try_from(row.get::<_, i64>(column)?);
    id.map(TaskId)
        .map_err(|_| nonsense(column, "no task has such a number"))
}

/// The error for a row that this program has not written.
pub(super) fn nonsense(column: usize, why: &str) -> Error {
    Error::FromSqlConversionFailure(column, Type::Integer, why.into())
}

/// A queue at a new start.
pub(super) fn queue(row: &Row<'_>) -> Result<Queue, Error> {
    let number = row.get::<_, i64>(0)?.cast_unsigned();
    let (run, first) = (common::random_number(), task_id(row, 1)?);
    Ok(Queue { number, run, first })
}

pub(super) fn accepted(row: &Row<'_>, id: TaskId) -> Result<Record, Error> {
    let (batch, index) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?);
    let (kind, body) = (row.get(3)?, row.get(4)?);
    let (key, call) = (Key { batch, index }, Call { kind, body });
    Ok(Record::Accepted { id, key, call })
}

pub(super) fn event(row: &Row<'_>) -> Result<Record, Error> {
    let id = task_id(row, 0)?;
    let value: Vec<u8> = row.get(2)?;
    let end = match row.get_ref(1)?.as_str()? {
        "revived" => return Ok(Record::Revived { id }),
        "done" => End::Done(value.into()),
        "dead" => End::Dead(String::from_utf8_lossy(&value).into()),
        "cancelled" => End::Cancelled,
        _ => return Err(nonsense(1, "nothing of this name happens to a task")),
    };
    Ok(Record::Ended { id, end })
}
