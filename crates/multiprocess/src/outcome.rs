//! What a target may return.

use std::fmt::Display;

use common::Message;

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
