//! The words after the options, as numbers.

use std::error::Error;
use std::fmt::{self, Display};
use std::str::FromStr;

/// The exit code of a wrong command line.
pub(crate) const WRONG_WORDS: u8 = 2;

/// The error of a story whose operand is not what the program takes: its text, without the hint at
/// `--help`. A program that ends with it has exit code 2, as for a wrong command line.
#[derive(Debug)]
pub struct WrongOperand(pub String);

impl Display for WrongOperand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; --help lists the words", self.0)
    }
}

impl Error for WrongOperand {}

/// Parses `word` as a number from 0 to `most`; returns `usual` without a word. For unsigned types.
///
/// # Errors
/// Returns [`WrongOperand`] when `word` is not such a number.
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
