//! The rules for an answer: which parts of it are taken, and how it must wait. Shown before grading.

use std::collections::BTreeMap;
use std::path::PathBuf;

use check::Verdict;
use check::report::Outcome;
use exercise::{Exercise, Kind, left_out};

use crate::failed::{Failed, print};
use crate::practice::Practice;
use crate::submission::Submission;
use crate::taken::{Taken, files};

const TAKEN: &str = "
Taken are the bodies of your functions, with the names of their parameters,
and what you add: `use` lines, and private functions, methods, types, traits,
constants, statics, macros and modules. An `impl` is taken if its type or its
trait is one that you add; of another one, new private methods are, unless the
file uses their names already. Everything else in the file is replaced by the
original: a constant, a field or another function that you change is not
taken, and neither is anything `pub`, except inside modules that you add.

Refused are `unsafe`, `prctl`, `process::exit`, `process::abort`, and of std
`fs`, `net`, `path`, `process` and `env` (`process::id` is allowed), unless
the file has them already; every `cfg`; panic hooks; in a function of a
library, `fork`; and in macros, if you define one, imports, parts of the kind
`tt`, and words such as `std`, `panic`, `process` and `child`. Of the crate
`nix`, if the lesson has it, you can use `errno`, `poll`, of `sys` `select`,
`signal`, `time` and `wait`, and of `unistd` `read`, `write`, `pipe` and
`Pid`. Of the crate `common` you can use what prints (`say!`), names (`pid`,
`thread_name`), pauses, and encodes messages: import each by its name, not by
`*`.
";

const EXPLORED: &str = "
Time and turns are the check's there. So std's locks, atomics, threads,
sleeps, clocks (`Instant`, `SystemTime`) and `thread_local!` are refused: use
what the file uses, and `explore::primitives`.
";

const RUN: &str = "
A program, or your function, is run with other words, numbers and pauses, at
times on one core, and its processes are stopped and killed. Where it has to
wait, wait for the thing itself (`join`, `wait`, `recv`, `get`, `read`). To
ask again and again, to sleep until it should be over, or to give up after a
time of your own is wrong, even if the printed lines are right, unless the
comment above your function asks for it.
";

/// What a student must know about how these exercises are judged; empty for predictions.
pub(crate) fn rules<'a>(exercises: impl Iterator<Item = &'a Exercise>) -> String {
    let written: Vec<_> = exercises.filter(|one| one.kind != Kind::Predict).collect();
    let explored: Vec<&str> = written
        .iter()
        .filter(|one| one.explores)
        .map(|one| &*one.id)
        .collect();
    let mut text = String::new();
    if !written.is_empty() {
        text += TAKEN;
    }
    if !explored.is_empty() {
        text += &format!(
            "\nRun in every schedule: {}.{EXPLORED}",
            explored.join(", ")
        );
    }
    if explored.len() < written.len() {
        text += RUN;
    }
    text
}

/// The result of taking a practice copy as a grader does.
pub(crate) enum What {
    /// The files as the grader takes them.
    Files(BTreeMap<PathBuf, Taken>),
    /// It is refused.
    Refused(Box<Outcome>),
    /// It cannot be parsed. The compiler will report more about the files as they are.
    NoRust(BTreeMap<PathBuf, Taken>, Box<Outcome>),
}

/// Takes the copy as a grader does, and prints the names of the parts that are left out.
pub(crate) fn what_is_taken(practice: &Practice<'_>) -> Result<What, Failed> {
    let assigned = practice.assigned;
    let submission = Submission::read(&practice.folder)?;
    let files = match files(assigned, &[], &submission) {
        Ok(files) => files,
        Err(outcome) if outcome.verdict() == Verdict::Fail => {
            let mut files = BTreeMap::new();
            for path in assigned.exercise.files() {
                let (_, text) = submission.file(assigned, &[], path)?;
                let theirs = text.clone();
                files.insert(path.to_owned(), Taken { theirs, text });
            }
            return Ok(What::NoRust(files, outcome));
        }
        Err(outcome) => return Ok(What::Refused(outcome)),
    };
    if let Some(line) = not_taken(&assigned.exercise, &files) {
        print(&format!("  {line}\n"))?;
    }
    Ok(What::Files(files))
}

/// A sentence that names the parts of the files that are not taken, if there are any.
pub(crate) fn not_taken(exercise: &Exercise, files: &BTreeMap<PathBuf, Taken>) -> Option<String> {
    let mut names = Vec::new();
    for (path, Taken { theirs, text }) in files {
        let functions: Vec<&str> = exercise.functions_in(path).collect();
        if !functions.is_empty() {
            names.extend(left_out(text, theirs, &functions).unwrap_or_default());
        }
    }
    let mine: Vec<&str> = exercise.holes.iter().map(|hole| &*hole.function).collect();
    (!names.is_empty()).then(|| {
        let (names, mine) = (names.join(", "), mine.join(", "));
        format!(
            "Not taken: {names} (only {mine}, and what you add that is private and whose name the file does \
             not have)"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_fit_into_a_terminal() {
        let lines = [TAKEN, EXPLORED, RUN].into_iter().flat_map(str::lines);
        // 80 columns: `start` indents them by two.
        let wide: Vec<_> = lines.filter(|line| line.chars().count() > 78).collect();
        assert!(wide.is_empty(), "{wide:#?}");
    }
}
