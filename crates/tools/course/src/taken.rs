//! What is taken of a submission: the student's files, each put into the reference, or the reason why not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use check::report::Outcome;
use check::{Fault, Verdict};
use exercise::{GraftError, explorable, graft};

use crate::failed::{harmless, harmless_lines};
use crate::place::Assigned;
use crate::submission::Submission;

/// A file of a submission.
pub(crate) struct Taken {
    /// As the student has written it.
    pub(crate) theirs: String,
    /// As it is built: the reference, with the student's bodies.
    pub(crate) text: String,
}

/// The outcomes, and with the fault the parts of the submission that were not taken: an answer that needs
/// one of them is right where its author has tried it.
pub(crate) fn with_what_was_lost(mut outcomes: Vec<Outcome>, lost: Option<String>) -> Vec<Outcome> {
    let fault = outcomes
        .iter_mut()
        .find_map(|outcome| outcome.fault.as_mut());
    if let (Some(fault), Some(lost)) = (fault, lost) {
        fault.said.push(lost);
    }
    outcomes
}

/// The outcome of a submission that is not taken.
pub(crate) fn refused(verdict: Verdict, why: &str) -> Box<Outcome> {
    // The names of files are a student's: one is no second line of the report.
    let why = match verdict {
        Verdict::GraderError => harmless_lines(why),
        _ => harmless(why),
    };
    Box::new(Outcome {
        name: "taken".to_owned(),
        holds: "it can be taken".to_owned(),
        fault: Some(Fault::of(verdict, why)),
    })
}

/// The student's files, each put into the reference.
pub(crate) fn files(
    assigned: &Assigned,
    submission: &Submission,
) -> Result<BTreeMap<PathBuf, Taken>, Box<Outcome>> {
    let mut files = BTreeMap::new();
    for path in assigned.exercise.files() {
        let theirs = submission
            .file(assigned, path)
            .map_err(|why| refused(Verdict::Refused, &why))?;
        let functions: Vec<&str> = assigned.exercise.functions_in(path).collect();
        let text = match functions.is_empty() {
            // An answer in words.
            true => theirs.clone(),
            false => {
                let reference = fs::read_to_string(assigned.folder.join(path));
                let reference = reference.map_err(|error| {
                    refused(
                        Verdict::GraderError,
                        &format!("{}: {error}", path.display()),
                    )
                })?;
                let taken = graft(&reference, &theirs, &functions).and_then(|text| {
                    if assigned.exercise.explores {
                        explorable(&text, &theirs)?;
                    }
                    Ok(text)
                });
                taken.map_err(|error| refused_as(path, &error))?
            }
        };
        files.insert(path.to_owned(), Taken { theirs, text });
    }
    Ok(files)
}

fn refused_as(path: &Path, error: &GraftError) -> Box<Outcome> {
    let verdict = match error {
        GraftError::Reference(_) => Verdict::GraderError,
        // It is no Rust: that is what the compiler would say.
        GraftError::NoSource(_) => Verdict::Fail,
        _ => Verdict::Refused,
    };
    refused(verdict, &format!("{}: {error}", path.display()))
}
