//! The command line.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;

/// The options that all commands but `key` take.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) at: Option<String>,
    pub(crate) key: Option<PathBuf>,
    pub(crate) give_up: Option<Duration>,
    pub(crate) record: Option<PathBuf>,
    pub(crate) broker: Option<String>,
    pub(crate) queues: Option<String>,
    pub(crate) ca: Option<PathBuf>,
}

/// The command, with its own options.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Key(PathBuf),
    Scheduler(Common, Service),
    Worker(Common, Jobs),
    Submit(Common, Submit, Output),
    Results(Common, u64, Output),
    Status(Common, bool),
    CancelBatch(Common, u64),
    CancelTask(Common, u64),
    Retry(Common, u64),
    RetryAll(Common),
    Forget(Common, u64),
}

#[derive(Debug)]
pub(crate) struct Service {
    /// The database; `None` to keep all in memory.
    pub(crate) data: Option<PathBuf>,
    pub(crate) grace: Duration,
    pub(crate) keep: Duration,
    pub(crate) memory: usize,
    pub(crate) page: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Jobs {
    pub(crate) jobs: u32,
    pub(crate) ahead: Option<u32>,
    pub(crate) grace: Duration,
}

#[derive(Debug)]
pub(crate) struct Submit {
    pub(crate) kind: String,
    pub(crate) words: Vec<String>,
    pub(crate) batch: Option<u64>,
    pub(crate) detach: bool,
}

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) limit: Option<Duration>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) json: bool,
}

/// All options, as they were given.
#[derive(Default)]
struct Given {
    common: Common,
    words: Vec<String>,
    data: Option<PathBuf>,
    volatile: bool,
    grace: Option<Duration>,
    keep: Option<Duration>,
    memory: Option<usize>,
    page: Option<String>,
    jobs: Option<u32>,
    ahead: Option<u32>,
    batch: Option<u64>,
    detach: bool,
    limit: Option<Duration>,
    out: Option<PathBuf>,
    json: bool,
    task: Option<u64>,
    all: bool,
}

/// Whether a command takes this option: a common one, or one of its own.
fn takes(command: &str, option: &str) -> bool {
    let own: &[&str] = match command {
        "scheduler" => &["data", "volatile", "grace", "keep", "memory", "page"],
        "worker" => &["jobs", "ahead", "grace"],
        "submit" => &["batch", "detach", "limit", "out", "json"],
        "results" => &["limit", "out", "json"],
        "status" => &["json"],
        "cancel" => &["task"],
        "retry" => &["task", "all"],
        "key" => return false,
        _ => &[],
    };
    own.contains(&option)
        || ["at", "key", "broker", "queues", "ca", "give-up", "record"].contains(&option)
}

pub(crate) fn read(mut words: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let command = match words.next()? {
        Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(word)) => word.string()?,
        Some(other) => return Err(other.unexpected()),
        None => return Err("there is no command".into()),
    };
    let (mut given, mut seen) = (Given::default(), BTreeSet::new());
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long(option) if !takes(&command, option) => {
                return Err(format!("{command} takes no --{option}").into());
            }
            Long(option) => {
                let option = option.to_owned();
                given.set(&option, &mut words)?;
                if !seen.insert(option.clone()) {
                    return Err(format!("--{option} is given twice").into());
                }
            }
            Value(word) => given.words.push(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    given.common.check()?;
    given.command(&command)
}

fn seconds(words: &mut lexopt::Parser, unit: f64) -> Result<Duration, lexopt::Error> {
    let number: f64 = words.value()?.parse()?;
    Duration::try_from_secs_f64(number * unit)
        .map_err(|error| format!("'{number}' is no time: {error}").into())
}

impl Common {
    /// Checks the options for where the tasks are.
    fn check(&self) -> Result<(), lexopt::Error> {
        match (&self.broker, &self.at, &self.queues) {
            (Some(_), Some(_), _) => Err("--broker and --at are two places: give one".into()),
            (None, _, Some(_)) => Err("--queues needs a --broker".into()),
            (None, ..) if self.ca.is_some() => Err("--ca needs a --broker".into()),
            (Some(_), ..) if !cfg!(feature = "rabbitmq") => Err(
                "this program is built without --broker: `cargo run -p cluster --features rabbitmq`"
                    .into(),
            ),
            _ => Ok(()),
        }
    }
}

impl Given {
    fn set(&mut self, option: &str, words: &mut lexopt::Parser) -> Result<(), lexopt::Error> {
        match option {
            "at" => self.common.at = Some(words.value()?.string()?),
            "key" => self.common.key = Some(words.value()?.into()),
            "give-up" => self.common.give_up = Some(seconds(words, 1.0)?),
            "record" => self.common.record = Some(words.value()?.into()),
            "broker" => self.common.broker = Some(words.value()?.string()?),
            "queues" => self.common.queues = Some(words.value()?.string()?),
            "ca" => self.common.ca = Some(words.value()?.into()),
            "data" => self.data = Some(words.value()?.into()),
            "volatile" => self.volatile = true,
            "grace" => self.grace = Some(seconds(words, 1.0)?),
            "keep" => self.keep = Some(seconds(words, 3600.0)?),
            "memory" => self.memory = Some(words.value()?.parse()?),
            "page" => self.page = Some(words.value()?.string()?),
            "jobs" => self.jobs = Some(words.value()?.parse()?),
            "ahead" => self.ahead = Some(words.value()?.parse()?),
            "batch" => self.batch = Some(words.value()?.parse()?),
            "detach" => self.detach = true,
            "limit" => self.limit = Some(seconds(words, 1.0)?),
            "out" => self.out = Some(words.value()?.into()),
            "json" => self.json = true,
            "task" => self.task = Some(words.value()?.parse()?),
            _ => self.all = true,
        }
        Ok(())
    }

    fn command(mut self, command: &str) -> Result<Command, lexopt::Error> {
        let common = std::mem::take(&mut self.common);
        let grace = self.grace.unwrap_or(Duration::from_secs(10));
        let command = match command {
            "key" => Command::Key(self.word("FILE")?.into()),
            "scheduler" => {
                let service = self.service(grace, &common)?;
                Command::Scheduler(common, service)
            }
            "worker" => {
                let (jobs, ahead) = (self.jobs.unwrap_or(1), self.ahead);
                if jobs == 0 || jobs > 256 || ahead > Some(4096) {
                    return Err("--jobs is from 1 to 256, and --ahead up to 4096".into());
                }
                Command::Worker(common, Jobs { jobs, ahead, grace })
            }
            "submit" => {
                let submit = self.submit()?;
                Command::Submit(common, submit, self.output())
            }
            "results" => Command::Results(common, self.number("BATCH")?, self.output()),
            "status" => Command::Status(common, self.json),
            "cancel" => match self.task {
                Some(task) => Command::CancelTask(common, task),
                None => Command::CancelBatch(common, self.number("BATCH")?),
            },
            "retry" => match (self.task, self.all) {
                (Some(task), false) => Command::Retry(common, task),
                (None, true) => Command::RetryAll(common),
                _ => return Err("retry takes either --task ID or --all".into()),
            },
            "forget" => Command::Forget(common, self.number("BATCH")?),
            other => return Err(format!("there is no command '{other}'").into()),
        };
        match self.words.first() {
            Some(word) => Err(format!("there is a word too many: '{word}'").into()),
            None => Ok(command),
        }
    }

    fn submit(&mut self) -> Result<Submit, lexopt::Error> {
        let kind = self.word("KIND")?;
        if self.detach && (self.limit.is_some() || self.out.is_some()) {
            return Err("--detach waits for no result, so it takes no --limit and no --out".into());
        }
        Ok(Submit {
            kind,
            words: std::mem::take(&mut self.words),
            batch: self.batch,
            detach: self.detach,
        })
    }

    fn service(&self, grace: Duration, common: &Common) -> Result<Service, lexopt::Error> {
        let has_broker = common.broker.is_some();
        if common.give_up.is_some() && !has_broker {
            let why = "--give-up is for a scheduler with --broker: another one waits for no peer";
            return Err(why.into());
        }
        let is_ignored = self.data.is_some() || self.volatile || self.page.is_some();
        if has_broker && (is_ignored || self.grace.is_some()) {
            let why = "with --broker the tasks are RabbitMQ's: there is no --data, --volatile, --page or --grace";
            return Err(why.into());
        }
        if self.memory == Some(0) {
            return Err("--memory is 1 at least".into());
        }
        let week = Duration::from_secs(7 * 24 * 3600);
        let data = match (self.volatile, &self.data) {
            (true, Some(_)) => return Err("--volatile keeps nothing in --data".into()),
            (true, None) => None,
            (false, data) => Some(data.clone().unwrap_or_else(|| "cluster.db".into())),
        };
        Ok(Service {
            data,
            grace,
            keep: self.keep.unwrap_or(week),
            memory: self.memory.unwrap_or(1024).saturating_mul(1 << 20),
            page: self.page.clone(),
        })
    }

    fn output(&mut self) -> Output {
        Output {
            limit: self.limit,
            out: self.out.take(),
            json: self.json,
        }
    }

    fn word(&mut self, name: &str) -> Result<String, lexopt::Error> {
        if self.words.is_empty() {
            return Err(format!("there is no {name}").into());
        }
        Ok(self.words.remove(0))
    }

    fn number(&mut self, name: &str) -> Result<u64, lexopt::Error> {
        let word = self.word(name)?;
        let wrong = |_| format!("'{word}' is no {name}, which is a number").into();
        word.parse().map_err(wrong)
    }
}
