//! What each command does.

mod serve;
mod session;
mod show;

use std::hash::{BuildHasher, Hasher, RandomState};

use common::say;
use scheduler::TaskId;
use scheduler::wire::{FromScheduler, Role, ToScheduler};

use crate::arguments::{Command, Common, Jobs, Output, Submit};
use crate::client::Client;
use crate::collecting::{Collecting, unknown};
use crate::help::HELP;
use crate::key::Key;
use crate::kinds::Kinds;
use crate::progress::Progress;
use crate::submission::Submission;
use crate::{signals, worker};
use session::{begin, client, target};

/// Whether all went well: a task that failed is no error of the command.
pub(crate) fn obey(command: Command, kinds: Kinds) -> Result<bool, String> {
    match command {
        Command::Help => {
            let text = format!("{HELP}{}", kinds.help());
            common::print_text(&text).map_err(|error| error.to_string())?;
        }
        Command::Key(path) => {
            Key::create(&path)?;
            let path = path.display();
            say!("{path} is a new key: copy it to each machine of the cluster, and keep it secret");
        }
        Command::Scheduler(common, service) => serve::serve(&common, &service)?,
        Command::Worker(common, jobs) => work(&common, &jobs, kinds)?,
        Command::Submit(common, given, output) => return submit(&common, given, &output, &kinds),
        Command::Results(common, batch, output) => {
            return results(&mut client(&common)?, batch, None, &output, &kinds);
        }
        Command::Status(common, json) => show::status(&client(&common)?.overview()?, json)?,
        Command::CancelBatch(common, batch) => {
            cancel(&mut client(&common)?, batch)?;
        }
        Command::CancelTask(common, id) => {
            let id = TaskId(id);
            let answer = client(&common)?.task(ToScheduler::Cancel { id })?;
            tell_of_task(&answer)?;
        }
        Command::Retry(common, id) => {
            let id = TaskId(id);
            let answer = client(&common)?.task(ToScheduler::Retry { id })?;
            tell_of_task(&answer)?;
        }
        Command::RetryAll(common) => retry_all(&mut client(&common)?)?,
        Command::Forget(common, batch) => forget(&mut client(&common)?, batch)?,
    }
    Ok(true)
}

fn work(common: &Common, given: &Jobs, kinds: Kinds) -> Result<(), String> {
    let signals = signals::count().map_err(|error| error.to_string())?;
    begin("worker", common)?;
    let settings = worker::Settings {
        jobs: given.jobs,
        ahead: given.ahead,
        patience: common.give_up,
        grace: given.grace,
    };
    worker::work(&target(common, Role::Worker)?, kinds, settings, signals)
}

/// A number that no other batch has. Short enough to be typed.
pub(crate) fn new_batch() -> u64 {
    RandomState::new().build_hasher().finish() >> 16
}

fn submit(common: &Common, given: Submit, output: &Output, kinds: &Kinds) -> Result<bool, String> {
    let bodies = kinds.split(&given.kind, &given.words)?;
    let count = bodies.len() as u64;
    let batch = given.batch.unwrap_or_else(new_batch);
    let mut client = client(common)?;
    if given.batch.is_some() {
        compare(&mut client, batch, &given.kind, &bodies)?;
    }
    let mut progress = Progress::new("tasks accepted", count);
    let tasks = Submission::new(batch, &given.kind, &bodies)?;
    client.submit(tasks, |done| progress.is_at(done as u64))?;
    drop(progress);
    if !output.json {
        say!("Batch {batch}: {count} tasks accepted");
    }
    match given.detach || count == 0 {
        true => Ok(true),
        false => results(&mut client, batch, Some(count), output, kinds),
    }
}

/// What was handed in before is compared first, so that nothing is added to a batch of other tasks.
fn compare(client: &mut Client, batch: u64, kind: &str, bodies: &[Vec<u8>]) -> Result<(), String> {
    let (has, count) = (
        client.batch(ToScheduler::Batch { batch })?.tasks,
        bodies.len(),
    );
    let known = usize::try_from(has).unwrap_or(usize::MAX).min(count);
    client.submit(Submission::new(batch, kind, &bodies[..known])?, |_| {})?;
    match has > count as u64 {
        false => Ok(()),
        true => Err(format!(
            "batch {batch} has {has} tasks, and these are the first {count} of them: give these a \
             batch of their own, or see `cluster results {batch}`"
        )),
    }
}

fn results(
    client: &mut Client,
    batch: u64,
    accepted: Option<u64>,
    output: &Output,
    kinds: &Kinds,
) -> Result<bool, String> {
    let mut collecting = Collecting::begin(client, batch, accepted)?;
    let mut progress = Progress::new("tasks ended", collecting.tasks);
    collecting.wait(client, output.limit, |ended| progress.is_at(ended))?;
    drop(progress);
    show::results(batch, collecting, output, kinds)
}

fn tell_of_task(answer: &FromScheduler) -> Result<(), String> {
    match answer {
        FromScheduler::Accepted { id, .. } => say!("Task {id} is queued"),
        FromScheduler::Finished { id, outcome: Ok(_) } => say!("Task {id} is done"),
        FromScheduler::Finished {
            id,
            outcome: Err(why),
        } => common::write_long_line(&format!("Task {id} has ended: {why}")),
        FromScheduler::Unknown { id } => return Err(format!("there is no task {id}")),
        _ => {}
    }
    Ok(())
}

fn retry_all(client: &mut Client) -> Result<(), String> {
    let (mut since, mut count) = (TaskId(0), 0);
    loop {
        let dead = client.dead(since)?;
        let Some((last, _)) = dead.last() else {
            break;
        };
        since = TaskId(last.0 + 1);
        for (id, _) in dead {
            client.task(ToScheduler::Retry { id })?;
            count += 1;
        }
    }
    say!("{count} dead tasks are queued again");
    Ok(())
}

/// A large batch is cancelled some tasks at a time, so that no other client waits for all of them.
fn cancel(client: &mut Client, batch: u64) -> Result<(), String> {
    loop {
        let known = client.batch(ToScheduler::CancelBatch { batch })?;
        if known.tasks == 0 {
            return Err(unknown(batch));
        }
        if known.ended == known.tasks {
            say!("Batch {batch}: no task of {} is open any more", known.tasks);
            return Ok(());
        }
    }
}

fn forget(client: &mut Client, batch: u64) -> Result<(), String> {
    let before = client.batch(ToScheduler::Batch { batch })?;
    if before.tasks == 0 {
        return Err(unknown(batch));
    }
    let after = client.batch(ToScheduler::Forget { batch })?;
    if after.tasks > 0 {
        let open = after.tasks - after.ended;
        return Err(format!(
            "batch {batch} has {open} open tasks: cancel it, or wait for them"
        ));
    }
    say!("Batch {batch}: {} tasks are forgotten", before.tasks);
    Ok(())
}
