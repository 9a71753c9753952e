//! The options that all lessons share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::Settings;
use lexopt::prelude::*;

use crate::save::is_one_file;

/// The operands of a lesson that takes some, such as addresses: the words after its options.
#[derive(Debug, Clone, Copy)]
pub struct Operands {
    /// Their name in the help, such as `URL...`.
    pub name: &'static str,
    /// The text in the help: what they are for, and the default without them.
    pub help: &'static str,
    /// The largest number of them that is accepted.
    pub most: usize,
}

/// The options in the help.
pub(crate) const OPTIONS: &str = "  \
  --pace F         the notes' random pauses times F: 1 as in the notes, 0 none
  --seed N         the same pauses again
  --chaos N        disturb the run at events chosen by the seed N
  --lanes          show the run afterwards, a line for each process, thread or task
  --steps          show the run afterwards, a line for each event
  --timeline FILE  write the run as a page for the browser, FILE.html
  --trace FILE     write the run for Perfetto, FILE.json
  --detail         with one of these: show inner parts too, such as the locks of a queue
  --runs N         run N times, and show the different orders that occurred
  --predict        ask for the order of five lines, then show the run
  --limit S        with one of these: end a run that takes longer than S seconds (60)
  --record FILE    write what happened to FILE, an event a line
  -h, --help       this text
";

/// Options that a watcher passes to its keeper and its run. Not in the help: only programs use them.
const WATCHED_BY: &str = "watched-by";
const KEEP: &str = "keep";
const UNBLOCK: &str = "unblock";

/// What a watcher passes to its keeper, and the keeper to the run.
#[derive(Debug, Default)]
pub(crate) struct Watching {
    /// The pid of the process that passes it.
    pub(crate) watcher: Option<u32>,
    /// The signals that the watcher has blocked and that the run must not inherit as blocked.
    pub(crate) unblock: Vec<i32>,
    /// For the keeper alone: the file for its report, and the time limit.
    pub(crate) keep: Option<(PathBuf, Duration)>,
}

/// The command line, parsed.
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) show: Show,
    pub(crate) help: bool,
    pub(crate) watching: Watching,
    pub(crate) operands: Vec<String>,
}

/// What to show of the run.
#[derive(Debug, Default)]
pub(crate) struct Show {
    pub(crate) lanes: bool,
    pub(crate) steps: bool,
    pub(crate) timeline: Option<PathBuf>,
    pub(crate) trace: Option<PathBuf>,
    pub(crate) runs: Option<u64>,
    pub(crate) predict: bool,
    pub(crate) detail: bool,
    pub(crate) limit: Option<Duration>,
}

impl Show {
    /// Returns whether the run has to be watched at all.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.is_drawn() || self.runs.is_some()
    }

    /// Returns whether a picture of the run is asked for.
    fn is_drawn(&self) -> bool {
        let to_files = self.timeline.is_some() || self.trace.is_some();
        self.lanes || self.steps || to_files || self.predict
    }
}

/// Parses the command line.
pub(crate) fn read(
    mut words: lexopt::Parser,
    operands: Option<Operands>,
) -> Result<Options, lexopt::Error> {
    let mut options = Options::new();
    let (settings, show) = (&mut options.settings, &mut options.show);
    let watching = &mut options.watching;
    let (mut pace, mut keep) = (None, None);
    while let Some(word) = words.next()? {
        match word {
            Long("pace") => once(&mut pace, factor(&mut words, "--pace")?, "--pace")?,
            Long("seed") => number(&mut settings.seed, &mut words, "--seed")?,
            Long("chaos") => number(&mut settings.chaos, &mut words, "--chaos")?,
            Long("record") => file(&mut settings.record, &mut words, "--record")?,
            Long("lanes") => show.lanes = true,
            Long("steps") => show.steps = true,
            Long("timeline") => file(&mut show.timeline, &mut words, "--timeline")?,
            Long("trace") => file(&mut show.trace, &mut words, "--trace")?,
            Long("detail") => show.detail = true,
            Long("runs") => number(&mut show.runs, &mut words, "--runs")?,
            Long("predict") => show.predict = true,
            Long("limit") => {
                let seconds = factor(&mut words, "--limit")?;
                let limit = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
                once(&mut show.limit, limit, "--limit")?;
            }
            Long(WATCHED_BY) => watching.watcher = Some(words.value()?.parse()?),
            Long(UNBLOCK) => watching.unblock.push(words.value()?.parse()?),
            Long(KEEP) => keep = Some(PathBuf::from(words.value()?)),
            Short('h') | Long("help") => options.help = true,
            Value(word) if options.operands.len() < operands.map_or(0, |o| o.most) => {
                options.operands.push(word.string()?);
            }
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    settings.pace = pace.unwrap_or(settings.pace);
    if let Some(report) = keep {
        watching.keep = Some((report, show.limit.take().unwrap_or(Duration::MAX)));
    }
    check(&options)?;
    Ok(options)
}

/// Checks for options that exclude each other.
fn check(options: &Options) -> Result<(), lexopt::Error> {
    let (show, record) = (&options.show, options.settings.record.as_deref());
    if show.limit.is_some() && !show.is_asked_for() {
        return Err("--limit is for a run that is shown: add --lanes, for instance".into());
    }
    if show.detail && !show.is_drawn() {
        return Err("--detail is for a run that is shown: add --lanes, for instance".into());
    }
    let for_one_run = [
        ("--lanes", show.lanes),
        ("--steps", show.steps),
        ("--timeline", show.timeline.is_some()),
        ("--trace", show.trace.is_some()),
        ("--predict", show.predict),
        ("--record", record.is_some()),
    ];
    match (
        show.runs,
        for_one_run.iter().find(|(_, is_given)| *is_given),
    ) {
        (Some(0), _) => return Err("--runs takes 1 or more".into()),
        (Some(_), Some((option, _))) => {
            let problem =
                format!("--runs and {option} do not go together: {option} is for one run");
            return Err(problem.into());
        }
        _ => {}
    }
    check_files([
        ("--timeline", show.timeline.as_deref()),
        ("--trace", show.trace.as_deref()),
        ("--record", record),
    ])
}

/// Checks that no two options name the same file.
fn check_files(files: [(&str, Option<&Path>); 3]) -> Result<(), lexopt::Error> {
    for (index, (one, path)) in files.iter().enumerate() {
        let is_same = |(_, other): &&(&str, Option<&Path>)| {
            path.zip(*other)
                .is_some_and(|(path, other)| is_one_file(path, other))
        };
        if let Some((other, _)) = files[index + 1..].iter().find(is_same) {
            return Err(format!("{one} and {other} cannot be the same FILE").into());
        }
    }
    Ok(())
}

impl Options {
    /// The options of an empty command line.
    fn new() -> Self {
        let settings = Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record: None,
        };
        Self {
            settings,
            show: Show::default(),
            help: false,
            watching: Watching::default(),
            operands: Vec::new(),
        }
    }

    /// The command line for the run itself or for its keeper, which writes its log to `log`.
    pub(crate) fn words_of_the_run(&self, log: &Path, watching: &Watching) -> Vec<OsString> {
        let settings = &self.settings;
        let mut words: Vec<OsString> = vec!["--pace".into(), settings.pace.to_string().into()];
        let mut add = |option: &str, value: Option<OsString>| {
            words.extend(value.into_iter().flat_map(|value| [option.into(), value]));
        };
        let text = |number: u64| OsString::from(number.to_string());
        add("--seed", settings.seed.map(text));
        add("--chaos", settings.chaos.map(text));
        add("--record", Some(log.into()));
        let watcher = watching.watcher.map(|watcher| text(watcher.into()));
        add(&format!("--{WATCHED_BY}"), watcher);
        for signal in &watching.unblock {
            add(&format!("--{UNBLOCK}"), Some(signal.to_string().into()));
        }
        if let Some((report, limit)) = &watching.keep {
            add(&format!("--{KEEP}"), Some(report.into()));
            add("--limit", Some(limit.as_secs_f64().to_string().into()));
        }
        words.push("--".into());
        words.extend(self.operands.iter().map(OsString::from));
        words
    }
}

/// Parses the FILE of an option. An empty one is refused: most likely it is an unset variable of the shell.
fn file(
    known: &mut Option<PathBuf>,
    words: &mut lexopt::Parser,
    option: &str,
) -> Result<(), lexopt::Error> {
    let path = PathBuf::from(words.value()?);
    match path.as_os_str().is_empty() {
        true => Err(format!("{option} takes a FILE, and not ''").into()),
        false => once(known, path, option),
    }
}

/// Sets the value of an option. A second one is refused: the first would be ignored without a word.
fn once<T>(known: &mut Option<T>, value: T, option: &str) -> Result<(), lexopt::Error> {
    match known.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{option} is given twice: it takes one value").into()),
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

fn number(
    known: &mut Option<u64>,
    words: &mut lexopt::Parser,
    option: &str,
) -> Result<(), lexopt::Error> {
    let word = words.value()?.string()?;
    let number = word.parse().map_err(|_| {
        lexopt::Error::from(format!("{option} takes a whole number, and not '{word}'"))
    })?;
    once(known, number, option)
}
