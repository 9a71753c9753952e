//! `cargo course`: exercises for a student and for a class.

#![forbid(unsafe_code)]

mod apart;
mod archives;
mod as_handed_out;
mod bench;
mod checked;
mod checkout;
mod compiler;
mod failed;
mod grade;
mod handout;
mod judged;
mod kills;
mod kit;
mod known;
mod mutants;
mod options;
mod outcomes;
mod pace;
mod page;
mod practice;
mod ready;
mod reports;
mod results;
mod rules;
mod runner;
mod shown;
mod student;
mod submission;
mod supervise;
mod taken;
mod tree;
mod units;
mod unread;
mod verify;
mod whole;

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use check::Verdict;
use checkout::Course;
use failed::{Failed, harmless, print};
use grade::{Graded, Grading};
use options::{Asked, Grade, HELP};
use reports::Reports;
use results::{Format, as_text};
use runner::Runner;

fn main() -> ExitCode {
    common::let_writes_fail();
    common::stop_ignoring_children();
    // Cargo has started this program instead of rustc.
    if let Some(folder) = env::var_os(units::UNITS) {
        return units::wrap(Path::new(&folder));
    }
    lesson::family::begin();
    let done = options::read().and_then(|asked| run(&asked));
    match done {
        Ok(is_right) => ExitCode::from(u8::from(!is_right)),
        Err(Failed::Words(why)) => {
            common::complain(&format!("course: {why}"));
            ExitCode::from(2)
        }
        Err(why) => {
            common::complain(&format!("course: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the command. Returns `false` when it has checked something and found it wrong.
fn run(asked: &Asked) -> Result<bool, Failed> {
    if let Asked::Help = asked {
        return print(HELP);
    }
    let course = Course::find()?;
    if let Asked::Handout(..) | Asked::Grade(_) | Asked::Verify(_) = asked {
        course.whole()?;
    }
    for why in &course.wrong {
        common::complain(&format!("course: {why}"));
    }
    match asked {
        Asked::Help => print(HELP),
        Asked::List { as_json } => student::list(&course, *as_json),
        Asked::Start(word, folder) => student::start(&course, word, folder.as_deref()),
        Asked::Check(word) => student::check(&course, word.as_deref()),
        Asked::Watch(word) => student::watch(&course, word.as_deref()),
        Asked::Hint(word) => student::hint(&course, word.as_deref()),
        Asked::Show(word) => shown::show(&course, word.as_deref()),
        Asked::Handout(words, to) => handout::command(&course, words, to),
        Asked::Grade(how) => grade(&course, how),
        Asked::Verify(how) => verify::command(&course, how),
    }
}

/// Checks that every submission is there, so that no class is graded with a mistyped name.
fn are_there(submissions: &[PathBuf]) -> Result<(), Failed> {
    let is_not = |path: &&PathBuf| {
        let found = path.metadata();
        found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    match submissions.iter().find(is_not) {
        None => Ok(()),
        Some(path) => Err(Failed::Words(format!(
            "there is no submission {}",
            harmless(&path.to_string_lossy())
        ))),
    }
}

fn runner(course: &Course, is_bare: bool) -> Result<Runner, Failed> {
    match is_bare {
        true => Runner::bare(),
        false => Runner::boxes(course),
    }
}

/// Grades submissions.
fn grade(course: &Course, how: &Grade) -> Result<bool, Failed> {
    let exercises = course.distinct(&how.exercises)?;
    are_there(&how.submissions)?;
    let reports = how.out.as_deref().map(Reports::new).transpose()?;
    let runner = runner(course, how.is_bare)?;
    let _only = course.only_grading(|| runner.is_interrupted())?;
    let grading = Grading {
        course,
        seed: how.seed,
        jobs: how.jobs(),
        is_drawn: reports.is_some(),
        runner: &runner,
    };
    let handed = how.submissions.iter();
    let handed: Vec<_> = handed
        .map(|path| (path.clone(), exercises.clone()))
        .collect();
    let is_text = how.format == Format::Text;
    let not_written = Mutex::new(None);
    // A late submission, or one on which the grader itself failed, may get another verdict alone.
    let graded = grading.all(&handed, Graded::is_uncertain, |index, graded| {
        let shown = is_text.then(|| print(&as_text(graded)).map(drop));
        let written = reports.as_ref().map(|reports| reports.write(index, graded));
        if let Some(Err(why)) = &written {
            common::complain(&why.to_string());
        }
        // Neither stops the grading: what the other one gets is complete.
        let both = [shown, written].into_iter().flatten();
        for why in both.filter_map(Result::err) {
            let mut not_written = not_written.lock().unwrap_or_else(PoisonError::into_inner);
            not_written.get_or_insert(why);
        }
    })?;
    // Gradescope would take the points of a part for all of them.
    let is_cut_sum = how.format == Format::Gradescope && runner.is_interrupted();
    let shown = (!is_text && !is_cut_sum).then(|| print(&how.format.show(&graded)));
    let not_written = not_written.into_inner();
    let first = not_written.unwrap_or_else(PoisonError::into_inner);
    first.map_or(Ok(()), Err)?;
    shown.transpose()?;
    runner.uninterrupted()?;
    Ok(graded
        .iter()
        .all(|graded| graded.verdict != Verdict::GraderError))
}
