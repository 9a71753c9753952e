//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::thread;

use lexopt::prelude::*;

use crate::failed::Failed;
use crate::results::Format;

pub(crate) const HELP: &str = "\
Exercises for a student and for a class

Usage: cargo course                          lists the exercises
       cargo course grade SUBMISSION...      grades folders, archives or single files
       cargo course verify [EXERCISE...]     whether the grader judges rightly

grade:
  --exercise ID    which exercise, where a submission does not say it
  --format F       text, json, csv or gradescope (text)
  --seed N         what varies from class to class: words, numbers, schedules (1)
  --jobs N         how many submissions at the same time (as many as processors)

verify:
  --full           each answer 20 times, half of them beside two busy loops

  --json           list: as JSON
  -h, --help       this text
";

/// What the command line asks for.
pub(crate) enum Asked {
    Help,
    List { as_json: bool },
    Grade(Grade),
    Verify(Verify),
}

/// How to grade.
pub(crate) struct Grade {
    pub(crate) exercise: Option<String>,
    pub(crate) format: Format,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    pub(crate) submissions: Vec<PathBuf>,
}

/// What to verify.
pub(crate) struct Verify {
    pub(crate) exercises: Vec<String>,
    pub(crate) is_full: bool,
}

/// Reads the command line.
pub(crate) fn read() -> Result<Asked, Failed> {
    read_from(lexopt::Parser::from_env()).map_err(|error| match error {
        Failed::Words(why) => Failed::Words(format!("{why}; `cargo course help` shows how to ask")),
        other => other,
    })
}

/// All options, as far as they were given.
struct Given {
    command: Option<String>,
    values: Vec<OsString>,
    grade: Grade,
    as_json: bool,
    is_full: bool,
}

fn read_from(mut words: lexopt::Parser) -> Result<Asked, Failed> {
    let mut given = Given {
        command: None,
        values: Vec::new(),
        grade: Grade {
            exercise: None,
            format: Format::Text,
            seed: 1,
            jobs: thread::available_parallelism().map_or(1, usize::from),
            submissions: Vec::new(),
        },
        as_json: false,
        is_full: false,
    };
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => return Ok(Asked::Help),
            Long("json") => given.as_json = true,
            Long("full") => given.is_full = true,
            Long("exercise") => given.grade.exercise = Some(words.value()?.string()?),
            Long("format") => given.grade.format = Format::named(&words.value()?.string()?)?,
            Long("seed") => given.grade.seed = words.value()?.parse()?,
            Long("jobs") => given.grade.jobs = words.value()?.parse()?,
            Value(word) if given.command.is_none() => given.command = Some(word.string()?),
            Value(word) => given.values.push(word),
            unexpected => return Err(unexpected.unexpected().into()),
        }
    }
    asked(given)
}

fn asked(given: Given) -> Result<Asked, Failed> {
    let words = given.values.iter().cloned().map(ValueExt::string);
    match given.command.as_deref() {
        None | Some("list") => Ok(Asked::List {
            as_json: given.as_json,
        }),
        Some("help") => Ok(Asked::Help),
        Some("grade") if given.values.is_empty() => {
            Err(Failed::Words("grade needs a submission".to_owned()))
        }
        Some("grade") => Ok(Asked::Grade(Grade {
            submissions: given.values.into_iter().map(PathBuf::from).collect(),
            ..given.grade
        })),
        Some("verify") => Ok(Asked::Verify(Verify {
            exercises: words.collect::<Result<_, _>>()?,
            is_full: given.is_full,
        })),
        Some(other) => Err(Failed::Words(format!("there is no command '{other}'"))),
    }
}
