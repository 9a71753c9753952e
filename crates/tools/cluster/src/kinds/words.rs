//! Counts the words of text files: each task has a part of a file, and the counts are added up.

use std::collections::BTreeMap;
use std::fs;

use common::{decode, encode};

use super::kind::{Kind, Shown};

/// How many bytes of text make one task.
const PART_BYTES: usize = 64 << 10;
/// How many words are shown: the most frequent ones.
const SHOWN: usize = 20;

type Counts = BTreeMap<String, u64>;

pub(super) fn kind() -> Kind {
    Kind {
        split: Box::new(split),
        run: Box::new(count),
        show: Box::new(add_up),
        makes_file: false,
        help: "FILE...: the words of text files, counted",
    }
}

fn split(files: &[String]) -> Result<Vec<Vec<u8>>, String> {
    let mut parts = Vec::new();
    for file in files {
        let text = fs::read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
        let mut rest = &*text;
        while !rest.is_empty() {
            // A part ends at the next space, so that no word is cut.
            let least = rest.len().min(PART_BYTES);
            let more = rest[least..].iter().position(u8::is_ascii_whitespace);
            let (part, after) = rest.split_at(more.map_or(rest.len(), |more| least + more));
            parts.push(part.to_vec());
            rest = after;
        }
    }
    Ok(parts)
}

fn count(text: &[u8]) -> Result<Vec<u8>, String> {
    let text = String::from_utf8_lossy(text);
    let mut counts = Counts::new();
    let words = text.split(|char: char| !char.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    encode(&counts).map_err(|error| error.to_string())
}

fn add_up(results: &[Vec<u8>]) -> Result<Shown, String> {
    let mut all = Counts::new();
    for result in results {
        let counts: Counts = decode(result).map_err(|error| error.to_string())?;
        for (word, count) in counts {
            *all.entry(word).or_default() += count;
        }
    }
    let words: u64 = all.values().sum();
    let mut lines = vec![format!("{words} words, {} different ones", all.len())];
    let mut often: Vec<_> = all.into_iter().collect();
    often.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = often.into_iter().take(SHOWN);
    lines.extend(shown.map(|(word, count)| format!("{count:>8} {word}")));
    Ok(Shown::Lines(lines))
}
