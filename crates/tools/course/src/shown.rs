//! `show`: the run that has shown the last fault, as a page, and the same run of a right answer.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::record::How;
use timeline::{Detail, Run, Screen};

use crate::apart::Apart;
use crate::checked::{BUILD, BY_CHECK, LAST_COMMAND, LAST_LOG};
use crate::checkout::{Assigned, Course};
use crate::compiler::{Theirs, errors};
use crate::failed::{Failed, print};
use crate::judged::Judged;
use crate::kit::{cargo, executable};
use crate::pace;
use crate::page;
use crate::practice::Practice;
use crate::rules::{What, what_is_taken};
use crate::submission::Submission;
use crate::supervise::{Ended, Interrupt, run};
use crate::taken::{Taken, files};
use crate::whole;

/// Writes the last fault as a page, together with the same run of a right answer. The fault of an
/// explored run, which is the shortest schedule that was found, is printed as well.
pub(crate) fn show(course: &Course, word: Option<&str>) -> Result<bool, Failed> {
    let practice = Practice::find(course, word)?;
    let id = practice.assigned.id();
    let texts = [LAST_LOG, LAST_COMMAND].map(|file| fs::read_to_string(practice.folder.join(file)));
    let (log, command) = match texts {
        [Ok(log), Ok(command)] => (log, command),
        [Err(_), Ok(command)] if command.starts_with(BY_CHECK) => {
            return of_check(course, &practice, &command[BY_CHECK.len()..]);
        }
        [Err(_), Ok(_)] => {
            let why = "the check that has found the last fault runs nothing that can be recorded";
            return Err(format!("{id}: there is no picture of it: {why}").into());
        }
        _ => {
            let why = "no recorded run has shown a fault yet";
            return Err(format!("{id}: {why}: cargo course check {id}").into());
        }
    };
    let fault = written(&log, &practice.folder.join("fault.html"))?;
    if practice.assigned.exercise.explores {
        // Another answer takes other turns, so it has no such schedule.
        let run = Run::read(log.as_bytes()).map_err(|error| error.to_string())?;
        let steps = timeline::Format::Steps.show(&run, Screen::of_stdout(), Detail::Folded);
        return print(&format!("{steps}\nYours: {fault}\n"));
    }
    if command.is_empty() {
        let why = "the check has stopped or killed a process in this run, so there is no right one beside it";
        return print(&format!("Yours: {fault}\n({why})\n"));
    }
    print(&format!("{command}\nYours: {fault}\n"))?;
    let interrupt = Interrupt::noticed()?;
    let right = right_log(course, practice.assigned, &command, &interrupt)?;
    let right = written(&right, &practice.folder.join("right.html"))?;
    print(&format!("Right: {right}\n"))
}

/// A check that calls the student's functions itself has recorded no run. So it runs once more, recorded:
/// with the student's bodies as they are now, and with those of a right answer.
fn of_check(course: &Course, practice: &Practice<'_>, name: &str) -> Result<bool, Failed> {
    let assigned = practice.assigned;
    let id = assigned.id();
    let What::Files(theirs) = what_is_taken(practice)? else {
        return Err(format!("{id}: it does not compile now: cargo course check {id}").into());
    };
    let interrupt = Interrupt::noticed()?;
    let again = |files: &BTreeMap<PathBuf, Taken>, file: &str| -> Result<_, Failed> {
        let (holds, log) = recorded(course, assigned, files, name, &interrupt)?;
        match page::is_shown(&log) {
            true => Ok((holds, written(&log, &practice.folder.join(file))?)),
            false => {
                let why = "nothing happens in it that can be recorded";
                Err(format!("{id}: there is no picture of the check `{name}`: {why}").into())
            }
        }
    };
    let (holds, fault) = again(&theirs, "fault.html")?;
    let seldom = if holds { " (this time it holds)" } else { "" };
    print(&format!(
        "The check `{name}`, run once more\nYours: {fault}{seldom}\n"
    ))?;
    let (_, right) = again(&right_answer(assigned)?, "right.html")?;
    print(&format!("Right: {right}\n"))
}

/// Runs this check with these files, recorded. Returns whether it holds, and the log.
fn recorded(
    course: &Course,
    assigned: &Assigned,
    files: &BTreeMap<PathBuf, Taken>,
    name: &str,
    interrupt: &Interrupt,
) -> Result<(bool, String), Failed> {
    let judged = Judged::copy(course, assigned, interrupt)?;
    let built = built(&judged, assigned, files, interrupt)?;
    let apart = Apart::new(&judged, assigned, &built)?;
    drop(judged);
    let mut check = apart.recorded(name);
    check.env(pace::VARIABLE, pace::value());
    let limit = pace::of_checks(&assigned.exercise);
    match run(&mut check, interrupt, limit, || false)? {
        Ended::Itself(how, log) => Ok((how == How::Exit(0), log)),
        Ended::Interrupted | Ended::Stopped => Err(Failed::Signal),
        Ended::TooLong => {
            let seconds = limit.as_secs();
            Err(format!("the check `{name}` has not ended within {seconds} s").into())
        }
    }
}

/// Writes a log as a page, and returns the address of the page for a browser.
fn written(log: &str, file: &Path) -> Result<String, Failed> {
    whole::write(file, &page::page(log)?)?;
    Ok(format!("file://{}", file.display()))
}

/// The first right answer of the exercise.
fn right_answer(assigned: &Assigned) -> Result<BTreeMap<PathBuf, Taken>, Failed> {
    let own = assigned.own_folder().join("right");
    let answers = fs::read_dir(&own).map_err(|error| format!("{}: {error}", own.display()))?;
    let answer = answers.flatten().map(|entry| entry.path()).min();
    let answer = answer.ok_or_else(|| format!("{} has no right answer", assigned.id()))?;
    let wrong = |outcome| format!("{}: {outcome:?}", answer.display());
    Ok(files(assigned, &[], &Submission::read(&answer)?).map_err(wrong)?)
}

/// Builds the checks and their programs with these files; returns the messages of cargo. `cargo run` needs
/// fewer crates, and would build most of them again with other features.
fn built(
    judged: &Judged,
    assigned: &Assigned,
    files: &BTreeMap<PathBuf, Taken>,
    interrupt: &Interrupt,
) -> Result<String, Failed> {
    judged.put(assigned, files)?;
    let mut build = cargo(&judged.folder, assigned, &judged.target, "json");
    match run(&mut build, interrupt, BUILD, || false)? {
        Ended::Itself(How::Exit(0), built) => Ok(built),
        Ended::Itself(_, messages) => {
            let why = errors(&messages, &Theirs::default()).unwrap_or_default();
            Err(format!("it does not build:\n{why}").into())
        }
        _ => Err(Failed::Other("ended before it was built".to_owned())),
    }
}

/// The log of the same command with a right answer.
fn right_log(
    course: &Course,
    assigned: &Assigned,
    command: &str,
    interrupt: &Interrupt,
) -> Result<String, Failed> {
    let judged = Judged::copy(course, assigned, interrupt)?;
    let built = built(&judged, assigned, &right_answer(assigned)?, interrupt)?;
    let (before, arguments) = command.split_once(" -- ").unwrap_or((command, ""));
    let name = before.split(" --bin ").nth(1).unwrap_or(&assigned.lesson);
    let log = judged.folder.join("right.jsonl");
    let mut program = placed(before, &executable(&built, name)?);
    program.args(arguments.split_whitespace());
    program.arg("--record").arg(&log);
    match run(&mut program, interrupt, BUILD, || false)? {
        Ended::Itself(..) => {
            let failed = |error| format!("{}: {error}", log.display());
            Ok(fs::read_to_string(&log).map_err(failed)?)
        }
        _ => Err(Failed::Other(
            "ended before the right run was over".to_owned(),
        )),
    }
}

/// The command for the program, bound to one core if the original command was (prefix before `cargo`).
fn placed(command: &str, program: &Path) -> Command {
    let before = command.split("cargo ").next().unwrap_or_default();
    let mut words = before.split_whitespace().map(OsStr::new);
    let program = program.as_os_str();
    let mut command = Command::new(words.next().unwrap_or(program));
    if command.get_program() != program {
        command.args(words).arg(program);
    }
    command
}
