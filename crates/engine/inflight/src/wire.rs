//! The messages between a pool and its workers, and their encoding as bytes.
//!
//! By hand: borsh's derive would add some seconds to each lesson's first build, and refuses `()`.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Error, Read, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};
use child::{Extent, ShelfReader};
use common::{EncodeError, Message, drop_fenced, encode, end_of_panic};
use supervisor::Report;

use crate::error::{Cause, TaskError, UnseenFailures};
use crate::results::{MOST_AT_ONCE, PacketResult, Values, failed};

/// An answer that is longer than the queue is sent in pieces of this size.
const PIECE_BYTES: usize = 1 << 20;

/// Some tasks with consecutive numbers, for one worker.
///
/// The arguments are decoded only when the worker has the packet in its hand: a process that dies
/// while it decodes an argument is recorded as dead in that task, and in no other.
pub struct Packet {
    /// The number of the packet's entry in the ledger.
    pub(crate) entry: u32,
    /// The number of the packet's first task.
    pub first_task: u64,
    /// The number of its tasks.
    pub(crate) tasks: u32,
    pub(crate) arguments: Arguments,
}

/// The arguments of a packet, one after the other, as bytes.
pub(crate) enum Arguments {
    Here(Vec<u8>),
    /// Long arguments lie in a file that all processes of the pool share.
    OnShelf(Extent),
}

/// A message to the owner of a pool. All come through one queue: so the end of a worker comes after
/// all its own messages. A message about a packet has the packet's entry and first task.
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One message a line.
pub enum News<R> {
    /// From a worker: the values of a packet, or its failures.
    Answer { entry: u32, first_task: u64, result: PacketResult<R> },
    /// From a worker: a piece of an answer that is longer than the queue.
    Piece { first_task: u64, is_last: bool, bytes: Vec<u8> },
    /// From the supervisor of the workers.
    Report(Report),
}

/// The length to which a reason is cut that has to fit into the queue.
const SHORT_BYTES: usize = 4000;

impl Packet {
    /// The numbers of the packet's tasks.
    #[must_use]
    pub fn tasks(&self) -> Range<u64> {
        self.first_task..self.first_task + u64::from(self.tasks)
    }

    /// Returns the bytes of the packet's arguments.
    ///
    /// # Errors
    /// When they lie on the shelf and cannot be read.
    pub fn arguments(&self, shelf: &ShelfReader) -> Result<Cow<'_, [u8]>, Cause> {
        match &self.arguments {
            Arguments::Here(bytes) => Ok(Cow::Borrowed(bytes)),
            Arguments::OnShelf(extent) => match shelf.read(*extent) {
                Ok(bytes) => Ok(Cow::Owned(bytes)),
                Err(error) => Err(Cause::Failed(format!("cannot get its argument: {error}"))),
            },
        }
    }

    /// The answer that all tasks of the packet have failed.
    #[must_use]
    pub fn fail<R>(&self, mut why: String) -> News<R> {
        why.truncate(why.floor_char_boundary(SHORT_BYTES));
        self.answer(failed(self.tasks(), Cause::Failed(why)))
    }

    /// The answer with this result.
    pub fn answer<R>(&self, result: PacketResult<R>) -> News<R> {
        News::Answer {
            entry: self.entry,
            first_task: self.first_task,
            result,
        }
    }

    /// Splits an answer to this packet that is longer than the queue into pieces.
    ///
    /// # Errors
    /// When the answer cannot be encoded.
    pub fn pieces<R: Message>(
        &self,
        answer: &News<R>,
    ) -> Result<impl Iterator<Item = News<R>> + use<R>, EncodeError> {
        let bytes = encode(answer)?;
        let (first_task, len) = (self.first_task, bytes.len());
        Ok((0..len).step_by(PIECE_BYTES).map(move |start| {
            let end = len.min(start + PIECE_BYTES);
            News::Piece {
                first_task,
                is_last: end == len,
                bytes: bytes[start..end].to_vec(),
            }
        }))
    }
}

/// The text in a picture: the numbers of the tasks.
impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tasks {
            1 => write!(f, "task {}", self.first_task),
            _ => write!(f, "tasks {} to {}", self.first_task, self.tasks().end - 1),
        }
    }
}

impl<R> fmt::Debug for News<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { first_task, .. } => write!(f, "answer to task {first_task}"),
            Self::Piece { first_task, .. } => write!(f, "piece of the answer to task {first_task}"),
            Self::Report(report) => report.fmt(f),
        }
    }
}

impl BorshSerialize for Packet {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.entry, self.first_task, self.tasks).serialize(writer)?;
        match &self.arguments {
            Arguments::Here(bytes) => {
                false.serialize(writer)?;
                writer.write_all(bytes)
            }
            Arguments::OnShelf(Extent { at, len_bytes }) => (true, at, len_bytes).serialize(writer),
        }
    }
}

impl BorshDeserialize for Packet {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (entry, first_task, tasks) = BorshDeserialize::deserialize_reader(reader)?;
        let arguments = if bool::deserialize_reader(reader)? {
            let (at, len_bytes) = BorshDeserialize::deserialize_reader(reader)?;
            Arguments::OnShelf(Extent { at, len_bytes })
        } else {
            Arguments::Here(rest_of(reader)?)
        };
        Ok(Self {
            entry,
            first_task,
            tasks,
            arguments,
        })
    }
}

// The first byte of news.
const REPORT: u8 = 0;
const PIECE: u8 = 1;
const ONE: u8 = 2;
const MANY: u8 = 3;
const FAILED: u8 = 4;

impl<R: Message> BorshSerialize for News<R> {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Answer {
                entry,
                first_task,
                result,
            } => match result {
                Ok(Values::One(value)) => {
                    (ONE, entry, first_task).serialize(writer)?;
                    catch(|| value.serialize(writer))
                }
                Ok(Values::Many(values)) => {
                    (MANY, entry, first_task, values.len() as u64).serialize(writer)?;
                    catch(|| values.iter().try_for_each(|value| value.serialize(writer)))
                }
                Err(failures) => {
                    (FAILED, entry, first_task).serialize(writer)?;
                    failures.serialize(writer)
                }
            },
            Self::Piece {
                first_task,
                is_last,
                bytes,
            } => {
                (PIECE, first_task, is_last).serialize(writer)?;
                writer.write_all(bytes)
            }
            Self::Report(report) => (REPORT, report).serialize(writer),
        }
    }
}

impl<R: Message> BorshDeserialize for News<R> {
    fn deserialize_reader<I: Read>(reader: &mut I) -> io::Result<Self> {
        match u8::deserialize_reader(reader)? {
            REPORT => Report::deserialize_reader(reader).map(Self::Report),
            PIECE => {
                let (first_task, is_last) = BorshDeserialize::deserialize_reader(reader)?;
                Ok(Self::Piece {
                    first_task,
                    is_last,
                    bytes: rest_of(reader)?,
                })
            }
            kind => {
                let (entry, first_task) = BorshDeserialize::deserialize_reader(reader)?;
                Ok(Self::Answer {
                    entry,
                    first_task,
                    result: read_result(kind, first_task, reader),
                })
            }
        }
    }
}

/// The failures that a worker can report of its tasks: their errors and panics.
impl BorshSerialize for UnseenFailures {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        let Self { count, first } = self;
        let (is_panic, text) = match &first.cause {
            Cause::Panicked(text) => (true, Cow::Borrowed(text)),
            Cause::Failed(text) => (false, Cow::Borrowed(text)),
            _ => (false, Cow::Owned(first.to_string())),
        };
        (*count as u64, first.task, is_panic, &*text).serialize(writer)
    }
}

impl BorshDeserialize for UnseenFailures {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (count, task, is_panic, text) = <(u64, _, _, _)>::deserialize_reader(reader)?;
        let cause = match is_panic {
            true => Cause::Panicked(text),
            false => Cause::Failed(text),
        };
        let (count, first) = (count as usize, TaskError { task, cause });
        Ok(Self { count, first })
    }
}

/// Decodes the result of a packet. If the bytes are not its values, the packet has failed, and the
/// queue goes on. The same holds for a panic in the caller's code that decodes a value: it would
/// leave the bytes in the queue, and the pool's drop would decode them again during that panic.
fn read_result<R: Message, I: Read>(kind: u8, first_task: u64, reader: &mut I) -> PacketResult<R> {
    let result = catch(|| try_read_result(kind, reader));
    let error = match (result, rest_of(reader)) {
        (Ok(result), Ok(rest)) if rest.is_empty() => return result,
        (Ok(result), rest) => {
            drop_fenced(result);
            let left_over = || Error::other("some bytes are left over");
            rest.err().unwrap_or_else(left_over)
        }
        (Err(error), _) => error,
    };
    let text = format!("cannot read the result as {}: {error}", type_name::<R>());
    failed(first_task..first_task + 1, Cause::Failed(text))
}

/// Calls code of the caller's. A panic is an error, like one that the code returns.
fn catch<T>(code: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(code))
        .unwrap_or_else(|panic| Err(Error::other(end_of_panic(panic))))
}

fn try_read_result<R: Message, I: Read>(kind: u8, reader: &mut I) -> io::Result<PacketResult<R>> {
    Ok(match kind {
        ONE => Ok(Values::One(R::deserialize_reader(reader)?)),
        MANY => {
            let count = u64::deserialize_reader(reader)?;
            let mut values = Vec::with_capacity(MOST_AT_ONCE.min(count as usize));
            for _ in 0..count {
                values.push(R::deserialize_reader(reader)?);
            }
            Ok(Values::Many(values))
        }
        FAILED => Err(Box::new(UnseenFailures::deserialize_reader(reader)?)),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    })
}

/// Reads the rest of a message.
fn rest_of(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    Ok(rest)
}
