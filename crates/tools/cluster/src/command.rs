//! What each command does.

mod serve;
mod session;
mod show;

use common::say;
use scheduler::TaskId;
use scheduler::wire::{FromScheduler, Role, ToScheduler};

use crate::arguments::{Command, Common, Jobs, Output, Submit};
use crate::client::Client;
use crate::collection::{Collection, unknown};
use crate::help::HELP;
use crate::key::Key;
use crate::kinds::Kinds;
use crate::progress::Progress;
use crate::submission::Submission;
use crate::{signals, worker};
use session::{begin, client, target};

/// How many dead tasks are tried again at a time, so that others are served in between.
const MOST_RETRIED: usize = 1000;

/// Runs a command. Returns false if it ran and a task had failed.
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
            return results(&mut client(&common)?, batch, 0, &output, &kinds);
        }
        Command::Status(common, json) => show::status(&client(&common)?.overview()?, json)?,
        Command::CancelBatch(common, batch) => {
            cancel(&mut client(&common)?, batch)?;
        }
        Command::CancelTask(common, id) => {
            let id = TaskId(id);
            let answer = client(&common)?.task(ToScheduler::Cancel { id })?;
            print_answer(&answer)?;
        }
        Command::Retry(common, id) => {
            let id = TaskId(id);
            let answer = client(&common)?.task(ToScheduler::Retry { id })?;
            print_answer(&answer)?;
        }
        Command::RetryAll(common) => {
            let count = retry_all(&mut client(&common)?)?;
            say!("{count} dead tasks are queued again");
        }
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

/// A random number for a new batch, short enough to be typed.
pub(crate) fn new_batch() -> u64 {
    common::random_number() >> 16
}

fn submit(common: &Common, given: Submit, output: &Output, kinds: &Kinds) -> Result<bool, String> {
    if output.out.is_some() {
        kinds.makes_file(&given.kind)?;
    }
    let bodies = kinds.split(&given.kind, &given.words)?;
    let count = bodies.len() as u64;
    let batch = given.batch.unwrap_or_else(new_batch);
    let mut client = client(common)?;
    let mut tasks = Submission::new(batch, &given.kind, &bodies)?;
    if given.batch.is_some() {
        tasks = compare(&mut client, tasks)?.handing_in();
    }
    // The batch has to be known if this is ended meanwhile.
    let mut progress = Progress::new(format!("tasks of batch {batch} accepted"));
    client.submit(&mut tasks, |done, all| progress.is_at(done, all))?;
    drop(progress);
    match (output.json, given.detach) {
        (true, true) => say!("{{\"batch\":{batch},\"tasks\":{count}}}"),
        (true, false) => {}
        (false, _) => say!("Batch {batch}: {count} tasks accepted"),
    }
    match given.detach || count == 0 {
        true => Ok(true),
        false => results(&mut client, batch, count, output, kinds),
    }
}

/// Compares the tasks with those of the batch first, so that nothing is added to a batch of other tasks.
/// Those need not be the first ones: a short task may have found room after a long one found none.
fn compare<'a>(client: &mut Client, mut tasks: Submission<'a>) -> Result<Submission<'a>, String> {
    let batch = tasks.batch();
    let has = client.batch(ToScheduler::Batch { batch })?.tasks;
    if has > 0 {
        tasks = tasks.comparing();
        client.submit(&mut tasks, |_, _| {})?;
        let same = tasks.accepted();
        if same < has {
            return Err(format!(
                "batch {batch} has {has} tasks, and {same} of them are among these: give these a \
                 batch of their own, or see `cluster results {batch}`"
            ));
        }
    }
    Ok(tasks)
}

/// Waits for a batch and shows its results. This client has handed in `accepted` of its tasks.
fn results(
    client: &mut Client,
    batch: u64,
    accepted: u64,
    output: &Output,
    kinds: &Kinds,
) -> Result<bool, String> {
    let mut all = Collection::new(batch, None, accepted);
    let mut progress = Progress::new(format!("tasks of batch {batch} ended"));
    let mut none = Submission::new(batch, "", &[])?;
    client.collect(&mut none, &mut all, output.limit, |ended, all| {
        progress.is_at(ended, all)
    })?;
    drop(progress);
    let missing = all.missing();
    let are_done = show::results(batch, all, output, kinds)?;
    missing.map_or(Ok(are_done), Err)
}

fn print_answer(answer: &FromScheduler) -> Result<(), String> {
    match answer {
        FromScheduler::Accepted { id, .. } => say!("Task {id} is queued"),
        FromScheduler::Finished { id, outcome: Ok(_) } => say!("Task {id} is done"),
        FromScheduler::Finished {
            id,
            outcome: Err(why),
        } => common::write_long_line(&format!("Task {id} has ended: {}", common::clean(why))),
        FromScheduler::Unknown { id } => return Err(format!("there is no task {id}")),
        _ => {}
    }
    Ok(())
}

/// Has all dead tasks tried again. Returns how many are queued.
fn retry_all(client: &mut Client) -> Result<usize, String> {
    let (mut since, mut count) = (TaskId(0), 0);
    loop {
        let dead = client.dead(since)?;
        let Some((last, _)) = dead.last() else {
            break;
        };
        since = TaskId(last.0 + 1);
        let ids: Vec<TaskId> = dead.into_iter().map(|(id, _)| id).collect();
        for some in ids.chunks(MOST_RETRIED) {
            count += client.retry(some)?;
        }
    }
    Ok(count)
}

/// Cancels a batch, some tasks at a time, so that no other client waits for all of them.
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use scheduler::task;

    use super::*;
    use crate::line_error::LineError;
    use crate::peer::{ConnectError, PeerLine, Target};
    use crate::wire::{FromCluster, ToCluster};

    /// A scheduler with this many dead tasks, which notes how many messages each send had.
    struct Fake {
        dead: u64,
        sent: Mutex<Vec<usize>>,
        answers: Mutex<Vec<FromCluster>>,
    }

    impl Fake {
        fn answer(&self, message: &ToCluster) -> Option<FromScheduler> {
            match message {
                ToCluster::Machine(ToScheduler::Dead { since }) => Some(FromScheduler::Dead {
                    tasks: (since.0..self.dead)
                        .map(|id| (TaskId(id), String::new()))
                        .collect(),
                }),
                // Another client was faster.
                ToCluster::Machine(ToScheduler::Retry { id: TaskId(7) }) => {
                    let (id, outcome) = (TaskId(7), Ok(Vec::new()));
                    Some(FromScheduler::Finished { id, outcome })
                }
                ToCluster::Machine(ToScheduler::Retry { id }) => Some(FromScheduler::Accepted {
                    id: *id,
                    key: task::Key { batch: 1, index: 0 },
                }),
                _ => None,
            }
        }
    }

    impl PeerLine for Fake {
        fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
            self.sent.lock().unwrap().push(messages.len());
            let answers = messages.iter().filter_map(|it| self.answer(it));
            let mut all = self.answers.lock().unwrap();
            all.extend(answers.map(FromCluster::Machine));
            Ok(())
        }

        fn send_unnoted(&self, _: &ToCluster) -> Result<(), LineError> {
            Ok(())
        }

        fn recv(&self, _: Duration) -> Result<Vec<FromCluster>, LineError> {
            Ok(std::mem::take(&mut *self.answers.lock().unwrap()))
        }

        fn close(&self) {}

        fn finish(&self) {}
    }

    struct Place(Arc<Fake>);

    impl Target for Place {
        fn address(&self) -> &'static str {
            "nowhere"
        }

        fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
            Ok(Arc::clone(&self.0) as Arc<dyn PeerLine>)
        }
    }

    #[test]
    fn dead_tasks_are_tried_again_a_thousand_at_a_time() {
        let fake = Arc::new(Fake {
            dead: 2500,
            sent: Mutex::default(),
            answers: Mutex::default(),
        });
        let place = Arc::new(Place(Arc::clone(&fake)));
        let mut client = Client::connect(place, Duration::ZERO).unwrap();
        assert_eq!(retry_all(&mut client), Ok(2499));
        // Before and after them, the client asks which tasks are dead.
        assert_eq!(*fake.sent.lock().unwrap(), [1, 1000, 1000, 500, 1]);
    }
}
