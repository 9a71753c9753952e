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
    // Some editors begin a file with a byte order mark, and two such files may have been joined.
    for line in text.replace('\u{feff}', "").lines() {
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
    let words =
        words.map(|word| word.trim_matches(|sign| is_quote(sign) || ".。()[]".contains(sign)));
    words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("and"))
}

/// The straight and curly quotation marks, and those of Markdown around code.
fn is_quote(sign: char) -> bool {
    "'\"`‘’‚“”„«»".contains(sign)
}

/// The text after `can:`, which an editor may have changed to `Can:` or to an item of a list, with or without
/// a number, and which may be the French `can :` or have the colon of a Chinese keyboard.
fn answer_in(line: &str) -> Option<&str> {
    let (word, answer) = without_mark(line).split_once([':', '：'])?;
    let word = word.trim_end_matches(|sign: char| sign.is_whitespace() || is_quote(sign));
    word.eq_ignore_ascii_case("can").then(|| answer.trim())
}

/// The line without the mark of an item of a list: `-`, or `1.`.
fn without_mark(line: &str) -> &str {
    let is_mark = |sign: char| sign.is_whitespace() || is_quote(sign) || "-*•".contains(sign);
    let line = line.trim_start_matches(is_mark);
    let after_number = line.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let is_number = after_number.len() < line.len();
    let item = after_number.strip_prefix(['.', ')']).filter(|_| is_number);
    item.unwrap_or(line).trim_start_matches(is_mark)
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
            "• can: “a”, ‘e’, f",
            "`can: a e f`",
            "“can”: a, e, f",
            "12. can: a, e, f",
            "1) `can`: a, e, f",
        ] {
            let answers: Vec<_> = answers_of(answer_in(line).unwrap()).collect();
            assert_eq!(answers, ["a", "e", "f"], "{line}");
        }
        for line in [
            "a, e, f",
            "can a, e, f",
            "cannot: a",
            "maybe: a",
            "1 can: a",
            "1.",
        ] {
            assert_eq!(answer_in(line), None, "{line}");
        }
        let numbers: Vec<_> = answers_of(answer_in("1. can: 2, 3.").unwrap()).collect();
        assert_eq!(numbers, ["2", "3"]);
    }
}
