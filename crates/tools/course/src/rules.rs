//! What is taken of an answer, and how it has to wait: said before it is graded.

use check::Verdict;
use check::report::Outcome;
use exercise::{Exercise, Kind, left_out};

use crate::bench::Taken;
use crate::failed::{Failed, print};
use crate::grade;
use crate::practice::Practice;
use crate::submission::Submission;

const TAKEN: &str = "
Taken are the bodies of your functions, and what you add outside of every `impl`:
`use` lines, and private functions, types, constants and statics. All else in the
file is the original's again.

Refused are `unsafe`, `process::exit`, `process::abort`, and std's `fs`, `net`,
`process` and `env`, unless the file has them already.
";

const EXPLORED: &str = "
The exercises of `sync` run in every schedule. So std's locks, atomics, threads and
sleeps are refused there: use what the file uses, and `explore::primitives`.
";

const RUN: &str = "
A program is run with other words, numbers and pauses, and its processes are stopped
and killed. Where it has to wait, wait for the thing itself (`join`, `wait`, `recv`,
`get`, `read`). To ask again and again, to sleep until it should be over, or to give
up after a time of your own is wrong, even if the printed lines are right.
";

/// What a student has to know of how these exercises are judged; nothing for predictions.
pub(crate) fn rules<'a>(exercises: impl Iterator<Item = &'a Exercise>) -> String {
    let written: Vec<_> = exercises.filter(|one| one.kind != Kind::Predict).collect();
    let mut text = String::new();
    for (part, is_needed) in [
        (TAKEN, !written.is_empty()),
        (EXPLORED, written.iter().any(|one| one.explores)),
        (RUN, written.iter().any(|one| !one.explores)),
    ] {
        text += if is_needed { part } else { "" };
    }
    text
}

/// Takes the copy as a grader does, so that no answer is right here and lost there. Returns why it would
/// be refused; of what is no Rust the compiler says more.
pub(crate) fn say_what_is_taken(practice: &Practice<'_>) -> Result<Option<Outcome>, Failed> {
    let assigned = practice.assigned;
    let files = match grade::files(assigned, &Submission::read(&practice.folder)?) {
        Ok(files) => files,
        Err(outcome) if outcome.verdict() == Verdict::Fail => return Ok(None),
        Err(outcome) => return Ok(Some(*outcome)),
    };
    for (path, Taken { theirs, text }) in &files {
        let functions: Vec<&str> = assigned.exercise.functions_in(path).collect();
        let left_out = left_out(text, theirs, &functions).unwrap_or_default();
        if !functions.is_empty() && !left_out.is_empty() {
            let (left_out, mine) = (left_out.join(", "), functions.join(", "));
            print(&format!(
                "  Not taken when it is graded: your {left_out}\n  (only {mine}, and private items \
                 outside of every impl)\n"
            ))?;
        }
    }
    Ok(None)
}
