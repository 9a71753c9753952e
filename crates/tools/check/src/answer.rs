//! Reads the answer to a question: a text file with lines `can: ...`.

use std::fs;

use crate::chance::file;
use crate::fault::{Fault, Verdict, fault};

/// Returns what can happen according to a student: all that follows a `can:` in the file, in order.
/// A line may have several answers, with commas, semicolons, any blanks or "and" between them. Brackets,
/// quotation marks and full stops around an answer do not count.
///
/// # Panics
/// With a [`Fault`] when there is no such line, or a line that is neither one nor a comment (`#`).
#[must_use]
pub fn answers(path: &str) -> Vec<String> {
    let text = fs::read_to_string(file(path)).unwrap_or_else(|error| {
        Fault::of(Verdict::GraderError, format!("cannot read {path}: {error}")).raise()
    });
    let mut answers = Vec::new();
    // Some editors begin a file with a byte order mark.
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        match answer_in(line) {
            Some(line) => answers.extend(answers_of(line).map(str::to_owned)),
            None if line.is_empty() => {}
            None => fault(format!(
                "Each line should begin with `can:` or `#`, but this one does not:\n  {line}"
            )),
        }
    }
    if answers.is_empty() {
        fault("There is no answer yet: write a line `can: ...` for each thing that can happen.");
    }
    answers
}

/// The answers of a line, whose commas and semicolons may be those of a Chinese keyboard.
fn answers_of(line: &str) -> impl Iterator<Item = &str> {
    let is_between = |sign: char| sign.is_whitespace() || ",;&，；、".contains(sign);
    let words = line.split(is_between);
    let words = words.map(|word| word.trim_matches(|sign| ".。()[]'\"`".contains(sign)));
    words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("and"))
}

/// The text after `can:`, which an editor may have changed to `Can:` or to an item of a list, and which may
/// be the French `can :` or have the colon of a Chinese keyboard.
fn answer_in(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|sign: char| sign.is_whitespace() || "-*".contains(sign));
    let (word, answer) = line.split_once([':', '：'])?;
    word.trim_end()
        .eq_ignore_ascii_case("can")
        .then(|| answer.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_an_answer_is_not_judged() {
        for line in [
            "can: a, e and f.",
            "- can: (a) (e) (f)",
            "* Can : a & e; `f`",
            "can：a，e、f。",
            "CAN:a\u{a0}e\tf",
        ] {
            let answers: Vec<_> = answers_of(answer_in(line).unwrap()).collect();
            assert_eq!(answers, ["a", "e", "f"], "{line}");
        }
        for line in ["a, e, f", "can a, e, f", "cannot: a", "maybe: a"] {
            assert_eq!(answer_in(line), None, "{line}");
        }
    }
}
