//! A message that does not always come back.

use std::io::{Error, Read, Result, Write};

use borsh::{BorshDeserialize, BorshSerialize};

/// A number of which odd ones can be sent, and are refused where they arrive: "1 is odd",
/// and 3 by a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Even(pub u8);

impl BorshSerialize for Even {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Even {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        match u8::deserialize_reader(reader)? {
            even if even.is_multiple_of(2) => Ok(Self(even)),
            3 => panic!("3 is odd, too"),
            odd => Err(Error::other(format!("{odd} is odd"))),
        }
    }
}
