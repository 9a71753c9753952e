//! The command line of `timeline`.

use std::path::PathBuf;

use lexopt::prelude::*;
use timeline::Format;

pub(crate) const HELP: &str = "\
See what happened in a run of a lesson, by its log

Usage: cargo run -p timeline -- show LOG [--as FORMAT]
       cargo run -p timeline -- check LOG

  show LOG       the run as a picture; LOG was made with --record
  check LOG      what held in the run and what did not; exit code 1 when something did not
  --as FORMAT    lanes (the default) or steps in the terminal, html or svg for the browser,
                 chrome for Perfetto, shiviz, mermaid
  -h, --help     this text
";

/// What the command line said.
pub(crate) struct Arguments {
    pub(crate) command: Command,
    /// `None` asks for the help.
    pub(crate) log: Option<PathBuf>,
}

pub(crate) enum Command {
    Show(Format),
    Check,
}

pub(crate) fn read(mut words: lexopt::Parser) -> Result<Arguments, lexopt::Error> {
    let mut command = None;
    let mut log = None;
    let mut format = None;
    while let Some(word) = words.next()? {
        match word {
            Long("as") => {
                let name = words.value()?.string()?;
                format = Some(name.parse::<Format>()?);
            }
            Short('h') | Long("help") => {
                let command = Command::Check;
                return Ok(Arguments { command, log: None });
            }
            Value(word) if command.is_none() => command = Some(word.string()?),
            Value(word) if log.is_none() => log = Some(PathBuf::from(word)),
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    let command = match (command.as_deref(), format) {
        (Some("show"), format) => Command::Show(format.unwrap_or(Format::Lanes)),
        (Some("check"), None) => Command::Check,
        (Some("check"), Some(_)) => return Err("check takes no --as".into()),
        (Some(other), _) => return Err(format!("there is no command '{other}'").into()),
        (None, _) => return Err("there is no command".into()),
    };
    let Some(log) = log else {
        return Err("there is no LOG; make one with --record".into());
    };
    let log = Some(log);
    Ok(Arguments { command, log })
}
