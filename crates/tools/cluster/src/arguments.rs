//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
A scheduler and its workers, on one machine or many: no task that was accepted is lost

Usage: cluster COMMAND [OPTIONS]        (here: cargo run -p cluster -- COMMAND)

  scheduler                  keeps the tasks and lends them to workers
  worker                     does tasks until Ctrl-C
  submit KIND WORD...        hands tasks in, waits for them, and shows their results
  results BATCH              waits for a batch that was handed in before
  status                     tasks, workers, rate
  cancel BATCH | --task ID   tasks that are not wanted any more
  retry --task ID | --all    dead tasks (failed, or killed their workers, too often) once more
  forget BATCH               results that are not needed any more
  key FILE                   makes the key of a cluster of several machines

On this machine, in three terminals:
  cluster scheduler
  cluster worker
  cluster submit square 1 2 3

On three machines, one of them with the address 10.0.0.1:
  cluster key my.key                                    then copy my.key to the others
  cluster scheduler --at 10.0.0.1:7878 --key my.key     on the first
  cluster worker --at 10.0.0.1:7878 --key my.key        on the second
  cluster submit --at 10.0.0.1:7878 --key my.key primes 1000000      on the third

Without a key the scheduler listens to this machine alone. With it both sides prove that they
have it, and what is said is encrypted. With the key a peer can hand in any task of a known kind.

Everywhere:
  --at HOST:PORT        where the scheduler is; without, 127.0.0.1:7878
  --key FILE            the key, readable by its owner alone
  --give-up SECONDS     how long the scheduler may be away; without, 10, and forever for a worker
  --record LOG          writes what happens for `timeline show LOG`; appends, if other processes
                        of this machine write there, too
scheduler:
  --data FILE           where the queue is kept; without, cluster.db
  --volatile            keeps it in memory alone: it is gone with the scheduler
  --grace SECONDS       after Ctrl-C or SIGTERM, how long tasks may go on; without, 10. A second
                        one ends at once
  --keep HOURS          how long results are kept once their batch is over; without, 168
  --memory MIB          how much the waiting tasks may take; without, 1024
  --page 127.0.0.1:PORT shows the state in a browser on this machine
worker:
  --jobs N              how many tasks at a time; without, 1
  --ahead N             how many more wait here; without, as many as are done in 20 ms
  --grace SECONDS       as for the scheduler; without, 10
submit, results:
  --batch NUMBER        submit: the batch. The same one twice adds no task twice
  --detach              submit: does not wait
  --limit SECONDS       how long to wait for the results; without, until they are there
  --out FILE            where a picture goes
  --json                results, status: for programs, one line each

Kinds:
";

/// What every command needs.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) at: Option<String>,
    pub(crate) key: Option<PathBuf>,
    pub(crate) give_up: Option<Duration>,
    pub(crate) record: Option<PathBuf>,
}

/// The command, and its own options.
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
    /// Without, in memory.
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

/// Which commands take which options beside the common ones.
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
    own.contains(&option) || ["at", "key", "give-up", "record"].contains(&option)
}

pub(crate) fn read(mut words: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let command = match words.next()? {
        Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(word)) => word.string()?,
        Some(other) => return Err(other.unexpected()),
        None => return Err("there is no command".into()),
    };
    let mut given = Given::default();
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long(option) if !takes(&command, option) => {
                return Err(format!("{command} takes no --{option}").into());
            }
            Long(option) => {
                let option = option.to_owned();
                given.set(&option, &mut words)?;
            }
            Value(word) => given.words.push(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    given.command(&command)
}

fn seconds(words: &mut lexopt::Parser, unit: f64) -> Result<Duration, lexopt::Error> {
    let number: f64 = words.value()?.parse()?;
    Duration::try_from_secs_f64(number * unit)
        .map_err(|error| format!("'{number}' is no time: {error}").into())
}

impl Given {
    fn set(&mut self, option: &str, words: &mut lexopt::Parser) -> Result<(), lexopt::Error> {
        match option {
            "at" => self.common.at = Some(words.value()?.string()?),
            "key" => self.common.key = Some(words.value()?.into()),
            "give-up" => self.common.give_up = Some(seconds(words, 1.0)?),
            "record" => self.common.record = Some(words.value()?.into()),
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
            "scheduler" => Command::Scheduler(common, self.service(grace)?),
            "worker" => {
                let (jobs, ahead) = (self.jobs.unwrap_or(1), self.ahead);
                if jobs == 0 || jobs > 256 || ahead > Some(4096) {
                    return Err("--jobs is from 1 to 256, and --ahead up to 4096".into());
                }
                Command::Worker(common, Jobs { jobs, ahead, grace })
            }
            "submit" => {
                let kind = self.word("KIND")?;
                let submit = Submit {
                    kind,
                    words: std::mem::take(&mut self.words),
                    batch: self.batch,
                    detach: self.detach,
                };
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

    fn service(&self, grace: Duration) -> Result<Service, lexopt::Error> {
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
