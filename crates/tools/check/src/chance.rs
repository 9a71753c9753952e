//! The settings of the grader for the checks: what varies from class to class, and the folder of the files.

use std::env;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The environment variable with the seed.
pub(crate) const SEED: &str = "CHECK_SEED";

/// The seed of this run of the checks, 1 by default.
pub(crate) fn seed() -> u64 {
    let seed = env::var(SEED).ok().and_then(|seed| seed.parse().ok());
    seed.unwrap_or(1)
}

/// The path of a program or answer that was built or written at `path`: in the folder that the
/// grader has set, or else `path` itself.
pub(crate) fn file(path: &str) -> PathBuf {
    let path = Path::new(path);
    match env::var_os("CHECK_FILES") {
        Some(folder) => Path::new(&folder).join(path.file_name().unwrap_or_default()),
        None => path.to_owned(),
    }
}

/// Returns a random number generator, which yields the same numbers for the same seed and
/// `purpose`. The `purpose` keeps the numbers of one check apart from those of another.
#[must_use]
pub fn chance(purpose: &str) -> StdRng {
    // FNV-1a. Any mix of the two would do, as long as it never changes.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    StdRng::seed_from_u64(hash ^ seed())
}

/// Returns `count` different words of lower-case letters.
#[must_use]
pub fn words(purpose: &str, count: usize) -> Vec<String> {
    let mut random = chance(purpose);
    let mut words: Vec<String> = Vec::new();
    while words.len() < count {
        let length = random.random_range(3..9);
        let letter = |_| char::from(random.random_range(b'a'..=b'z'));
        let word: String = (0..length).map(letter).collect();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Returns `count` numbers from `range`.
///
/// # Panics
/// When the range is empty.
#[must_use]
pub fn numbers(purpose: &str, count: usize, range: RangeInclusive<usize>) -> Vec<usize> {
    let mut random = chance(purpose);
    let number = |_| random.random_range(range.clone());
    (0..count).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_different_and_the_same_again() {
        let some = words("a test", 50);
        assert_eq!(some, words("a test", 50));
        assert_ne!(some, words("another", 50));
        let mut sorted = some.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), 50);
    }
}
