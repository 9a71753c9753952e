//! The types that a target may return, and the ways in which a call of it can fail.

use std::fmt::Display;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};
use common::{Message, end_of_panic};

/// A type that the function of a process or a pool may return: `()`, a plain value, or a `Result`
/// whose error has a text. The value, or the error's text, is sent to the parent.
///
/// To return a value of your own type, return `Ok(value)`.
pub trait Outcome {
    /// The type of the value that `join` returns on success.
    type Value: Message;

    /// Returns the value, or the text of the error.
    ///
    /// # Errors
    /// The error's text, when the target failed.
    fn into_result(self) -> Result<Self::Value, String>;
}

impl<T: Message, E: Display> Outcome for Result<T, E> {
    type Value = T;

    fn into_result(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// Implements [`Outcome`] for plain types, each its own value; in brackets, the type's parameters.
macro_rules! plain_outcome {
    ($([$($part:ident),*] $plain:ty;)*) => { $(
        impl<$($part: Message),*> Outcome for $plain {
            type Value = Self;

            fn into_result(self) -> Result<Self, String> {
                Ok(self)
            }
        }
    )* };
}

plain_outcome! {
    [] (); [] bool; [] String;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] f32; [] f64;
    [T] Vec<T>; [T] Option<T>;
    [A, B] (A, B); [A, B, C] (A, B, C);
}

/// Why a call returned no value: a text, which can be sent to another process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function returned an error.
    Error(String),
    /// The function panicked.
    Panic(String),
}

/// Bytes of text that are sure to fit into a packet: see [`child::parcel`].
const SHORT_BYTES: usize = 4000;

impl Failure {
    /// Returns a copy with its text cut to the length that can be sent without a descriptor.
    pub(crate) fn beginning(&self) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(SHORT_BYTES)].to_owned();
        match self {
            Self::Error(text) => Self::Error(cut(text)),
            Self::Panic(text) => Self::Panic(cut(text)),
        }
    }
}

/// Calls `target`, and returns its value, or its error or panic as a [`Failure`].
///
/// # Errors
/// [`Failure`], when the target returns an error or panics.
pub fn call<O: Outcome>(target: impl FnOnce() -> O) -> Result<O::Value, Failure> {
    catch(|| target().into_result())?.map_err(Failure::Error)
}

/// Calls `function`, and catches its panic and any panic of the payload's destructor.
pub(crate) fn catch<R>(function: impl FnOnce() -> R) -> Result<R, Failure> {
    catch_unwind(AssertUnwindSafe(function)).map_err(|panic| Failure::Panic(end_of_panic(panic)))
}

// Written by hand: borsh's derive would add some seconds to the first build of each lesson.
impl BorshSerialize for Failure {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        match self {
            Self::Error(text) => (false, text).serialize(writer),
            Self::Panic(text) => (true, text).serialize(writer),
        }
    }
}

impl BorshDeserialize for Failure {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Ok(match <(bool, String)>::deserialize_reader(reader)? {
            (false, text) => Self::Error(text),
            (true, text) => Self::Panic(text),
        })
    }
}
