//! A prediction of orders: which of two lines can appear before the other. The key is built from reasons.

use std::collections::{BTreeMap, BTreeSet};

use crate::answer::answers;
use crate::fault::{Fault, Verdict, fault};
use crate::ran::Ran;

/// Creates the four checks of a prediction. `$order` creates its [`Order`]; `$runs` checks that no
/// run contradicts it. The answer is the file `answer.txt` of the exercise.
#[macro_export]
macro_rules! prediction {
    ($exercise:literal, $order:expr, $runs:expr) => {{
        const ANSWER: &str = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/exercises/",
            $exercise,
            "/answer.txt"
        );
        [
            $crate::Check::new("letters", "each answer is one of the letters", || {
                let _all = $order().answered(ANSWER);
            }),
            $crate::Check::new("possible", "each of them can be seen", || {
                $order().expect_possible(ANSWER);
            }),
            $crate::Check::new("all", "none that can be seen is missing", || {
                $order().expect_all(ANSWER);
            }),
            $crate::Check::new("runs", "no run contradicts the reasons", $runs),
        ]
    }};
}

/// A question, as in the file that is handed out: its letter, and two lines. The question is
/// whether the first line can appear before the second.
pub type Asked = (char, &'static str, &'static str);

/// The questions of a prediction, and the reasons why one line comes before another in every run.
#[derive(Debug, Clone)]
pub struct Order {
    asked: &'static [Asked],
    /// The reasons, by the later line.
    reasons: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

impl Order {
    /// Creates an order without reasons, in which everything is possible.
    #[must_use]
    pub fn new(asked: &'static [Asked]) -> Self {
        let reasons = BTreeMap::new();
        Self { asked, reasons }
    }

    /// Adds a reason: in every run `first` comes before `second`, because of `why`. Both are lines,
    /// or steps between lines that are not printed.
    #[must_use]
    pub fn because(mut self, first: &'static str, second: &'static str, why: &'static str) -> Self {
        let before = self.reasons.entry(second).or_default();
        before.push((first, why));
        self
    }

    /// The letters in an answer.
    ///
    /// # Panics
    /// With a [`Fault`] when a letter is not that of a question.
    #[must_use]
    pub fn answered(&self, file: &str) -> BTreeSet<char> {
        let words = answers(file);
        let letter = |word: &String| self.letter(word).unwrap_or_else(|text| fault(text));
        words.iter().map(letter).collect()
    }

    /// The letter that a student has written, in whichever case, or what to write instead.
    fn letter(&self, word: &str) -> Result<char, String> {
        let letters = || self.asked.iter().map(|(letter, ..)| *letter);
        let its = letters().find(|letter| word.eq_ignore_ascii_case(&letter.to_string()));
        its.ok_or_else(|| {
            let first = letters().min().unwrap_or_default();
            let last = letters().max().unwrap_or_default();
            format!(
                "'{word}' is none of the letters: they are {first} to {last}. Write `can: {first}`, say."
            )
        })
    }

    /// Checks that each order in the answer is possible.
    ///
    /// # Panics
    /// With a [`Fault`] that explains why an order is not.
    pub fn expect_possible(&self, file: &str) {
        let answered = self.answered(file);
        for (letter, first, second) in self.asked {
            if answered.contains(letter)
                && let Some(why) = self.always(second, first)
            {
                fault(format!(
                    "{letter} cannot be seen: {}.",
                    why.join(", and then ")
                ));
            }
        }
    }

    /// Checks that every possible order is in the answer.
    ///
    /// # Panics
    /// With a [`Fault`] that has the number of those that are missing.
    pub fn expect_all(&self, file: &str) {
        let can = self.asked.iter();
        let can = can.filter(|(_, first, second)| self.always(second, first).is_none());
        let answered = self.answered(file);
        let missing = can
            .filter(|(letter, ..)| !answered.contains(letter))
            .count();
        if missing > 0 {
            let are = if missing == 1 { "is" } else { "are" };
            fault(format!(
                "All that you have named can be seen, but {missing} {are} missing. What has to come before \
                 the second of two lines, and does it wait for the first?"
            ));
        }
    }

    /// Checks that a run does not contradict the reasons. `seen` are its lines, worded as in the questions.
    ///
    /// # Panics
    /// With a [`Fault`] of the grader when it does.
    pub fn expect_uncontradicted(&self, ran: &Ran, seen: &[String]) {
        for (letter, first, second) in self.asked {
            let index = |line: &str| seen.iter().position(|its| its == line);
            let is_seen = matches!(
                (index(first), index(second)),
                (Some(first), Some(second)) if first < second
            );
            if is_seen && self.always(second, first).is_some() {
                let text = format!("the key says that {letter} cannot be seen, and it was");
                let fault = ran.fault(&text);
                let verdict = Verdict::GraderError;
                Fault { verdict, ..fault }.raise();
            }
        }
    }

    /// Returns why `first` comes before `second` in every run, step by step; `None` if it need not.
    fn always(&self, first: &str, second: &str) -> Option<Vec<&'static str>> {
        for (before, why) in self.reasons.get(second)? {
            if *before == first {
                return Some(vec![why]);
            }
            if let Some(mut whys) = self.always(first, before) {
                whys.push(why);
                return Some(whys);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_none_of_the_letters_is_told_which_there_are() {
        let order = Order::new(&[('a', "one", "two"), ('b', "two", "one"), ('c', "", "")]);
        assert_eq!(order.letter("B"), Ok('b'));
        let said = order.letter("k").unwrap_err();
        assert!(
            said.contains("'k'") && said.contains("a to c") && said.contains("`can: a`"),
            "{said}"
        );
    }
}
