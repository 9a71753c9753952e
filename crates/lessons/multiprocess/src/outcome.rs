//! What a target may return, and how a call of it may fail.

use std::fmt::Display;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use borsh::{BorshDeserialize, BorshSerialize};
use common::{Message, end_of_panic};

/// What the function of a process or a pool may return: nothing, a plain value, or a `Result`
/// whose error has a text. The value crosses to the parent, and so does the error's text.
///
/// For a type of your own return `Ok(value)`.
pub trait Outcome {
    /// What `join` gives when all went well.
    type Value: Message;

    /// The value, or the text of the error.
    ///
    /// # Errors
    /// When the target failed.
    fn into_result(self) -> Result<Self::Value, String>;
}

impl<T: Message, E: Display> Outcome for Result<T, E> {
    type Value = T;

    fn into_result(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// A type that is its own value, with the types it is made of.
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

/// Why a call gave no value. It crosses to another process as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function returned an error.
    Error(String),
    /// The function panicked.
    Panic(String),
}

/// How much of a text certainly fits into a packet: see [`child::parcel`].
const SHORT_BYTES: usize = 4000;

impl Failure {
    /// With as much of its text as can be sent without a descriptor.
    pub(crate) fn beginning(&self) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(SHORT_BYTES)].to_owned();
        match self {
            Self::Error(text) => Self::Error(cut(text)),
            Self::Panic(text) => Self::Panic(cut(text)),
        }
    }
}

/// Calls `target`, and catches its panic.
///
/// # Errors
/// [`Failure`].
pub fn call<O: Outcome>(target: impl FnOnce() -> O) -> Result<O::Value, Failure> {
    catch(|| target().into_result())?.map_err(Failure::Error)
}

/// Catches the panic of `function`, and what the destructor of its payload may panic with.
pub(crate) fn catch<R>(function: impl FnOnce() -> R) -> Result<R, Failure> {
    catch_unwind(AssertUnwindSafe(function)).map_err(|panic| Failure::Panic(end_of_panic(panic)))
}

// By hand: the derive of borsh would cost each lesson some seconds of its first build.
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
