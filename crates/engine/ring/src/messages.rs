//! Messages as bytes, with the event that sent them in front while a run is recorded: the
//! receiver's event names it as its cause, and the timeline draws the arrow.

use common::{
    DecodeError, EncodeError, EventId, Kind, Message, decode as plain_decode, encode_into,
    is_recording, record,
};

use crate::ring::{Patience, ReadError, Reader};

/// In front of a message while recording: the id of the event that sent it.
const CAUSE_BYTES: usize = 8;

/// How many bytes of a message are its cause.
#[must_use]
pub fn cause_bytes() -> usize {
    if is_recording() { CAUSE_BYTES } else { 0 }
}

/// The bytes of a message, with room for its cause.
///
/// # Errors
/// When the message has no bytes.
pub fn encode<T: Message>(message: &T, buffer: &mut Vec<u8>) -> Result<(), EncodeError> {
    buffer.clear();
    if is_recording() {
        buffer.extend_from_slice(&[0; CAUSE_BYTES]);
    }
    encode_into(message, buffer)
}

/// Records that the message is about to be sent, and puts that event into its bytes. Before the
/// act, as a cause has to be; and not for a message that is refused at once.
pub fn note_send<T: Message>(pipe: &str, message: &T, buffer: &mut [u8]) -> EventId {
    let cause = record(Kind::Send, pipe, format_args!("{message:?}"), EventId::NONE);
    if is_recording() {
        buffer[..CAUSE_BYTES].copy_from_slice(&cause.to_bytes());
    }
    cause
}

/// Records that the message of that `send` was not sent after all: its sender has it back.
pub fn note_unsent<T: Message>(pipe: &str, message: &T, send: EventId) {
    record(Kind::GiveUp, pipe, format_args!("{message:?}"), send);
}

/// Records that a wait for a message begins, if there is none and it may be waited for.
pub fn note_wait(pipe: &str, reader: &mut Reader, patience: Patience) {
    let kind = match patience {
        Patience::None => return,
        Patience::Until(_) => Kind::WaitLimit,
        Patience::Forever => Kind::Wait,
    };
    if is_recording() && reader.wait_for_message(Patience::None) == Err(ReadError::Empty) {
        record(kind, pipe, format_args!(""), EventId::NONE);
    }
}

/// Records that the limit of a wait for a message is over.
pub fn note_no_message(pipe: &str, patience: Patience) {
    if matches!(patience, Patience::Until(_)) {
        record(Kind::GiveUp, pipe, format_args!(""), EventId::NONE);
    }
}

/// The message of these bytes, and its `recv` in the log.
///
/// # Errors
/// When they are no `T`.
pub fn decode<T: Message>(pipe: &str, bytes: &[u8]) -> Result<T, DecodeError> {
    if !is_recording() {
        let message = plain_decode(bytes)?;
        record(Kind::Recv, pipe, format_args!(""), EventId::NONE); // for --chaos
        return Ok(message);
    }
    let (cause, bytes) = bytes
        .split_first_chunk()
        .unwrap_or((&[0; CAUSE_BYTES], bytes));
    let message: T = plain_decode(bytes)?;
    record(
        Kind::Recv,
        pipe,
        format_args!("{message:?}"),
        EventId::from_bytes(*cause),
    );
    Ok(message)
}
