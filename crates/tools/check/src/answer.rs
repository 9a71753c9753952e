//! The answer to a question: a text file with lines `can: ...`.

use std::fs;

use crate::chance::file;
use crate::fault::{Fault, Verdict, fault};

/// What a student says can happen: what stands behind `can:` in the file, in its order.
///
/// # Panics
/// With a [`Fault`] when there is no such line, or a line that is neither one nor a comment (`#`).
#[must_use]
pub fn answers(path: &str) -> Vec<String> {
    let text = fs::read_to_string(file(path)).unwrap_or_else(|error| {
        Fault::of(Verdict::GraderError, format!("cannot read {path}: {error}")).raise()
    });
    let mut answers = Vec::new();
    // Some editors begin a file with this mark.
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let (head, rest) = line.split_at_checked(4).unwrap_or_default();
        match head.eq_ignore_ascii_case("can:").then(|| rest.trim()) {
            Some("") => {}
            Some(answer) => answers.push(answer.to_owned()),
            None if line.is_empty() => {}
            None => fault(format!(
                "Each line begins with `can:` or with `#`, and this does not:\n  {line}"
            )),
        }
    }
    if answers.is_empty() {
        fault("There is no answer yet: write a line `can: ...` for each thing that can happen.");
    }
    answers
}
