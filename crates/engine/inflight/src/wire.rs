//! What goes between a pool and its workers, and how it looks as bytes.
//!
//! By hand: borsh's derive would cost each lesson some seconds of its first build, and refuses `()`.

use std::any::type_name;
use std::fmt;
use std::io::{self, Error, Read, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};
use common::{Message, end_of_panic};
use multiprocess::{Exit, Failure};

use child::Place;

/// Some tasks with consecutive numbers, for one worker.
///
/// Their arguments stay bytes until the worker has the packet in its hand: a process that dies
/// while it reads an argument dies of that task, and of no other.
pub(crate) struct Packet {
    /// Where the owner keeps what it knows of the packet.
    pub(crate) place: u32,
    pub(crate) first_task: u64,
    pub(crate) tasks: u32,
    pub(crate) arguments: Arguments,
}

/// The arguments of a packet, one after the other, as bytes.
pub(crate) enum Arguments {
    Here(Vec<u8>),
    /// Long ones lie in a file that all processes of the pool share.
    OnShelf(Place),
}

/// What the owner of a pool hears, all of it through one queue: the end of a worker comes after
/// all that the worker has told itself.
pub(crate) enum News<R> {
    /// A worker process was started in a free place.
    Started { worker: u32, pid: u32 },
    /// It has ended and was waited for; with the task that it had in hand.
    Ended {
        worker: u32,
        exit: Option<Exit>,
        task: Option<u64>,
    },
    /// No worker is left, and none can be started; how the last one ended.
    GivenUp { why: String },
    /// The result of a packet.
    Done {
        place: u32,
        first_task: u64,
        result: Result<Values<R>, Failed>,
    },
    /// A piece of a `Done` that is longer than the queue.
    Piece {
        first_task: u64,
        is_last: bool,
        bytes: Vec<u8>,
    },
}

/// The values of a packet. Most packets have one task, and its value needs no list.
pub(crate) enum Values<R> {
    One(R),
    Many(Vec<R>),
}

/// The first task of a packet that has failed, and how many have.
pub(crate) struct Failed {
    pub(crate) task: u64,
    pub(crate) count: u32,
    pub(crate) failure: Failure,
}

impl Packet {
    /// The numbers of its tasks.
    pub(crate) fn numbers(&self) -> Range<u64> {
        self.first_task..self.first_task + u64::from(self.tasks)
    }

    /// The answer to it.
    pub(crate) fn done<R>(&self, result: Result<Values<R>, Failed>) -> News<R> {
        News::Done {
            place: self.place,
            first_task: self.first_task,
            result,
        }
    }

    /// The failure of all its tasks.
    pub(crate) fn failed(&self, failure: Failure) -> Failed {
        Failed {
            task: self.first_task,
            count: self.tasks,
            failure,
        }
    }
}

/// As a picture shows it: which tasks.
impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tasks {
            1 => write!(f, "task {}", self.first_task),
            _ => write!(f, "tasks {} to {}", self.first_task, self.numbers().end - 1),
        }
    }
}

impl<R> fmt::Debug for News<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { pid, .. } => write!(f, "worker with pid {pid} started"),
            Self::Ended { .. } => f.write_str("worker ended"),
            Self::GivenUp { .. } => f.write_str("no worker can live"),
            Self::Piece { first_task, .. } => write!(f, "piece of the answer to task {first_task}"),
            Self::Done { first_task, .. } => write!(f, "answer to task {first_task}"),
        }
    }
}

impl BorshSerialize for Packet {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.place, self.first_task, self.tasks).serialize(writer)?;
        match &self.arguments {
            Arguments::Here(bytes) => {
                false.serialize(writer)?;
                writer.write_all(bytes)
            }
            Arguments::OnShelf(Place { at, len_bytes }) => (true, at, len_bytes).serialize(writer),
        }
    }
}

impl BorshDeserialize for Packet {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (place, first_task, tasks) = BorshDeserialize::deserialize_reader(reader)?;
        let arguments = if bool::deserialize_reader(reader)? {
            let (at, len_bytes) = BorshDeserialize::deserialize_reader(reader)?;
            Arguments::OnShelf(Place { at, len_bytes })
        } else {
            Arguments::Here(rest_of(reader)?)
        };
        Ok(Self {
            place,
            first_task,
            tasks,
            arguments,
        })
    }
}

// The first byte of news.
const STARTED: u8 = 0;
const ENDED: u8 = 1;
const GIVEN_UP: u8 = 2;
const PIECE: u8 = 3;
const ONE: u8 = 4;
const MANY: u8 = 5;
const FAILED: u8 = 6;

impl<R: Message> BorshSerialize for News<R> {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Started { worker, pid } => (STARTED, worker, pid).serialize(writer),
            Self::Ended { worker, exit, task } => {
                let exit = exit.map(|exit| match exit {
                    Exit::Code(code) => (false, code),
                    Exit::Signal(signal) => (true, signal),
                });
                (ENDED, worker, exit, task).serialize(writer)
            }
            Self::GivenUp { why } => (GIVEN_UP, why).serialize(writer),
            Self::Piece {
                first_task,
                is_last,
                bytes,
            } => {
                (PIECE, first_task, is_last).serialize(writer)?;
                writer.write_all(bytes)
            }
            Self::Done {
                place,
                first_task,
                result,
            } => match result {
                Ok(Values::One(value)) => {
                    (ONE, place, first_task).serialize(writer)?;
                    value.serialize(writer)
                }
                Ok(Values::Many(values)) => {
                    (MANY, place, first_task, values.len() as u64).serialize(writer)?;
                    values.iter().try_for_each(|value| value.serialize(writer))
                }
                Err(failed) => {
                    (FAILED, place, first_task, failed.task, failed.count).serialize(writer)?;
                    failed.failure.serialize(writer)
                }
            },
        }
    }
}

impl<R: Message> BorshDeserialize for News<R> {
    fn deserialize_reader<I: Read>(reader: &mut I) -> io::Result<Self> {
        let kind = u8::deserialize_reader(reader)?;
        Ok(match kind {
            STARTED => {
                let (worker, pid) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Started { worker, pid }
            }
            ENDED => {
                let (worker, exit, task) = BorshDeserialize::deserialize_reader(reader)?;
                let exit = Option::map(exit, |(is_signal, number)| match is_signal {
                    false => Exit::Code(number),
                    true => Exit::Signal(number),
                });
                Self::Ended { worker, exit, task }
            }
            GIVEN_UP => Self::GivenUp {
                why: BorshDeserialize::deserialize_reader(reader)?,
            },
            PIECE => {
                let (first_task, is_last) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Piece {
                    first_task,
                    is_last,
                    bytes: rest_of(reader)?,
                }
            }
            _ => {
                let (place, first_task) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Done {
                    place,
                    first_task,
                    result: read_result(kind, first_task, reader),
                }
            }
        })
    }
}

/// Bytes that are no values are a failure of their packet, and no end of the conversation. So is a
/// panic in the code that reads a value, which is the caller's: it would leave the bytes in the
/// queue, to be read again by the pool's drop, in the middle of that panic.
fn read_result<R: Message, I: Read>(
    kind: u8,
    first_task: u64,
    reader: &mut I,
) -> Result<Values<R>, Failed> {
    let result = catch_unwind(AssertUnwindSafe(|| try_read_result(kind, reader)))
        .unwrap_or_else(|panic| Err(Error::other(end_of_panic(panic))));
    let error = match (result, rest_of(reader)) {
        (Ok(result), Ok(rest)) if rest.is_empty() => return result,
        (Ok(_), Ok(_)) => Error::other("some bytes are left over"),
        (Err(error), _) | (_, Err(error)) => error,
    };
    let text = format!("cannot read the result as {}: {error}", type_name::<R>());
    Err(Failed {
        task: first_task,
        count: 1,
        failure: Failure::Error(text),
    })
}

/// Room for this number of values is made before they are read, whatever a message says.
const MOST_AT_ONCE: u64 = 4096;

fn try_read_result<R: Message, I: Read>(
    kind: u8,
    reader: &mut I,
) -> io::Result<Result<Values<R>, Failed>> {
    Ok(match kind {
        ONE => Ok(Values::One(R::deserialize_reader(reader)?)),
        MANY => {
            let count = u64::deserialize_reader(reader)?;
            let mut values = Vec::with_capacity(count.min(MOST_AT_ONCE) as usize);
            for _ in 0..count {
                values.push(R::deserialize_reader(reader)?);
            }
            Ok(Values::Many(values))
        }
        _ => {
            let (task, count, failure) = BorshDeserialize::deserialize_reader(reader)?;
            Err(Failed {
                task,
                count,
                failure,
            })
        }
    })
}

/// All that is left of a message.
fn rest_of(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    Ok(rest)
}
