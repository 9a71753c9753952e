use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use lesson_test::Folder;
use scheduler::TaskId;
use scheduler::machine::{Effect, Event, Peer, Rules};
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::*;

const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);

fn task(id: u64, batch: u64) -> [Record; 2] {
    let (kind, body, index) = ("square".to_owned(), vec![7; 8], u32::try_from(id % 5000));
    let index = index.unwrap();
    let (key, call, id) = (Key { batch, index }, Call { kind, body }, TaskId(id));
    let end = End::Done(Box::default());
    [
        Record::Accepted { id, key, call },
        Record::Ended { id, end },
    ]
}

fn forgotten(batch: u64, tasks: Range<u64>, next: u64) -> Record {
    let (tasks, next) = (tasks.map(TaskId).collect(), TaskId(next));
    Record::Forgotten { batch, tasks, next }
}

fn rows(store: &Store, table: &str) -> u64 {
    let query = format!("SELECT count(*) FROM {table}");
    let count: i64 = store
        .database
        .query_row(&query, [], |row| row.get(0))
        .unwrap();
    count.cast_unsigned()
}

fn open(path: &Path) -> Store {
    Store::open(path, &mut Machine::new(Rules::default())).unwrap()
}

/// How many ended tasks a new scheduler restores.
fn restored(store: &Store) -> u64 {
    let mut machine = Machine::new(Rules::default());
    store.read(&mut machine).unwrap();
    machine.status().ended
}

#[test]
fn how_long_a_batch_has_been_over_goes_on_while_there_is_no_scheduler() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let store = open(&path);
    store.keep(&[task(0, 1), task(1, 2)].concat()).unwrap();
    let hour = "UPDATE result SET at = at - 3600 WHERE task = 0";
    store.database.execute_batch(hour).unwrap();
    // What is forgotten in the first hour, and in the second.
    let begin = || {
        let mut machine = Machine::new(Rules {
            keep: Some(3 * HOUR),
            ..Rules::default()
        });
        store.read(&mut machine).unwrap();
        let mut until = |limit| machine.step(limit, Event::Tick);
        let _waits = until(Duration::ZERO);
        [until(HOUR - SECOND), until(2 * HOUR)]
    };
    let forgotten = vec![Effect::Keep(forgotten(1, 0..1, 2))];
    assert_eq!(begin(), [vec![], forgotten.clone()]);
    // By a clock that began in 1970.
    let set = "UPDATE result SET at = 7";
    store.database.execute_batch(set).unwrap();
    assert_eq!(begin(), [vec![], vec![]]);
    // A clock that is years ahead.
    store
        .database
        .execute_batch("UPDATE result SET at = unixepoch('2025-01-02') WHERE task = 0")
        .unwrap();
    assert_eq!(begin(), [vec![], forgotten]);
}

/// Clients go on from the place of the last end that they have received, also after a restart.
#[test]
fn ends_are_restored_in_the_order_in_which_they_were_recorded() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let keep = |records: &[Record]| open(&path).keep(records).unwrap();
    let [first, done] = task(0, 1);
    let ([second, second_done], [third, third_done]) = (task(1, 1), task(2, 1));
    let (id, end) = (TaskId(2), End::Dead("no".into()));
    let dead = Record::Ended { id, end };
    keep(&[first, second, third, dead, second_done]);
    keep(&[Record::Revived { id }, third_done, done]);
    let mut machine = Machine::new(Rules::default());
    let _store = Store::open(&path, &mut machine).unwrap();
    let (batch, since) = (1, 0);
    let asked = Event::Received(Peer(7), ToScheduler::Results { batch, since });
    let answer = machine.step(Duration::ZERO, asked);
    let [Effect::Send(_, FromScheduler::Results { next, ended, .. })] = &answer[..] else {
        panic!("{answer:?}");
    };
    let ended = ended.iter().map(|it| it.id.0);
    assert_eq!((*next, ended.collect()), (4, vec![1, 2, 0]));
}

#[test]
fn each_start_has_another_run_and_names_the_number_of_the_next_task() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let mut queues = Vec::new();
    for records in [
        &[task(0, 1), task(1, 1)].concat()[..],
        &[forgotten(1, 0..2, 2)],
        &task(2, 2),
        &[],
    ] {
        let store = open(&path);
        queues.push(store.queue());
        store.keep(records).unwrap();
    }
    assert_eq!(
        queues.iter().map(|it| it.first.0).collect::<Vec<_>>(),
        [0, 2, 2, 3]
    );
    assert!(queues.iter().all(|it| it.number == queues[0].number));
    let runs = queues.iter().map(|it| it.run);
    assert_eq!(runs.collect::<BTreeSet<_>>().len(), 4);
}

/// SQLite writes the first page before the tables: a kill in between leaves a file like this.
#[test]
fn a_database_that_was_killed_at_its_birth_is_a_new_one() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let born = Connection::open(&path).unwrap();
    // The header may say anything, since there is no table.
    born.execute_batch("PRAGMA journal_mode = WAL; PRAGMA user_version = 4;")
        .unwrap();
    drop(born);
    assert!(fs::metadata(&path).unwrap().len() > 0);
    let store = open(&path);
    store.keep(&task(0, 1)).unwrap();
    assert_eq!(restored(&store), 1);
}

#[test]
fn a_large_batch_is_forgotten_at_once_and_its_rows_are_deleted_some_at_a_time() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let store = open(&path);
    let all: Vec<Record> = (0..5000).flat_map(|id| task(id, 1)).collect();
    store.keep(&all).unwrap();
    store.keep(&task(5000, 2)).unwrap();
    store.keep(&[forgotten(1, 0..5000, 5001)]).unwrap();
    let swept = SWEPT as u64;
    assert_eq!(rows(&store, "task"), 5001 - swept);
    assert_eq!(rows(&store, "result"), 5001 - swept);
    assert_eq!(restored(&store), 1);
    drop(store);
    // The next scheduler goes on deleting.
    let store = open(&path);
    assert_eq!(restored(&store), 1);
    store.keep(&[]).unwrap();
    assert_eq!(rows(&store, "task"), 5001 - 2 * swept);
    // The same batch is handed in again.
    store.keep(&task(5001, 1)).unwrap();
    assert_eq!((rows(&store, "task"), rows(&store, "result")), (2, 2));
    assert_eq!(restored(&store), 2);
    assert!(!store.is_sweeping());
}

#[test]
fn an_event_has_a_number_of_its_own_though_those_before_it_are_of_a_forgotten_batch() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let dead = |id: u64, batch: u64| {
        let ([accepted, _], end) = (task(id, batch), End::Dead("no".into()));
        let id = TaskId(id);
        [accepted, Record::Ended { id, end }]
    };
    let all: Vec<Record> = (0..600).flat_map(|id| dead(id, 1)).collect();
    let store = open(&path);
    store.keep(&all).unwrap();
    store.keep(&[forgotten(1, 0..600, 600)]).unwrap();
    assert_eq!(rows(&store, "failure"), 600 - SWEPT as u64);
    drop(store);
    let store = open(&path);
    store.keep(&dead(600, 2)).unwrap();
    assert_eq!(rows(&store, "failure"), 1);
}

/// Otherwise many small batches that are forgotten together would take a commit each.
#[test]
fn one_commit_deletes_the_rows_of_many_small_batches() {
    let folder = Folder::new();
    let store = open(&folder.path("queue"));
    let all: Vec<Record> = (0..2000).flat_map(|id| task(id, id)).collect();
    store.keep(&all).unwrap();
    let all = (0..2000).map(|id| forgotten(id, id..id + 1, 2000));
    store.keep(&all.collect::<Vec<_>>()).unwrap();
    let swept = SWEPT as u64;
    assert_eq!(rows(&store, "task"), 2000 - swept);
    store.keep(&[]).unwrap();
    assert_eq!(rows(&store, "task"), 2000 - 2 * swept);
    assert_eq!(rows(&store, "forgotten"), 2000 - 2 * swept);
}

/// Its log grows as long as the other program reads, which a person may forget to end.
#[test]
fn a_program_that_reads_the_database_for_long_is_named() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let store = open(&path);
    let long = 100 << 10;
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("BEGIN; SELECT count(*) FROM task")
        .unwrap();
    let all: Vec<Record> = (0..5000).flat_map(|id| task(id, 1)).collect();
    store.keep(&all).unwrap();
    let notice = log_notice(&path, long).unwrap();
    assert!(
        notice.contains("queue-wal has 0 MiB, because another program"),
        "{notice}"
    );
    assert_eq!(log_notice(&path, LONG_LOG), None);
    let limit = "PRAGMA journal_size_limit";
    let limit: i64 = store
        .database
        .query_row(limit, [], |row| row.get(0))
        .unwrap();
    assert_eq!(limit, 64 << 20);
}
