//! Values as bytes.

use std::error::Error;
use std::fmt::{self, Debug};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::end_of_panic;

/// A type whose values can cross from one process to another: they turn into bytes and back
/// (borsh), and can be shown in a log (`Debug`).
///
/// Numbers, `bool`, `String`, `Vec`, arrays, `Option`, `Result`, tuples, maps and sets are
/// messages. A type of your own becomes one with
/// `#[derive(Debug, borsh::BorshSerialize, borsh::BorshDeserialize)]` (borsh's feature
/// `derive`). A value that cannot cross (a reference, a file, a closure) does not compile.
pub trait Message: BorshSerialize + BorshDeserialize + Debug {}

impl<T: BorshSerialize + BorshDeserialize + Debug> Message for T {}

/// A value cannot be encoded: borsh refuses `NaN`, and a length above `u32::MAX`.
#[derive(Debug)]
pub struct EncodeError(io::Error);

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot turn the value into bytes: {}", self.0)
    }
}

impl Error for EncodeError {}

/// Bytes are not a value of the type: the two sides disagree about the type.
#[derive(Debug)]
pub struct DecodeError {
    wanted: &'static str,
    source: io::Error,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, source } = self;
        write!(f, "cannot read the message as {wanted}: {source}")
    }
}

impl Error for DecodeError {}

/// Encodes `value` into bytes.
///
/// # Errors
/// [`EncodeError`] if the value cannot be encoded.
pub fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    borsh::to_vec(value).map_err(EncodeError)
}

/// Encodes `value`, and appends its bytes.
///
/// # Errors
/// [`EncodeError`] if the value cannot be encoded; some of its bytes may have been appended.
pub fn encode_into<T: BorshSerialize + ?Sized>(
    value: &T,
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    value.serialize(bytes).map_err(EncodeError)
}

/// Decodes a value from all of `bytes`.
///
/// # Errors
/// [`DecodeError`] if they are not a `T`, if some are left over, or if the `deserialize` of `T`
/// panics: for the receiver the message is bad either way, and it can go on with the next one.
pub fn decode<T: BorshDeserialize>(bytes: &[u8]) -> Result<T, DecodeError> {
    let read = catch_unwind(AssertUnwindSafe(|| T::try_from_slice(bytes)))
        .unwrap_or_else(|panic| Err(io::Error::other(end_of_panic(panic))));
    read.map_err(|source| DecodeError {
        wanted: std::any::type_name::<T>(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct DropBomb;

    impl Drop for DropBomb {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }

    #[derive(Debug)]
    struct Bad;

    impl BorshDeserialize for Bad {
        fn deserialize_reader<R: io::Read>(_: &mut R) -> io::Result<Self> {
            std::panic::panic_any(DropBomb)
        }
    }

    /// Otherwise the message would stay where it is, and each receiver would panic.
    #[test]
    fn a_panic_whose_payload_panics_in_turn_is_an_error_as_well() {
        let error = decode::<Bad>(&[]).unwrap_err();
        assert!(error.to_string().contains("a panic without a text"));
    }
}
