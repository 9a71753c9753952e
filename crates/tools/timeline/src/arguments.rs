//! The command line of `timeline`.

use std::path::PathBuf;

use lexopt::prelude::*;
use timeline::{Detail, Format};

pub(crate) const HELP: &str = "\
See what happened in a run of a lesson, by its log

Usage: cargo run -p timeline -- show LOG [--as FORMAT] [--detail]
       cargo run -p timeline -- check LOG [--strict]

  show LOG       the run as a picture; LOG was made with --record
  check LOG      what held in the run and what did not
                 (of both the exit code is 1 when something did not hold)
  --strict       what is doubtful (marked ?) is a fault, too: a child ended by force, for one
  --as FORMAT    lanes (the default) or steps in the terminal, html or svg for the browser,
                 chrome for Perfetto
  --detail       show inner parts as well, such as the locks of a queue
  -h, --help     this text
";

/// The command line, parsed.
pub(crate) enum Command {
    Help,
    Show(PathBuf, Format, Detail),
    /// The path of the log, and whether doubtful findings count as faults (`--strict`).
    Check(PathBuf, bool),
}

pub(crate) fn read(mut words: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut command = None;
    let mut log = None;
    let mut format = None;
    let mut detail = Detail::Folded;
    let mut is_strict = false;
    while let Some(word) = words.next()? {
        match word {
            Long("as") => {
                let name = words.value()?.string()?;
                format = Some(name.parse::<Format>()?);
            }
            Long("detail") => detail = Detail::Full,
            Long("strict") => is_strict = true,
            Short('h') | Long("help") => return Ok(Command::Help),
            Value(word) if command.is_none() => command = Some(word.string()?),
            Value(word) if log.is_none() => log = Some(PathBuf::from(word)),
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    let log = log.ok_or("there is no LOG; make one with --record");
    match (command.as_deref(), format) {
        (Some("show"), _) if is_strict => Err("show takes no --strict".into()),
        (Some("show"), format) => Ok(Command::Show(log?, format.unwrap_or(Format::Lanes), detail)),
        (Some("check"), _) if detail == Detail::Full => Err("check takes no --detail".into()),
        (Some("check"), None) => Ok(Command::Check(log?, is_strict)),
        (Some("check"), Some(_)) => Err("check takes no --as".into()),
        (Some(other), _) => Err(format!("there is no command '{other}'").into()),
        (None, _) => Err("there is no command".into()),
    }
}
