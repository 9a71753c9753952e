//! `cargo course`: exercises for a student and for a class.

#![forbid(unsafe_code)]

mod boxed;
mod compiler;
mod failed;
mod grade;
mod kit;
mod options;
mod place;
mod practice;
mod results;
mod submission;
mod units;
mod verify;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use check::Verdict;
use failed::{Failed, print};
use grade::Grading;
use options::{Asked, Grade, HELP};
use place::Course;
use results::{Format, as_text};

fn main() -> ExitCode {
    // Cargo has started this program in place of rustc.
    if let Some(folder) = env::var_os(units::UNITS) {
        return units::wrap(Path::new(&folder));
    }
    let done = options::read().and_then(|asked| run(&asked));
    match done {
        Ok(is_right) => ExitCode::from(u8::from(!is_right)),
        Err(Failed::Words(why)) => {
            common::complain(&format!("course: {why}"));
            ExitCode::from(2)
        }
        Err(Failed::Other(why)) => {
            common::complain(&format!("course: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// Does what is asked for; `false` when something was looked at and found wrong.
fn run(asked: &Asked) -> Result<bool, Failed> {
    if let Asked::Help = asked {
        return print(HELP);
    }
    let course = Course::find()?;
    match asked {
        Asked::Help => print(HELP),
        Asked::List { as_json } => practice::list(&course, *as_json),
        Asked::Grade(how) => grade(&course, how),
        Asked::Verify(how) => verify::command(&course, how),
    }
}

/// Grades what was handed in.
fn grade(course: &Course, how: &Grade) -> Result<bool, Failed> {
    boxed::ready(course)?;
    let exercise = how
        .exercise
        .as_deref()
        .map(|word| course.exercise(word))
        .transpose()?;
    let grading = Grading {
        course,
        exercise,
        seed: how.seed,
        jobs: how.jobs,
    };
    let is_text = how.format == Format::Text;
    let graded = grading.all(&how.submissions, |graded| {
        if is_text {
            // A person watches; what cannot be printed is missed at the end, too.
            let _shown = print(&as_text(graded));
        }
    })?;
    if !is_text {
        print(&how.format.show(&graded))?;
    }
    Ok(graded
        .iter()
        .all(|graded| graded.verdict != Verdict::GraderError))
}
