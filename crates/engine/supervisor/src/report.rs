//! The reports of a supervisor to the workers' owner, and their encoding as bytes.
//!
//! The encoding is written by hand: borsh's derive would add some seconds to each lesson's first build.

use std::fmt;
use std::io::{self, Read, Write};

use borsh::{BorshDeserialize, BorshSerialize};

/// An event of one worker, or of all. Slots are numbered from 0; a worker that replaces a dead one
/// has its slot.
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One report a line.
pub enum Report {
    /// A worker process was started in a free slot.
    Started { slot: u32, pid: u32 },
    /// It has ended with this wait status (unknown if other code has waited for it), with this task
    /// in hand.
    Ended { slot: u32, status: Option<i32>, task: Option<u64> },
    /// No worker is left, and none can be started; `why` is how the last one ended.
    GivenUp { why: String },
}

/// The text in a picture.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { pid, .. } => write!(f, "worker with pid {pid} started"),
            Self::Ended { .. } => f.write_str("worker ended"),
            Self::GivenUp { .. } => f.write_str("no worker can live"),
        }
    }
}

// The first byte.
const STARTED: u8 = 0;
const ENDED: u8 = 1;
const GIVEN_UP: u8 = 2;

impl BorshSerialize for Report {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Started { slot, pid } => (STARTED, slot, pid).serialize(writer),
            Self::Ended { slot, status, task } => (ENDED, slot, status, task).serialize(writer),
            Self::GivenUp { why } => (GIVEN_UP, why).serialize(writer),
        }
    }
}

impl BorshDeserialize for Report {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        match u8::deserialize_reader(reader)? {
            STARTED => BorshDeserialize::deserialize_reader(reader)
                .map(|(slot, pid)| Self::Started { slot, pid }),
            ENDED => BorshDeserialize::deserialize_reader(reader)
                .map(|(slot, status, task)| Self::Ended { slot, status, task }),
            GIVEN_UP => {
                BorshDeserialize::deserialize_reader(reader).map(|why| Self::GivenUp { why })
            }
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}
