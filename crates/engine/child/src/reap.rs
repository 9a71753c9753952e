//! What a child tells at its end: what came of its target.

use std::io;

use common::{DecodeError, EventId, Kind, Message, decode, encode_into, record};

use crate::Failure;
use crate::line::REPORT;
use child::{End, parcel};

/// In front of the result: that this is a report, and the id of the child's last event.
const EVENT_BYTES: usize = 8;
const HEAD_BYTES: usize = 1 + EVENT_BYTES;

/// As it came over the line. It came whole, or there is none.
#[derive(Debug)]
pub(crate) struct Report(Vec<u8>);

/// In the child, when its target has returned. Fails when the value has no bytes, or when the
/// parent is gone and there is nobody to tell.
pub(crate) fn send<T: Message>(line: &End, result: &Result<T, Failure>) -> io::Result<()> {
    let mut bytes = vec![REPORT; HEAD_BYTES];
    encode_into(result, &mut bytes).map_err(io::Error::other)?;
    // The last event of the child: what the parent's join will name as its cause.
    let exit = record(Kind::Exit, "", format_args!(""), EventId::NONE);
    bytes[1..HEAD_BYTES].copy_from_slice(&exit.to_bytes());
    parcel::send(line, &bytes)
}

impl Report {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What came of the target.
    pub(crate) fn result<T: Message>(&self) -> Result<Result<T, Failure>, DecodeError> {
        decode(self.0.get(HEAD_BYTES..).unwrap_or_default())
    }

    /// The child's last event.
    pub(crate) fn exit_event(&self) -> EventId {
        let event = self.0.get(1..).and_then(|rest| rest.first_chunk());
        event.map_or(EventId::NONE, |event| EventId::from_bytes(*event))
    }
}
