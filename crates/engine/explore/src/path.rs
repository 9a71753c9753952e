//! A schedule, as a text for the command line.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// The thread of each turn, in order. Written as `0x3,1x2,0x1`: three turns of the main thread, two
/// of `Thread_1`, one of the main thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(Vec<usize>);

/// The text is not a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPath(String);

impl Path {
    pub(crate) fn push(&mut self, thread: usize) {
        self.0.push(thread);
    }

    pub(crate) fn turns(&self) -> &[usize] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, turns) in self.0.chunk_by(|a, b| a == b).enumerate() {
            let comma = if nth > 0 { "," } else { "" };
            write!(f, "{comma}{}x{}", turns[0], turns.len())?;
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = NoPath;

    fn from_str(text: &str) -> Result<Self, NoPath> {
        // More than any story has; a typing error must not fill the memory.
        const MOST: usize = 100_000;
        let mut path = Self::default();
        for part in text.split(',') {
            let numbers = part
                .split_once('x')
                .and_then(|(thread, turns)| Some((thread.parse().ok()?, turns.parse().ok()?)));
            match numbers {
                Some((thread, turns)) if path.0.len().saturating_add(turns) <= MOST => {
                    path.0.extend(std::iter::repeat_n::<usize>(thread, turns));
                }
                _ => return Err(NoPath(part.to_owned())),
            }
        }
        Ok(path)
    }
}

impl fmt::Display for NoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(part) = self;
        write!(
            f,
            "'{part}' is no part of a schedule; give one as it was printed, such as 0x3,1x2"
        )
    }
}

impl Error for NoPath {}
