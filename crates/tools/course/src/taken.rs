//! Takes a submission: puts each of the student's files into the reference, or returns why it cannot.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use check::report::Outcome;
use check::{Fault, Verdict};
use exercise::{GraftError, Kind, explorable, graft};

use crate::checkout::{Assigned, DEFAULT_SEED};
use crate::failed::{harmless, harmless_lines};
use crate::submission::Submission;

/// A file of a submission.
pub(crate) struct Taken {
    /// The text that the student has written.
    pub(crate) theirs: String,
    /// The text that is built: the reference, with the student's bodies in it.
    pub(crate) text: String,
}

/// Adds other possible reasons to the fault among the outcomes.
pub(crate) fn with_reasons(mut outcomes: Vec<Outcome>, reasons: Option<String>) -> Vec<Outcome> {
    let fault = outcomes
        .iter_mut()
        .find_map(|outcome| outcome.fault.as_mut());
    if let (Some(fault), Some(reasons)) = (fault, reasons) {
        fault.said.extend(reasons.lines().map(str::to_owned));
    }
    outcomes
}

/// The outcome of a submission that is not taken.
pub(crate) fn refused(verdict: Verdict, why: &str) -> Box<Outcome> {
    // The names of files come from a student, and must not look like a second line of the report.
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

/// Puts each of the student's files into the reference. `beside` are the other exercises for which
/// the submission is graded.
pub(crate) fn files(
    assigned: &Assigned,
    beside: &[&Assigned],
    submission: &Submission,
) -> Result<BTreeMap<PathBuf, Taken>, Box<Outcome>> {
    let mut files = BTreeMap::new();
    for path in assigned.exercise.files() {
        let (name, theirs) = submission
            .file(assigned, beside, path)
            .map_err(|why| refused(why.verdict(), why.why()))?;
        let functions: Vec<&str> = assigned.exercise.functions_in(path).collect();
        let text = match functions.is_empty() {
            // An answer in words is taken as it is.
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
                taken.map_err(|error| refused_as(name, path, &error))?
            }
        };
        files.insert(path.to_owned(), Taken { theirs, text });
    }
    Ok(files)
}

/// The outcome of the file `name` of a submission, which cannot be taken as the file at `path`.
fn refused_as(name: &Path, path: &Path, error: &GraftError) -> Box<Outcome> {
    let verdict = match error {
        GraftError::Reference(_) => Verdict::GraderError,
        // Text that is not Rust is a wrong answer, as for the compiler.
        GraftError::NoSource(_) => Verdict::Fail,
        _ => Verdict::Refused,
    };
    let (name, path) = match name.ends_with(path.file_name().unwrap_or_default()) {
        true => (String::new(), path.display()),
        false => (format!("{}, taken as ", name.display()), path.display()),
    };
    refused(verdict, &format!("{name}{path}: {error}"))
}

/// Adds to each fault the command that reproduces it in a copy or a handout: a run of a program, or
/// else the command that runs the checks.
pub(crate) fn with_again(
    assigned: &Assigned,
    seed: u64,
    mut outcomes: Vec<Outcome>,
) -> Vec<Outcome> {
    let seed = match seed {
        DEFAULT_SEED => String::new(),
        other => format!("CHECK_SEED={other} "),
    };
    // The check of a prediction in a handout has no key, so it shows no fault.
    if assigned.exercise.kind == Kind::Predict {
        return outcomes;
    }
    for outcome in &mut outcomes {
        let is_built = outcome.name != "compiles";
        if let Some(fault) = outcome.fault.as_mut()
            && is_built
            && !matches!(fault.verdict, Verdict::NotRun | Verdict::GraderError)
        {
            let command = || format!("{seed}{}", test_command(assigned));
            fault.again.get_or_insert_with(command);
        }
    }
    outcomes
}

/// The command that runs the checks of an exercise.
pub(crate) fn test_command(assigned: &Assigned) -> String {
    let (lesson, test) = (&assigned.lesson, assigned.exercise.check_target());
    let (flags, profile) = match assigned.exercise.explores {
        true => ("RUSTFLAGS=\"--cfg explore\" ", " --profile explore"),
        false => ("", ""),
    };
    format!("{flags}cargo test -p {lesson} --test {test}{profile}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::Course;

    #[test]
    fn a_file_of_another_name_is_named_as_the_student_knows_it() {
        let scratch = lesson_test::Folder::new();
        let path = scratch.path("alice.rs");
        fs::write(&path, "fn other() {}").unwrap();
        let course = Course::find().unwrap();
        let assigned = course.exercise("ipc-pipe/forgotten-end").unwrap();
        let submission = Submission::read(&path).unwrap();
        let outcome = files(assigned, &[], &submission).map(drop).unwrap_err();
        let why = outcome.fault.unwrap().said.concat();
        let named = "alice.rs, taken as src/bin/pipe-forgotten-end.rs: ";
        assert!(why.starts_with(named), "{why}");
    }

    #[test]
    fn a_fault_has_a_command_that_shows_it_again_under_its_seed() {
        let course = Course::find().unwrap();
        let again = |id: &str, seed, name: &str, fault: Fault| {
            let (name, holds) = (name.to_owned(), String::new());
            let fault = Some(fault);
            let outcome = Outcome { name, holds, fault };
            let outcomes = with_again(course.exercise(id).unwrap(), seed, vec![outcome]);
            outcomes[0].fault.clone().unwrap().again
        };
        let fault = || Fault::new("wrong");
        let plain = again("ipc-shared/update", 1, "held", fault()).unwrap();
        assert_eq!(plain, "cargo test -p ipc-shared --test check-update");
        let explored = again("sync/event", 7, "wakes", fault()).unwrap();
        assert!(
            explored.starts_with("CHECK_SEED=7 RUSTFLAGS=\"--cfg explore\" cargo test"),
            "{explored}"
        );
        let own = again("sync/event", 1, "wakes", fault().again("cargo run")).unwrap();
        assert_eq!(own, "cargo run");
        for (name, fault) in [
            ("compiles", fault()),
            ("held", Fault::of(Verdict::NotRun, "")),
        ] {
            assert_eq!(again("sync/event", 1, name, fault), None);
        }
        assert_eq!(again("sync/smallest", 1, "can", fault()), None);
    }
}
