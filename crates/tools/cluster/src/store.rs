//! The queue on disk: a SQLite database in WAL mode, with `synchronous=FULL`.
//!
//! All records of one turn of the hub are one transaction, and no peer gets an answer before its
//! commit. When a batch is forgotten, only that fact is written at once; its rows are deleted a few
//! hundred at a time, so that no turn waits for a million of them. After a failed commit the
//! scheduler has to end: what is on disk is known only when the file is read again, at the next
//! start.

mod file;
mod rows;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error, Row, Statement, params};
use scheduler::machine::{End, Machine, Record};

use crate::printing::{Seldom, say};
use crate::wire::Queue;
use file::{cannot_write, log_notice, unreadable};
use rows::{accepted, columns, event, expected, nonsense, queue, task_id};

/// How many tasks one commit deletes.
const SWEPT: u32 = 500;

/// The log beside the database becomes longer only if another program reads for long.
const LONG_LOG: u64 = 1 << 30;

/// The number of the queue, and that of the next task.
const QUEUE: &str = "SELECT number, max(
        ifnull((SELECT max(id) + 1 FROM task), 0), ifnull((SELECT max(id) FROM next), 0)
    ) FROM queue_number";
const TASK: &str = "INSERT INTO task (id, batch, place, kind, body) VALUES (?, ?, ?, ?, ?)";
const EVENT: &str = "INSERT INTO event (task, what, value, at) VALUES (?, ?, ?, unixepoch())";
/// The events with their ages in seconds. A time before 2025 is 0, from a version without times, or
/// from a clock that was not set: the age is unknown and counts as 0, so its batch is kept from now on.
const EVENTS: &str = "SELECT task, what, value,
    iif(at < unixepoch('2025-01-01'), 0, max(0, unixepoch() - at))
    FROM event ORDER BY number";
const BLAME: &str = "UPDATE task SET errors = ?, deaths = ? WHERE id = ?";
const CLEAN: &str = "UPDATE task SET errors = 0, deaths = 0 WHERE id = ?";
/// Two statements for the events, so that each can use its own index.
const SWEEP: [&str; 3] = [
    "DELETE FROM event WHERE what IN ('done', 'cancelled')
     AND task IN (SELECT id FROM task WHERE batch = ? ORDER BY place LIMIT ?)",
    "DELETE FROM event WHERE what IN ('dead', 'revived')
     AND task IN (SELECT id FROM task WHERE batch = ? ORDER BY place LIMIT ?)",
    "DELETE FROM task WHERE id IN (SELECT id FROM task WHERE batch = ? ORDER BY place LIMIT ?)",
];

/// The database of one scheduler.
pub(crate) struct Store {
    database: Connection,
    path: PathBuf,
    /// The forgotten batches that still have rows: the table `forgotten`.
    sweeping: RefCell<BTreeSet<i64>>,
    queue: Queue,
    /// That another program keeps the log beside the database from ending.
    long_log: RefCell<Seldom>,
    /// Locked while this process lives, so that no second scheduler opens the file. (SQLite's lock
    /// would shut people out.) The last field: closing it earlier would end SQLite's locks on the file.
    _lock: File,
}

impl Store {
    /// Opens the database, or creates it. The error says what to do.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let lock = file::lock(path)?;
        let database = file::open(path)?;
        let queue = database.query_row(QUEUE, [], queue);
        let queue = queue.map_err(|error| unreadable(path, &error))?;
        let store = Self {
            database,
            path: path.to_owned(),
            sweeping: RefCell::default(),
            queue,
            long_log: RefCell::default(),
            _lock: lock,
        };
        let forgotten = |row: &Row<'_>| {
            store.sweeping.borrow_mut().insert(row.get(0)?);
            Ok(())
        };
        store
            .each("SELECT batch FROM forgotten", forgotten)
            .map_err(|error| unreadable(path, &error))?;
        Ok(store)
    }

    /// The queue at this start. Only a copy of the file has the same number.
    pub(crate) fn queue(&self) -> Queue {
        self.queue
    }

    /// Restores the machine from all records in the database.
    pub(crate) fn restore(&self, machine: &mut Machine) -> Result<(), String> {
        let read = self.read(machine);
        if read.map_err(|error| unreadable(&self.path, &error))? {
            say!(
                "By the clock of this machine there are results in {} that are older than --keep: \
                 they are kept for another hour at least. If the clock is wrong, end the scheduler \
                 before that",
                self.path.display()
            );
        }
        Ok(())
    }

    /// Returns whether there are results that are too old to be kept.
    fn read(&self, machine: &mut Machine) -> Result<bool, Error> {
        let mut are_old = false;
        self.each("SELECT id FROM next", |row| {
            let (batch, next) = (0, task_id(row, 0)?);
            machine.restore(Record::Forgotten { batch, next });
            Ok(())
        })?;
        // Restored after the events, because a `Revived` event resets both budgets.
        let mut blamed = Vec::new();
        self.each(
            "SELECT id, batch, place, kind, body, errors, deaths FROM task
             WHERE batch NOT IN (SELECT batch FROM forgotten) ORDER BY id",
            |row| {
                let (id, errors, deaths) = (task_id(row, 0)?, row.get(5)?, row.get(6)?);
                machine.restore(accepted(row, id)?);
                if errors > 0 || deaths > 0 {
                    blamed.push(Record::Blamed { id, errors, deaths });
                }
                Ok(())
            },
        )?;
        self.each("SELECT batch, tasks FROM batch", |row| {
            machine.restore(expected(row)?);
            Ok(())
        })?;
        self.each(EVENTS, |row| {
            let event = event(row)?;
            if !machine.can_follow(&event) {
                return Err(nonsense(1, "it does not follow those before it"));
            }
            machine.restore(event);
            let ago = Duration::from_secs(row.get::<_, i64>(3)?.cast_unsigned());
            are_old |= machine.restore_age(task_id(row, 0)?, ago);
            Ok(())
        })?;
        blamed
            .into_iter()
            .for_each(|record| machine.restore(record));
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
            let first = self.sweeping.borrow().first().copied();
            first.map_or(Ok(()), |batch| self.sweep(batch))?;
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
        let mut note = self.database.prepare_cached(EVENT)?;
        let mut write = |record: &Record| self.write_one(record, &mut add, &mut note);
        records.iter().try_for_each(&mut write)
    }

    fn write_one(
        &self,
        record: &Record,
        add: &mut Statement<'_>,
        note: &mut Statement<'_>,
    ) -> Result<(), Error> {
        match record {
            Record::Accepted { id, key, call } => {
                let (id, batch) = (id.0.cast_signed(), key.batch.cast_signed());
                // A forgotten batch is handed in again: delete its old rows first.
                while self.sweeping.borrow().contains(&batch) {
                    self.sweep(batch)?;
                }
                add.execute(params![id, batch, key.index, call.kind, call.body])?;
            }
            Record::Blamed { id, errors, deaths } => {
                self.run(BLAME, params![errors, deaths, id.0.cast_signed()])?;
            }
            Record::Ended { id, end } => {
                let (what, value) = columns(end);
                note.execute(params![id.0.cast_signed(), what, value])?;
            }
            Record::Revived { id } => {
                let id = id.0.cast_signed();
                note.execute(params![id, "revived", columns(&End::Cancelled).1])?;
                self.run(CLEAN, params![id])?;
            }
            Record::Expected { batch, tasks } => {
                let (batch, tasks) = (batch.cast_signed(), tasks.cast_signed());
                self.run("INSERT INTO batch VALUES (?, ?)", params![batch, tasks])?;
            }
            Record::Forgotten { batch, next } => {
                let (batch, next) = (batch.cast_signed(), next.0.cast_signed());
                self.run("DELETE FROM batch WHERE batch = ?", params![batch])?;
                self.run("INSERT INTO forgotten VALUES (?)", params![batch])?;
                self.run("DELETE FROM next", params![])?;
                self.run("INSERT INTO next VALUES (?)", params![next])?;
                self.sweeping.borrow_mut().insert(batch);
            }
        }
        Ok(())
    }

    /// Deletes the rows of some tasks of a forgotten batch.
    fn sweep(&self, batch: i64) -> Result<(), Error> {
        let mut deleted = 0;
        for statement in SWEEP {
            deleted = self.run(statement, params![batch, SWEPT])?;
        }
        // `deleted` counts tasks: it comes from the last statement.
        if deleted < SWEPT as usize {
            self.run("DELETE FROM forgotten WHERE batch = ?", params![batch])?;
            self.sweeping.borrow_mut().remove(&batch);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
