//! Questions to the scheduler and their answers, over one connection.

use std::time::{Duration, Instant};

use crate::connection::{Connection, ConnectionError};
use crate::limits::SILENCE_LIMIT;
use crate::wire::{FromScheduler, ToScheduler};

/// Sends a message, for `limit` at most. That the scheduler is gone is no error here: its earlier
/// messages, which can still be received, may contain the reason.
///
/// # Errors
/// [`ConnectionError`], except `Disconnected`.
pub fn send(
    connection: &Connection,
    message: &ToScheduler,
    limit: Duration,
) -> Result<(), ConnectionError> {
    match connection.send_within(message, limit.min(SILENCE_LIMIT)) {
        Err(ConnectionError::Disconnected) => Ok(()),
        sent => sent,
    }
}

/// Asks, and waits for the answer: the first message for which `is_answer` returns a value. Blocks
/// for `limit` at most.
///
/// # Errors
/// [`ConnectionError`]; `Disconnected` if the scheduler ends instead.
pub fn ask<A>(
    connection: &Connection,
    question: &ToScheduler,
    limit: Duration,
    is_answer: impl Fn(FromScheduler) -> Option<A>,
) -> Result<A, ConnectionError> {
    question_and_answer(connection, question, limit, |answer| match answer {
        FromScheduler::Shutdown => Some(Err(ConnectionError::Disconnected)),
        answer => is_answer(answer).map(Ok),
    })?
}

/// Asks the scheduler to end, and waits until it reports that it does. Blocks for `limit` at most.
///
/// # Errors
/// [`ConnectionError`] when the scheduler does not answer.
pub fn ask_to_end(
    connection: &Connection,
    request: &ToScheduler,
    limit: Duration,
) -> Result<(), ConnectionError> {
    question_and_answer(connection, request, limit, |answer| {
        (answer == FromScheduler::Shutdown).then_some(())
    })
}

/// Sends a question and waits for its answer. Skips answers to questions whose caller did not wait
/// for them; they do not prolong the wait.
fn question_and_answer<A>(
    connection: &Connection,
    question: &ToScheduler,
    limit: Duration,
    is_answer: impl Fn(FromScheduler) -> Option<A>,
) -> Result<A, ConnectionError> {
    let asked = Instant::now();
    send(connection, question, limit)?;
    loop {
        let left = limit.saturating_sub(asked.elapsed());
        let answer = connection.recv_timeout(left)?;
        if let FromScheduler::Refused { why } = answer {
            return Err(ConnectionError::Refused(why));
        }
        if let Some(answer) = is_answer(answer) {
            return Ok(answer);
        }
        if asked.elapsed() >= limit {
            return Err(ConnectionError::Timeout(limit));
        }
    }
}
