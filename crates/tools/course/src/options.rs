//! Parses the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::thread;

use lexopt::prelude::*;

use crate::checkout::DEFAULT_SEED;
use crate::failed::Failed;
use crate::results::Format;

pub(crate) const HELP: &str = "\
Exercises for a student and for a class

Usage: cargo course                          lists the exercises (--json for programs)

For a student
  start EXERCISE [DIR]       a practice copy (practice/LESSON-EXERCISE)
  watch [EXERCISE|DIR]       checks it whenever one of your files is saved
  check [EXERCISE|DIR]       checks it once
  hint  [EXERCISE|DIR]       the next hint
  show  [EXERCISE|DIR]       the last fault as a page, and a right run beside it

For a class
  handout EXERCISE... --out DIR   a workspace with the assigned bodies taken out
  grade SUBMISSION...             grades folders, archives or single files
  verify [EXERCISE...]            whether the grader judges rightly

grade:
  --exercise ID    which exercise, whatever a submission says; more than once for several
  --format F       text, json, csv or gradescope (text)
  --seed N         what varies from class to class: words, numbers, schedules (1)
  --jobs N         how many submissions at the same time (as many as processors)
  --out DIR        a new folder for the students' reports: text, JSON, a page of the failed run
  --no-sandbox     without boxes, where the machine itself is one

verify:
  --full           each answer 20 times, half of them beside two busy loops
  --mutants        instead, copies of a right answer with one small mistake each

  -h, --help       this text
";

/// The command line, parsed.
pub(crate) enum Asked {
    Help,
    List { as_json: bool },
    Start(String, Option<PathBuf>),
    Check(Option<String>),
    Watch(Option<String>),
    Hint(Option<String>),
    Show(Option<String>),
    Handout(Vec<String>, PathBuf),
    Grade(Grade),
    Verify(Verify),
}

/// The options of `grade`.
pub(crate) struct Grade {
    pub(crate) exercises: Vec<String>,
    pub(crate) format: Format,
    pub(crate) seed: u64,
    /// As many as processors if it is not given.
    jobs: Option<usize>,
    pub(crate) is_bare: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) submissions: Vec<PathBuf>,
}

impl Grade {
    /// Returns how many submissions are graded at the same time.
    pub(crate) fn jobs(&self) -> usize {
        if self.is_bare {
            // Without a box, leftover processes can be attributed only if one submission runs at a time.
            return 1;
        }
        let processors = || thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(processors)
    }
}

/// The options of `verify`.
pub(crate) struct Verify {
    pub(crate) exercises: Vec<String>,
    pub(crate) is_full: bool,
    pub(crate) is_of_mutants: bool,
}

/// Parses the command line.
pub(crate) fn read() -> Result<Asked, Failed> {
    read_from(lexopt::Parser::from_env()).map_err(|error| match error {
        Failed::Words(why) => Failed::Words(format!("{why}; `cargo course help` shows how to ask")),
        other => other,
    })
}

/// The options that were given.
struct Given {
    command: Option<String>,
    /// The long options, by name.
    options: Vec<&'static str>,
    values: Vec<OsString>,
    grade: Grade,
    as_json: bool,
    is_full: bool,
    is_of_mutants: bool,
}

impl Given {
    fn nothing() -> Self {
        Self {
            command: None,
            options: Vec::new(),
            values: Vec::new(),
            grade: Grade {
                exercises: Vec::new(),
                format: Format::Text,
                seed: DEFAULT_SEED,
                jobs: None,
                is_bare: false,
                out: None,
                submissions: Vec::new(),
            },
            as_json: false,
            is_full: false,
            is_of_mutants: false,
        }
    }
}

fn read_from(mut words: lexopt::Parser) -> Result<Asked, Failed> {
    let mut given = Given::nothing();
    while let Some(word) = words.next()? {
        if let Long(name) = word
            && let Some(name) = of_a_command(name)
        {
            if HAS_ONE_VALUE.contains(&name) && given.options.contains(&name) {
                return wrong(format!("--{name} is given twice"));
            }
            given.options.push(name);
        }
        match word {
            Short('h') | Long("help") => return Ok(Asked::Help),
            Long("json") => given.as_json = true,
            Long("no-sandbox") => given.grade.is_bare = true,
            Long("full") => given.is_full = true,
            Long("mutants") => given.is_of_mutants = true,
            Long("out") => given.grade.out = Some(words.value()?.into()),
            Long("exercise") => given.grade.exercises.push(words.value()?.string()?),
            Long("format") => given.grade.format = Format::named(&words.value()?.string()?)?,
            Long("seed") => given.grade.seed = words.value()?.parse()?,
            Long("jobs") => given.grade.jobs = Some(words.value()?.parse()?),
            Value(word) if given.command.is_none() => given.command = Some(word.string()?),
            Value(word) => given.values.push(word),
            unexpected => return Err(unexpected.unexpected().into()),
        }
    }
    asked(given)
}

/// The options whose second value would silently replace the first one.
const HAS_ONE_VALUE: [&str; 4] = ["format", "seed", "jobs", "out"];

/// The options of each command that has its own.
const OF_COMMANDS: [(&str, &[&str]); 4] = [
    ("list", &["json"]),
    ("handout", &["out"]),
    (
        "grade",
        &["exercise", "format", "seed", "jobs", "out", "no-sandbox"],
    ),
    ("verify", &["full", "mutants"]),
];

/// The option of this name, if some command has it.
fn of_a_command(name: &str) -> Option<&'static str> {
    let mut all = OF_COMMANDS.iter().flat_map(|(_, options)| *options);
    all.find(|known| **known == name).copied()
}

/// Checks that the command has every option that was given.
fn are_of(command: &str, given: &[&str]) -> Result<(), Failed> {
    let mut its = OF_COMMANDS.iter().filter(|(name, _)| *name == command);
    let its = its.next().map_or(&[][..], |(_, options)| options);
    match given.iter().find(|option| !its.contains(option)) {
        None => Ok(()),
        Some(other) => Err(Failed::Words(format!(
            "--{other} is no option of {command}"
        ))),
    }
}

/// How many words a command takes at most.
fn most_words(command: &str) -> usize {
    match command {
        "list" | "help" => 0,
        "check" | "watch" | "hint" | "show" => 1,
        "start" => 2,
        _ => usize::MAX,
    }
}

fn asked(given: Given) -> Result<Asked, Failed> {
    let command = given.command.clone().unwrap_or_else(|| "list".to_owned());
    are_of(&command, &given.options)?;
    if command == "grade" {
        return grade(given);
    }
    let words = given.values.into_iter().map(ValueExt::string);
    let words: Vec<String> = words.collect::<Result<_, _>>()?;
    let most = most_words(&command);
    if let Some(word) = words.get(most) {
        return wrong(format!("'{word}' is one word too many for {command}"));
    }
    let mut given_words = words.iter().cloned();
    let first = given_words.next();
    Ok(match (&*command, first) {
        ("list", _) => Asked::List {
            as_json: given.as_json,
        },
        ("help", _) => Asked::Help,
        ("start", Some(exercise)) => Asked::Start(exercise, given_words.next().map(PathBuf::from)),
        ("check", word) => Asked::Check(word),
        ("watch", word) => Asked::Watch(word),
        ("hint", word) => Asked::Hint(word),
        ("show", word) => Asked::Show(word),
        ("handout", Some(_)) => match given.grade.out {
            Some(out) => Asked::Handout(words, out),
            None => return wrong("handout needs --out DIR".to_owned()),
        },
        ("start" | "handout", None) => return wrong(format!("{command} needs an exercise")),
        ("verify", _) if given.is_full && given.is_of_mutants => {
            return wrong("--mutants are graded once: leave out --full".to_owned());
        }
        ("verify", _) => Asked::Verify(Verify {
            exercises: words,
            is_full: given.is_full,
            is_of_mutants: given.is_of_mutants,
        }),
        (other, _) => return wrong(format!("there is no command '{other}'")),
    })
}

fn grade(given: Given) -> Result<Asked, Failed> {
    if given.values.is_empty() {
        return wrong("grade needs a submission".to_owned());
    }
    if given.grade.is_bare && given.grade.jobs.is_some() {
        let why = "without a box, one submission is graded at a time: --no-sandbox takes no --jobs";
        return wrong(why.to_owned());
    }
    Ok(Asked::Grade(Grade {
        submissions: given.values.into_iter().map(PathBuf::from).collect(),
        ..given.grade
    }))
}

fn wrong(why: String) -> Result<Asked, Failed> {
    Err(Failed::Words(why))
}
