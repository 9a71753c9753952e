//! What came of a packet, as bytes.

use std::any::type_name;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};
use common::{Message, end_of_panic};

use crate::messages::{Failed, Values};

const FAILED: u8 = 0;
const ONE: u8 = 1;
const MANY: u8 = 2;

/// Room for so many values is made before they are read.
const MOST_AT_ONCE: u64 = 4096;

/// Writes what came of a packet.
pub(crate) fn write_result<R: Message, W: Write>(
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

/// Bytes that are no values are a failure of their packet, and no end of the conversation; and so
/// is a panic of whoever reads them, which is not our code: it would leave them in the queue, to be
/// read again by the pool's drop, in the middle of that panic.
pub(crate) fn read_result<R: Message, I: Read>(reader: &mut I) -> Result<Values<R>, Failed> {
    let result = catch_unwind(AssertUnwindSafe(|| try_read_result(reader)))
        .unwrap_or_else(|panic| Err(io::Error::other(end_of_panic(panic))));
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
pub(crate) fn rest_of(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    Ok(rest)
}
