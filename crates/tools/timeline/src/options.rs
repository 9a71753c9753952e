//! The options that all lessons share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
  --pace F         the notes' random pauses times F: 1 as in the notes, 0 none
  --seed N         the same pauses again
  --chaos N        disturb the run at every event, by the seed N
  --lanes          show the run afterwards, a line for each process, thread or task
  --steps          show the run afterwards, a line for each event
  --timeline FILE  write the run as a page for the browser, FILE.html
  --trace FILE     write the run for Perfetto, FILE.json
  --runs N         run N times, and show the different orders that occurred
  --predict        ask for the order of five lines, then show the run
  --limit S        with one of these: end a run that takes longer than S seconds (60)
  --record FILE    write what happened to FILE, an event a line
  -h, --help       this text
";

const WATCHED_BY: &str = "watched-by";

/// What the command line said.
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) show: Show,
    pub(crate) help: bool,
    /// Who watches this run. Not in the help: only a watcher says it.
    pub(crate) watcher: Option<u32>,
    pub(crate) operands: Vec<String>,
}

/// What is to be shown of the run.
#[derive(Debug, Default)]
pub(crate) struct Show {
    pub(crate) lanes: bool,
    pub(crate) steps: bool,
    pub(crate) timeline: Option<PathBuf>,
    pub(crate) trace: Option<PathBuf>,
    pub(crate) runs: Option<u64>,
    pub(crate) predict: bool,
    pub(crate) limit: Option<Duration>,
}

impl Show {
    /// Whether the run has to be watched at all.
    pub(crate) fn is_asked_for(&self) -> bool {
        let to_files = self.timeline.is_some() || self.trace.is_some();
        self.lanes || self.steps || to_files || self.predict || self.runs.is_some()
    }
}

/// Reads the words of a command line.
pub(crate) fn read(
    mut words: lexopt::Parser,
    operands: Option<Operands>,
) -> Result<Options, lexopt::Error> {
    let settings = Settings {
        pace: 1.0,
        seed: None,
        chaos: None,
        record: None,
    };
    let mut options = Options {
        settings,
        show: Show::default(),
        help: false,
        watcher: None,
        operands: Vec::new(),
    };
    let (settings, show) = (&mut options.settings, &mut options.show);
    while let Some(word) = words.next()? {
        match word {
            Long("pace") => settings.pace = factor(&mut words, "--pace")?,
            Long("seed") => settings.seed = Some(number(&mut words, "--seed")?),
            Long("chaos") => settings.chaos = Some(number(&mut words, "--chaos")?),
            Long("record") => settings.record = Some(words.value()?.into()),
            Long("lanes") => show.lanes = true,
            Long("steps") => show.steps = true,
            Long("timeline") => show.timeline = Some(words.value()?.into()),
            Long("trace") => show.trace = Some(words.value()?.into()),
            Long("runs") => show.runs = Some(number(&mut words, "--runs")?),
            Long("predict") => show.predict = true,
            Long("limit") => {
                let seconds = factor(&mut words, "--limit")?;
                show.limit = Duration::try_from_secs_f64(seconds).ok();
            }
            Long(WATCHED_BY) => options.watcher = Some(words.value()?.parse()?),
            Short('h') | Long("help") => options.help = true,
            Value(word) if options.operands.len() < operands.map_or(0, |o| o.most) => {
                options.operands.push(word.string()?);
            }
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    check(&options)?;
    Ok(options)
}

/// What does not go together.
fn check(options: &Options) -> Result<(), lexopt::Error> {
    let show = &options.show;
    match show.runs {
        Some(0) => Err("--runs takes 1 or more".into()),
        Some(_) if show.predict => Err("--runs and --predict do not go together".into()),
        _ if show.limit.is_some() && !show.is_asked_for() => {
            Err("--limit is for a run that is shown: add --lanes, for instance".into())
        }
        _ => Ok(()),
    }
}

impl Options {
    /// The command line of the run itself, which writes its log to `log`.
    pub(crate) fn words_of_the_run(&self, log: &Path) -> Vec<OsString> {
        let settings = &self.settings;
        let mut words: Vec<OsString> = vec!["--pace".into(), settings.pace.to_string().into()];
        let mut add = |option: &str, value: Option<OsString>| {
            words.extend(
                value
                    .map(|value| [option.into(), value])
                    .into_iter()
                    .flatten(),
            );
        };
        let text = |number: u64| OsString::from(number.to_string());
        add("--seed", settings.seed.map(text));
        add("--chaos", settings.chaos.map(text));
        add("--record", Some(log.into()));
        add(&format!("--{WATCHED_BY}"), Some(text(common::pid().into())));
        words.push("--".into());
        words.extend(self.operands.iter().map(OsString::from));
        words
    }
}

fn factor(words: &mut lexopt::Parser, option: &str) -> Result<f64, lexopt::Error> {
    let word = words.value()?.string()?;
    match word.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor >= 0.0 => Ok(factor),
        _ => Err(lexopt::Error::from(format!(
            "{option} takes a number from 0 up, such as 0.5, and not '{word}'"
        ))),
    }
}

fn number(words: &mut lexopt::Parser, option: &str) -> Result<u64, lexopt::Error> {
    let word = words.value()?.string()?;
    word.parse().map_err(|_| {
        lexopt::Error::from(format!("{option} takes a whole number, and not '{word}'"))
    })
}
