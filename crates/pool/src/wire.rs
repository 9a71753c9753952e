//! The messages of a pool as bytes. By hand: the derive of borsh would cost each lesson some
//! seconds of its first build, and types without bytes, such as `()`, make no `Vec` in borsh.

use std::any::type_name;
use std::io::{self, Read, Write};

use borsh::{BorshDeserialize, BorshSerialize};
use common::Message;
use multiprocess::Exit;

use crate::messages::{Failed, News, Packet, Values};

impl BorshSerialize for Packet {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.place, self.first_task, self.tasks, self.skip).serialize(writer)?;
        writer.write_all(&self.arguments)
    }
}

impl BorshDeserialize for Packet {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (place, first_task, tasks, skip) = BorshDeserialize::deserialize_reader(reader)?;
        Ok(Self {
            place,
            first_task,
            tasks,
            skip,
            arguments: rest_of(reader)?,
        })
    }
}

impl<R: Message> BorshSerialize for News<R> {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Started { worker, pid } => (0_u8, worker, pid).serialize(writer),
            Self::Ended {
                worker,
                pid,
                exit,
                task,
            } => {
                let exit = exit.map(|exit| match exit {
                    Exit::Code(code) => (false, code),
                    Exit::Signal(signal) => (true, signal),
                });
                (1_u8, worker, pid, exit, task).serialize(writer)
            }
            Self::Done {
                place,
                first_task,
                result,
            } => {
                (2_u8, place, first_task).serialize(writer)?;
                write_result(result, writer)
            }
            Self::Piece {
                first_task,
                bytes,
                is_last,
            } => {
                (3_u8, first_task, is_last).serialize(writer)?;
                writer.write_all(bytes)
            }
        }
    }
}

impl<R: Message> BorshDeserialize for News<R> {
    fn deserialize_reader<I: Read>(reader: &mut I) -> io::Result<Self> {
        Ok(match u8::deserialize_reader(reader)? {
            0 => {
                let (worker, pid) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Started { worker, pid }
            }
            1 => {
                let (worker, pid, exit, task) = BorshDeserialize::deserialize_reader(reader)?;
                let exit = Option::map(exit, |(is_signal, number)| match is_signal {
                    false => Exit::Code(number),
                    true => Exit::Signal(number),
                });
                Self::Ended {
                    worker,
                    pid,
                    exit,
                    task,
                }
            }
            2 => {
                let (place, first_task) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Done {
                    place,
                    first_task,
                    result: read_result(reader),
                }
            }
            _ => {
                let (first_task, is_last) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Piece {
                    first_task,
                    bytes: rest_of(reader)?,
                    is_last,
                }
            }
        })
    }
}

const FAILED: u8 = 0;
const ONE: u8 = 1;
const MANY: u8 = 2;

/// Room for so many values is made before they are read.
const MOST_AT_ONCE: u64 = 4096;

fn write_result<R: Message, W: Write>(
    result: &Result<Values<R>, Failed>,
    writer: &mut W,
) -> io::Result<()> {
    match result {
        Ok(Values::One(value)) => {
            ONE.serialize(writer)?;
            value.serialize(writer)
        }
        Ok(Values::Many(values)) => {
            (MANY, values.len() as u64).serialize(writer)?;
            values.iter().try_for_each(|value| value.serialize(writer))
        }
        Err(failed) => (FAILED, failed.offset, failed.count, &failed.failure).serialize(writer),
    }
}

/// Bytes that are no values are a failure of their packet, and no end of the conversation.
fn read_result<R: Message, I: Read>(reader: &mut I) -> Result<Values<R>, Failed> {
    let result = try_read_result(reader);
    let rest = rest_of(reader);
    let error = match (result, rest) {
        (Ok(result), Ok(rest)) if rest.is_empty() => return result,
        (Ok(_), Ok(_)) => io::Error::other("some bytes are left over"),
        (Err(error), _) | (_, Err(error)) => error,
    };
    let text = format!("cannot read the result as {}: {error}", type_name::<R>());
    Err(Failed::all(1, text))
}

fn try_read_result<R: Message, I: Read>(reader: &mut I) -> io::Result<Result<Values<R>, Failed>> {
    Ok(match u8::deserialize_reader(reader)? {
        ONE => Ok(Values::One(R::deserialize_reader(reader)?)),
        MANY => {
            let count = u64::deserialize_reader(reader)?;
            // No more room at first than a message can fill, whatever it says.
            let mut values = Vec::with_capacity(count.min(MOST_AT_ONCE) as usize);
            for _ in 0..count {
                values.push(R::deserialize_reader(reader)?);
            }
            Ok(Values::Many(values))
        }
        _ => {
            let (offset, count, failure) = BorshDeserialize::deserialize_reader(reader)?;
            Err(Failed {
                offset,
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
