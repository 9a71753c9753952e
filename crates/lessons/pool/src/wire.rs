//! The messages of a pool as bytes. By hand: the derive of borsh would cost each lesson some
//! seconds of its first build, and types without bytes, such as `()`, make no `Vec` in borsh.

use std::io::{self, Read, Write};

use borsh::{BorshDeserialize, BorshSerialize};
use common::Message;
use multiprocess::Exit;

use crate::long::Place;
use crate::messages::{Arguments, News, Packet};
use crate::values::{read_result, rest_of, write_result};

impl BorshSerialize for Packet {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.place, self.first_task, self.tasks, self.skip).serialize(writer)?;
        match &self.arguments {
            Arguments::Here(bytes) => {
                false.serialize(writer)?;
                writer.write_all(bytes)
            }
            Arguments::InFile(Place { at, len_bytes }) => (true, at, len_bytes).serialize(writer),
        }
    }
}

impl BorshDeserialize for Packet {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (place, first_task, tasks, skip) = BorshDeserialize::deserialize_reader(reader)?;
        let arguments = match bool::deserialize_reader(reader)? {
            false => Arguments::Here(rest_of(reader)?),
            true => {
                let (at, len_bytes) = BorshDeserialize::deserialize_reader(reader)?;
                Arguments::InFile(Place { at, len_bytes })
            }
        };
        Ok(Self {
            place,
            first_task,
            tasks,
            skip,
            arguments,
        })
    }
}

impl<R: Message> BorshSerialize for News<R> {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Started {
                worker,
                number,
                pid,
            } => (0_u8, worker, number, pid).serialize(writer),
            Self::Ended {
                worker,
                number,
                pid,
                exit,
                task,
            } => {
                let exit = exit.map(pair_of);
                (1_u8, worker, number, pid, exit, task).serialize(writer)
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
            Self::GivenUp { why } => (4_u8, why).serialize(writer),
        }
    }
}

impl<R: Message> BorshDeserialize for News<R> {
    fn deserialize_reader<I: Read>(reader: &mut I) -> io::Result<Self> {
        Ok(match u8::deserialize_reader(reader)? {
            0 => {
                let (worker, number, pid) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Started {
                    worker,
                    number,
                    pid,
                }
            }
            1 => {
                let (worker, number, pid, exit, task) =
                    BorshDeserialize::deserialize_reader(reader)?;
                Self::Ended {
                    worker,
                    number,
                    pid,
                    exit: Option::map(exit, exit_of),
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
            3 => {
                let (first_task, is_last) = BorshDeserialize::deserialize_reader(reader)?;
                Self::Piece {
                    first_task,
                    bytes: rest_of(reader)?,
                    is_last,
                }
            }
            _ => Self::GivenUp {
                why: BorshDeserialize::deserialize_reader(reader)?,
            },
        })
    }
}

fn pair_of(exit: Exit) -> (bool, i32) {
    match exit {
        Exit::Code(code) => (false, code),
        Exit::Signal(signal) => (true, signal),
    }
}

fn exit_of((is_signal, number): (bool, i32)) -> Exit {
    match is_signal {
        false => Exit::Code(number),
        true => Exit::Signal(number),
    }
}
