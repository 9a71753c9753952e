//! The report of the judge on a submission, as lines for another program.
//!
//! ```text
//! check   end   the receiver reads the end of the stream
//! fault   deadlock
//! said    receiver waits to read from a pipe whose sending end is still open in receiver itself
//! again   cargo run -p ipc-pipe --bin pipe-forgotten-end
//! log     {"v":2,...}
//! sure
//! clock
//! ended
//! ```
//!
//! A tab separates the first word of a line from the rest. Without the last line, the judge itself
//! was ended, and its report must not be trusted.

use std::fmt::Write as _;

use crate::fault::{Fault, Verdict};

/// A check and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The sentence that has to hold.
    pub holds: String,
    /// `None` when it holds; a fault with [`Verdict::NotRun`] when it was not run.
    pub fault: Option<Fault>,
}

impl Outcome {
    /// The verdict on this check: `Pass` when it holds.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.fault
            .as_ref()
            .map_or(Verdict::Pass, |fault| fault.verdict)
    }

    /// Formats the outcome as lines of a report.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = format!("check\t{}\t{}\n", clean(&self.name), clean(&self.holds));
        let Some(fault) = &self.fault else {
            return text;
        };
        // Writing to a string cannot fail.
        let _fits = writeln!(text, "fault\t{}", fault.verdict);
        for line in &fault.said {
            let _fits = writeln!(text, "said\t{}", clean(line));
        }
        if let Some(again) = &fault.again {
            let _fits = writeln!(text, "again\t{}", clean(again));
        }
        if fault.is_sure {
            text += "sure\n";
        }
        if fault.is_by_clock {
            text += "clock\n";
        }
        for line in fault.log.iter().flat_map(|log| log.lines()) {
            let _fits = writeln!(text, "log\t{}", line.trim_end());
        }
        text
    }
}

/// The last line of a complete report.
pub const ENDED: &str = "ended\n";

/// Parses a report.
///
/// # Errors
/// Returns what is wrong with it. Then the judge was ended early, or the text is not a report.
pub fn parse(report: &str) -> Result<Vec<Outcome>, String> {
    let Some(lines) = report.strip_suffix(ENDED) else {
        return Err("the checks have not ended: their last line is missing".to_owned());
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for line in lines.lines() {
        let (word, rest) = line.split_once('\t').unwrap_or((line, ""));
        if word == "check" {
            let (name, holds) = rest.split_once('\t').unwrap_or((rest, ""));
            outcomes.push(Outcome {
                name: name.to_owned(),
                holds: holds.to_owned(),
                fault: None,
            });
            continue;
        }
        let last = outcomes.last_mut().ok_or("it begins without a check")?;
        match (word, &mut last.fault) {
            ("fault", fault @ None) => {
                let verdict = Verdict::named(rest).ok_or("it has an unknown verdict")?;
                *fault = Some(Fault::of(verdict, ""));
            }
            ("sure", Some(fault)) => fault.is_sure = true,
            ("clock", Some(fault)) => fault.is_by_clock = true,
            ("said", Some(fault)) => fault.said.push(rest.to_owned()),
            ("again", Some(fault)) => fault.again = Some(rest.to_owned()),
            ("log", Some(fault)) => {
                let log = fault.log.get_or_insert_default();
                log.push_str(rest);
                log.push('\n');
            }
            _ => return Err(format!("it has a line {word:?} that is not expected")),
        }
    }
    match outcomes.is_empty() {
        true => Err("no check was looked at".to_owned()),
        false => Ok(outcomes),
    }
}

/// A text in one line, without characters that a terminal would obey.
pub(crate) fn clean(text: &str) -> String {
    let sign = |char: char| if char.is_control() { ' ' } else { char };
    text.chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_was_written_is_parsed() {
        let outcome = |name: &str, fault| Outcome {
            name: name.to_owned(),
            holds: "it holds".to_owned(),
            fault,
        };
        let mut fault = Fault::of(Verdict::Deadlock, "one\ntwo").again("cargo run");
        fault.log = Some("{}\n{}\n".to_owned());
        (fault.is_sure, fault.is_by_clock) = (true, true);
        let outcomes = [outcome("a", None), outcome("b", Some(fault))];
        let lines: String = outcomes.iter().map(Outcome::lines).collect();
        assert_eq!(parse(&format!("{lines}{ENDED}")).unwrap(), outcomes);
        assert!(parse(&lines).is_err());
        assert!(parse(ENDED).is_err());
        assert!(parse("said\tI am right\nended\n").is_err());
    }

    #[test]
    fn a_text_cannot_forge_a_line() {
        let outcome = Outcome {
            name: "a".to_owned(),
            holds: "b".to_owned(),
            fault: Some(Fault {
                said: vec!["x\ncheck\tall\tis well".to_owned()],
                ..Fault::new("")
            }),
        };
        let read = parse(&format!("{}{ENDED}", outcome.lines())).unwrap();
        assert_eq!(read.len(), 1);
    }
}
