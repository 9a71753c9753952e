//! Checks a practice copy as a grader does. It builds the course's own tree with the student's bodies
//! in it, so no other change to the copy can make an answer right here and wrong when it is graded.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Fault;
use check::judge::for_a_person;
use check::report::Outcome;
use sandbox::Verdict as End;
use sandbox::record::How;

use crate::apart::Apart;
use crate::checkout::{Assigned, DEFAULT_SEED};
use crate::compiler::{Theirs, errors, other_errors, warnings};
use crate::failed::{Failed, print};
use crate::judged::Judged;
use crate::kit::cargo;
use crate::outcomes::outcomes as judged_by;
use crate::pace;
use crate::practice::Practice;
use crate::rules::{What, not_taken, what_is_taken};
use crate::supervise::{Ended, Interrupt, run};
use crate::taken::{Taken, with_again};

/// The time limit of a build, long because the first one also builds the libraries.
pub(crate) const BUILD: Duration = Duration::from_secs(1800);
/// The log of the last run that showed a fault, in a practice copy.
pub(crate) const LAST_LOG: &str = "last-fault.jsonl";
/// The command that reproduces that run; or, if no run was recorded, the check that has found the fault.
pub(crate) const LAST_COMMAND: &str = "last-fault.txt";
/// Stands before the name of that check.
pub(crate) const BY_CHECK: &str = "check ";

/// Builds and checks a copy, and prints what holds; returns `None` when it was interrupted. The
/// tree is released as soon as it is built.
pub(crate) fn checked(
    judged: Judged,
    practice: &mut Practice<'_>,
    interrupt: &Interrupt,
    mut stop: impl FnMut() -> bool,
) -> Result<Option<bool>, Failed> {
    let assigned = practice.assigned;
    print(&format!("\n{}\n", assigned.id()))?;
    let (files, no_rust) = match what_is_taken(practice)? {
        What::Files(files) => (files, None),
        What::Refused(outcome) => return wrong(&outcome),
        What::NoRust(files, outcome) => (files, Some(outcome)),
    };
    judged.put(assigned, &files)?;
    let built = match build(&judged, practice, &files, interrupt, &mut stop)? {
        Ok(built) => built,
        Err(ended) => return Ok(ended),
    };
    // The compiler has found nothing wrong with text that cannot be taken.
    if let Some(outcome) = no_rust {
        return wrong(&outcome);
    }
    if let Some(warnings) = warnings(&built, assigned, &files) {
        let lines = warnings.lines().map(|line| format!("  {line}\n"));
        print(&lines.collect::<String>())?;
    }
    pace::measure(&judged.folder);
    let apart = Apart::new(&judged, assigned, &built)?;
    // From here on, another check may build.
    drop(judged);
    let Some(outcomes) = outcomes(&apart, assigned, interrupt, stop)? else {
        return Ok(None);
    };
    let fault = outcomes
        .iter()
        .find(|outcome| outcome.fault.is_some())
        .cloned();
    let outcomes = with_again(assigned, DEFAULT_SEED, outcomes);
    let text: String = outcomes.iter().map(for_a_person).collect();
    print(&text)?;
    // As the check has reported it, with or without a command.
    keep(practice, fault.as_ref())?;
    if fault.is_none() && !practice.is_done {
        practice.is_done = true;
        practice.save()?;
    }
    Ok(Some(fault.is_none()))
}

/// Builds the tree. Returns the messages of cargo, or how the check ends if it does not compile.
fn build(
    judged: &Judged,
    practice: &Practice<'_>,
    files: &BTreeMap<PathBuf, Taken>,
    interrupt: &Interrupt,
    stop: impl FnMut() -> bool,
) -> Result<Result<String, Option<bool>>, Failed> {
    let stderr = judged.folder.join("cargo-said.txt");
    let failed = |error: io::Error| format!("{}: {error}", stderr.display());
    let mut build = cargo(&judged.folder, practice.assigned, &judged.target, "json");
    build.stderr(File::create(&stderr).map_err(failed)?);
    let messages = match run(&mut build, interrupt, BUILD, stop)? {
        Ended::Itself(How::Exit(0), messages) => return Ok(Ok(messages)),
        Ended::Itself(_, messages) => messages,
        _ => return Ok(Err(None)),
    };
    let theirs = Theirs::new(practice.assigned, files);
    let Some(errors) = errors(&messages, &theirs) else {
        let said = fs::read_to_string(&stderr).map_err(failed)?;
        let why = other_errors(&(messages + &said));
        return Err(format!("this machine could not build it:\n{why}").into());
    };
    let holds = match not_taken(&practice.assigned.exercise, files) {
        Some(_) => "it compiles with what is taken of it",
        None => "it compiles",
    };
    Ok(Err(wrong(&Outcome {
        name: "compiles".to_owned(),
        holds: holds.to_owned(),
        fault: Some(Fault::new(errors)),
    })?))
}

fn wrong(outcome: &Outcome) -> Result<Option<bool>, Failed> {
    print(&for_a_person(outcome))?;
    Ok(Some(false))
}

/// Keeps the run or the check that has shown a fault, for `show`.
fn keep(practice: &Practice<'_>, outcome: Option<&Outcome>) -> Result<(), Failed> {
    let [log, command] = [LAST_LOG, LAST_COMMAND].map(|file| practice.folder.join(file));
    for file in [&log, &command] {
        let _may_not_be_there = fs::remove_file(file);
    }
    let Some((name, fault)) = outcome.and_then(|it| Some((&it.name, it.fault.as_ref()?))) else {
        return Ok(());
    };
    let write = |file: &Path, text: &str| {
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
    };
    match &fault.log {
        Some(text) => {
            write(&log, text)?;
            // A fault of an explored run may have no command: the check itself finds it.
            write(&command, fault.again.as_deref().unwrap_or_default())?;
        }
        None if practice.assigned.exercise.is_recordable() => {
            write(&command, &format!("{BY_CHECK}{name}"))?
        }
        None => return Ok(write(&command, "")?),
    }
    let id = practice.assigned.id();
    print(&format!("        As a picture: cargo course show {id}\n"))?;
    Ok(())
}

/// Runs the checks; returns `None` when they were interrupted. An answer that ends its judge is judged
/// by that, as in a box.
fn outcomes(
    apart: &Apart,
    assigned: &Assigned,
    interrupt: &Interrupt,
    stop: impl FnMut() -> bool,
) -> Result<Option<Vec<Outcome>>, Failed> {
    let limit = pace::of_checks(&assigned.exercise);
    let mut check = apart.command();
    check.env(pace::VARIABLE, pace::value());
    let (verdict, report) = match run(&mut check, interrupt, limit, stop)? {
        Ended::Itself(how, report) => (End::Ended(how), report),
        Ended::TooLong => (End::TimedOut, String::new()),
        Ended::Interrupted | Ended::Stopped => return Ok(None),
    };
    Ok(Some(judged_by(&sandbox::Ended {
        verdict,
        stdout: report.into_bytes(),
        stderr: Vec::new(),
        took: Duration::ZERO,
    })))
}
