//! The queue on disk: a SQLite database in WAL mode, with `synchronous=FULL`.
//!
//! All records of one turn of the hub are one transaction, and no peer gets an answer before its
//! commit. Tasks and results have no index beside their tables: a task that comes and is done takes one
//! row in each, mostly at its end, in the two commits that it needs at least. When a batch is forgotten,
//! only that fact is written at once; its rows are deleted a few hundred at a time, so that no turn
//! waits for a million of them. After a failed commit the scheduler has to end: what is on disk is known
//! only when the file is read again, at the next start.

mod file;
mod rows;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error, Row, Statement, params};
use scheduler::TaskId;
use scheduler::machine::{End, Machine, Record};

use crate::printing::{Seldom, say};
use crate::wire::Queue;
use file::{cannot_write, log_notice, unreadable};
use rows::{accepted, columns, event, nonsense, queue, task_id};

/// How many tasks one commit deletes.
const SWEPT: usize = 500;

/// The log beside the database becomes longer only if another program reads for long.
const LONG_LOG: u64 = 1 << 30;

/// The number of the queue, and that of the next task.
const QUEUE: &str = "SELECT number, max(
        ifnull((SELECT max(id) + 1 FROM task), 0), ifnull((SELECT max(id) FROM next), 0)
    ) FROM queue_number";
const TASK: &str = "INSERT INTO task (id, batch, place, kind, body) VALUES (?, ?, ?, ?, ?)";
const RESULT: &str = "INSERT INTO result VALUES (?, ?, ?, ?, unixepoch())";
const FAILURE: &str = "INSERT INTO failure VALUES (?, ?, ?, ?, unixepoch())";
const BLAME: &str = "UPDATE task SET errors = ?, deaths = ? WHERE id = ?";
const EXPECT: &str = "UPDATE task SET expected = ? WHERE id = ?";
const SWEEP: [&str; 3] = [
    "DELETE FROM result WHERE task = ?",
    "DELETE FROM failure WHERE task = ?",
    "DELETE FROM task WHERE id = ?",
];

const TASKS: &str =
    "SELECT id, batch, place, kind, body, errors, deaths, expected FROM task ORDER BY id";
/// The events with their ages in seconds. Before 2025 the clock was not set: the age is unknown and
/// counts as 0, so its batch is kept from now on.
const EVENTS: &str = "SELECT task, what, value, number,
        iif(at < unixepoch('2025-01-01'), 0, max(0, unixepoch() - at))
    FROM (SELECT * FROM result UNION ALL SELECT task, number, what, value, at FROM failure)";

/// The database of one scheduler.
pub(crate) struct Store {
    database: Connection,
    path: PathBuf,
    /// The forgotten batches (the table `forgotten`), each with those of its tasks that still have rows.
    sweeping: RefCell<BTreeMap<i64, Vec<TaskId>>>,
    queue: Queue,
    /// The number of the next event.
    next_event: Cell<i64>,
    /// That another program keeps the log beside the database from ending.
    long_log: RefCell<Seldom>,
    /// Locked while this process lives, so that no second scheduler opens the file. (SQLite's lock
    /// would shut people out.) The last field: closing it earlier would end SQLite's locks on the file.
    _lock: File,
}

impl Store {
    /// Opens the database, or creates it, and restores a new machine from all records in it. The error
    /// says what to do.
    pub(crate) fn open(path: &Path, machine: &mut Machine) -> Result<Self, String> {
        let lock = file::lock(path)?;
        let database = file::open(path)?;
        let queue = database.query_row(QUEUE, [], queue);
        let store = Self {
            queue: queue.map_err(|error| unreadable(path, &error))?,
            next_event: Cell::new(0),
            database,
            path: path.to_owned(),
            sweeping: RefCell::default(),
            long_log: RefCell::default(),
            _lock: lock,
        };
        let read = store.read(machine);
        if read.map_err(|error| unreadable(path, &error))? {
            say!(
                "By the clock of this machine there are results in {} that are older than --keep: \
                 they are kept for another hour at least. If the clock is wrong, end the scheduler \
                 before that",
                path.display()
            );
        }
        Ok(store)
    }

    /// The queue at this start. Only a copy of the file has the same number.
    pub(crate) fn queue(&self) -> Queue {
        self.queue
    }

    /// Returns whether there are results that are too old to be kept.
    fn read(&self, machine: &mut Machine) -> Result<bool, Error> {
        self.each("SELECT id FROM next", |row| {
            let (batch, tasks, next) = (0, Vec::new(), task_id(row, 0)?);
            machine.restore(Record::Forgotten { batch, tasks, next });
            Ok(())
        })?;
        let mut sweeping = BTreeMap::new();
        self.each("SELECT batch FROM forgotten", |row| {
            sweeping.insert(row.get(0)?, Vec::new());
            Ok(())
        })?;
        // Restored after the events, because a `Revived` event resets both budgets.
        let mut blamed = Vec::new();
        self.each(TASKS, |row| {
            let id = task_id(row, 0)?;
            if let Some(tasks) = sweeping.get_mut(&row.get(1)?) {
                tasks.push(id);
                return Ok(());
            }
            restore(machine, accepted(row, id)?)?;
            let (errors, deaths) = (row.get(5)?, row.get(6)?);
            if errors > 0 || deaths > 0 {
                blamed.push(Record::Blamed { id, errors, deaths });
            }
            let tasks = row.get::<_, i64>(7)?.cast_unsigned();
            if tasks > 0 {
                machine.restore(Record::Expected { id, tasks });
            }
            Ok(())
        })?;
        *self.sweeping.borrow_mut() = sweeping;
        let are_old = self.read_events(machine)?;
        blamed
            .into_iter()
            .for_each(|record| machine.restore(record));
        Ok(are_old)
    }

    /// Restores the events in the order of their numbers, in which the table of results is not.
    fn read_events(&self, machine: &mut Machine) -> Result<bool, Error> {
        let sweeping = self.sweeping.borrow();
        let swept: HashSet<TaskId> = sweeping.values().flatten().copied().collect();
        let mut events = Vec::new();
        self.each(EVENTS, |row| {
            let (id, number) = (task_id(row, 0)?, row.get::<_, i64>(3)?);
            // Also after those that are not restored: no two rows have the same number.
            self.next_event
                .set(self.next_event.get().max(number.saturating_add(1)));
            if !swept.contains(&id) {
                let ago = Duration::from_secs(row.get::<_, i64>(4)?.cast_unsigned());
                events.push((number, id, event(row)?, ago));
            }
            Ok(())
        })?;
        events.sort_unstable_by_key(|&(number, ..)| number);
        let mut are_old = false;
        for (_, id, event, ago) in events {
            restore(machine, event)?;
            are_old |= machine.restore_age(id, ago);
        }
        Ok(are_old)
    }

    fn each(
        &self,
        query: &str,
        mut take: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut query = self.database.prepare(query)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    /// Whether rows of forgotten batches remain; each [`keep`](Self::keep) deletes some.
    pub(crate) fn is_sweeping(&self) -> bool {
        !self.sweeping.borrow().is_empty()
    }

    /// Commits these records: after `Ok` they are on disk. After an error, do not use this store any more.
    pub(crate) fn keep(&self, records: &[Record]) -> Result<(), String> {
        let keep = || {
            let transaction = file::write(&self.database)?;
            self.write(records)?;
            self.sweep_some()?;
            transaction.commit()
        };
        keep().map_err(|error| cannot_write(&self.path, &error))?;
        if let Some(notice) = log_notice(&self.path, LONG_LOG) {
            self.long_log.borrow_mut().say(notice);
        }
        Ok(())
    }

    fn run(&self, statement: &str, values: &[&dyn rusqlite::ToSql]) -> Result<usize, Error> {
        self.database.prepare_cached(statement)?.execute(values)
    }

    /// Prepares the two statements that each task needs only once for all of them.
    fn write(&self, records: &[Record]) -> Result<(), Error> {
        let mut add = self.database.prepare_cached(TASK)?;
        let mut end = self.database.prepare_cached(RESULT)?;
        let mut write = |record: &Record| self.write_one(record, &mut add, &mut end);
        records.iter().try_for_each(&mut write)
    }

    fn write_one(
        &self,
        record: &Record,
        add: &mut Statement<'_>,
        ends: &mut Statement<'_>,
    ) -> Result<(), Error> {
        match record {
            Record::Accepted { id, key, call } => {
                let (id, batch) = (id.0.cast_signed(), key.batch.cast_signed());
                // A forgotten batch is handed in again: delete its old rows first.
                while self.sweeping.borrow().contains_key(&batch) {
                    self.sweep(batch)?;
                }
                add.execute(params![id, batch, key.index, call.kind, call.body])?;
            }
            Record::Blamed { id, errors, deaths } => {
                self.run(BLAME, params![errors, deaths, id.0.cast_signed()])?;
            }
            Record::Ended { id, end } => {
                let (what, value) = columns(end);
                let (id, number) = (id.0.cast_signed(), self.next_event());
                match end {
                    End::Dead(_) => self.run(FAILURE, params![number, id, what, value])?,
                    _ => ends.execute(params![id, number, what, value])?,
                };
            }
            Record::Revived { id } => {
                let (id, number) = (id.0.cast_signed(), self.next_event());
                self.run(FAILURE, params![number, id, "revived", &[]])?;
                self.run(BLAME, params![0, 0, id])?;
            }
            Record::Expected { id, tasks } => {
                self.run(EXPECT, params![tasks.cast_signed(), id.0.cast_signed()])?;
            }
            Record::Forgotten { batch, tasks, next } => {
                let (batch, next) = (batch.cast_signed(), next.0.cast_signed());
                self.run("INSERT INTO forgotten VALUES (?)", params![batch])?;
                self.run("DELETE FROM next", params![])?;
                self.run("INSERT INTO next VALUES (?)", params![next])?;
                self.sweeping.borrow_mut().insert(batch, tasks.clone());
            }
        }
        Ok(())
    }

    fn next_event(&self) -> i64 {
        let number = self.next_event.get();
        self.next_event.set(number + 1);
        number
    }

    /// Deletes rows of forgotten batches: of some hundred tasks, or of all.
    fn sweep_some(&self) -> Result<(), Error> {
        let mut deleted = 0;
        while deleted < SWEPT {
            let first = self.sweeping.borrow().keys().next().copied();
            let Some(batch) = first else { break };
            // A batch without rows counts too.
            deleted += self.sweep(batch)?.max(1);
        }
        Ok(())
    }

    /// Deletes the rows of some tasks of a forgotten batch. Returns of how many.
    fn sweep(&self, batch: i64) -> Result<usize, Error> {
        let mut sweeping = self.sweeping.borrow_mut();
        let Some(tasks) = sweeping.get_mut(&batch) else {
            return Ok(0);
        };
        let some = tasks.split_off(tasks.len().saturating_sub(SWEPT));
        for id in &some {
            for statement in SWEEP {
                self.run(statement, params![id.0.cast_signed()])?;
            }
        }
        if tasks.is_empty() {
            self.run("DELETE FROM forgotten WHERE batch = ?", params![batch])?;
            sweeping.remove(&batch);
        }
        Ok(some.len())
    }
}

/// Restores a record that was written by this program, if it can follow those before it.
fn restore(machine: &mut Machine, record: Record) -> Result<(), Error> {
    if !machine.can_follow(&record) {
        return Err(nonsense(1, "it does not follow those before it"));
    }
    machine.restore(record);
    Ok(())
}

#[cfg(test)]
mod tests;
