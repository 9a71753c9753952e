//! The options that all lessons share.

use common::Settings;
use lexopt::prelude::*;

/// The words behind the options of a lesson that takes some, such as addresses.
#[derive(Debug, Clone, Copy)]
pub struct Operands {
    /// How the help shows them: `URL...`.
    pub name: &'static str,
    /// What they are for, and what happens without.
    pub help: &'static str,
    /// How many there may be.
    pub most: usize,
}

/// The options in the help.
pub(crate) const OPTIONS: &str = "  \
  --pace F       the notes' random pauses times F: 1 as in the notes, 0 none
  --seed N       the same pauses again
  --chaos N      disturb the run at every event, by the seed N
  --record FILE  write what happened to FILE, an event a line
  -h, --help     this text
";

/// What the command line said.
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) help: bool,
    pub(crate) operands: Vec<String>,
}

/// Reads the words of a command line.
pub(crate) fn read(
    mut words: lexopt::Parser,
    operands: Option<Operands>,
) -> Result<Options, lexopt::Error> {
    let mut options = Options {
        settings: Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record: None,
        },
        help: false,
        operands: Vec::new(),
    };
    let settings = &mut options.settings;
    while let Some(word) = words.next()? {
        match word {
            Long("pace") => {
                let pace = words.value()?.string()?;
                settings.pace = pace_of(&pace)?;
            }
            Long("seed") => settings.seed = Some(number(&mut words, "--seed")?),
            Long("chaos") => settings.chaos = Some(number(&mut words, "--chaos")?),
            Long("record") => settings.record = Some(words.value()?.into()),
            Short('h') | Long("help") => options.help = true,
            Value(word) if options.operands.len() < operands.map_or(0, |o| o.most) => {
                options.operands.push(word.string()?);
            }
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    Ok(options)
}

fn pace_of(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(pace) if pace.is_finite() && pace >= 0.0 => Ok(pace),
        _ => Err(format!(
            "--pace takes a number from 0 up, such as 0.5, and not '{word}'"
        )),
    }
}

fn number(words: &mut lexopt::Parser, option: &str) -> Result<u64, lexopt::Error> {
    let word = words.value()?.string()?;
    word.parse().map_err(|_| {
        lexopt::Error::from(format!("{option} takes a whole number, and not '{word}'"))
    })
}
