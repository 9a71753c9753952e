//! A message that cannot always be decoded.

use std::io::{Error, Read, Result, Write};

use borsh::{BorshDeserialize, BorshSerialize};

/// A number that can always be encoded. Decoding an odd one is an error ("1 is odd"), and decoding
/// 3 panics.
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
