//! The words after the options, as numbers.

use std::error::Error;
use std::fmt::{self, Display};
use std::str::FromStr;

/// The exit code of a wrong command line.
pub(crate) const WRONG_WORDS: u8 = 2;

/// A word after the options is not what the program takes. A story that ends with it has the exit code
/// of a wrong command line.
#[derive(Debug)]
pub struct WrongOperand(pub String);

impl Display for WrongOperand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; --help lists the words", self.0)
    }
}

impl Error for WrongOperand {}

/// The word as a number from 0 up to `most`; without a word, the `usual` one. (Of a type without sign.)
///
/// # Errors
/// [`WrongOperand`].
pub fn number<N: FromStr + PartialOrd + Display>(
    word: Option<&String>,
    usual: N,
    most: N,
) -> Result<N, WrongOperand> {
    let Some(word) = word else { return Ok(usual) };
    match word.parse() {
        Ok(number) if number <= most => Ok(number),
        _ => Err(WrongOperand(format!(
            "'{word}' is not a whole number from 0 to {most}"
        ))),
    }
}
