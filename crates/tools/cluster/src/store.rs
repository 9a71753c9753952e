//! The queue on disk: a SQLite database in WAL mode, with `synchronous=FULL`.
//!
//! All records of one turn of the hub are one transaction, and nothing is said to a peer before it
//! is committed. Of a batch that is forgotten only that is written at once; its rows are deleted some at
//! a time, so that no turn waits for a million of them. After a commit that failed nothing can be said any more: what the disk has is known
//! only when it is read again, so the scheduler ends and is started anew.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, Row, params};
use scheduler::TaskId;
use scheduler::machine::{End, Machine, Record};
use scheduler::task::{Call, Key};

/// Marks the file as ours ("clus"), and how it is laid out.
const APPLICATION: i64 = 0x636c_7573;
const VERSION: i64 = 2;

/// How many tasks are deleted at a time.
const SWEPT: u32 = 500;

const LAYOUT: &str = "
    CREATE TABLE task (
        id INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body BLOB NOT NULL,
        errors INTEGER NOT NULL DEFAULT 0,
        deaths INTEGER NOT NULL DEFAULT 0,
        UNIQUE (batch, place)
    ) STRICT;
    -- What has happened to tasks, in this order: each has at most one result.
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        task INTEGER NOT NULL REFERENCES task,
        what TEXT NOT NULL CHECK (what IN ('done', 'dead', 'cancelled', 'revived')),
        value BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_result ON event (task) WHERE what IN ('done', 'cancelled');
    CREATE INDEX of_task ON event (task);
    -- The number of the next task, if tasks were forgotten.
    CREATE TABLE next (id INTEGER NOT NULL) STRICT;
    -- For people: sqlite3 FILE 'SELECT * FROM queue'
    CREATE VIEW queue AS
        SELECT task.id, batch, place, kind, length(body) AS bytes, errors, deaths,
            coalesce((SELECT what FROM event WHERE task = task.id ORDER BY number DESC LIMIT 1),
                'open') AS state
        FROM task;
";

/// What version 2 has beside that.
const FORGOTTEN: &str = "
    -- Batches whose rows are still to be deleted, and count no more.
    CREATE TABLE forgotten (batch INTEGER PRIMARY KEY) STRICT;
";

const TASK: &str = "INSERT INTO task (id, batch, place, kind, body) VALUES (?, ?, ?, ?, ?)";
const EVENT: &str = "INSERT INTO event (task, what, value) VALUES (?, ?, ?)";
const BLAME: &str = "UPDATE task SET errors = ?, deaths = ? WHERE id = ?";
const CLEAN: &str = "UPDATE task SET errors = 0, deaths = 0 WHERE id = ?";
const SWEEP: [&str; 2] = [
    "DELETE FROM event WHERE task IN (SELECT id FROM task WHERE batch = ? ORDER BY place LIMIT ?)",
    "DELETE FROM task WHERE id IN (SELECT id FROM task WHERE batch = ? ORDER BY place LIMIT ?)",
];

/// The database of one scheduler.
pub(crate) struct Store {
    database: Connection,
    path: PathBuf,
    /// The batches in the table `forgotten`.
    sweeping: RefCell<BTreeSet<i64>>,
    /// Locked for as long as this process lives: no second scheduler has this file. (SQLite's own
    /// lock would keep people from looking.) Closed after the database, whose locks a close ends.
    _lock: File,
}

impl Store {
    /// Opens the file, or makes a new one. The error says what to do.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let lock = lock(path)?;
        let database = Connection::open(path)
            .and_then(|database| {
                // A person who looks may hold a lock for a moment.
                database.busy_timeout(Duration::from_secs(2))?;
                let query = "PRAGMA quick_check(1)";
                let found: String = database.query_row(query, [], |row| row.get(0))?;
                Ok((database, found))
            })
            .map_err(|error| damaged(path, &error))?;
        let (database, found) = database;
        if found != "ok" {
            return Err(damaged(path, &found.replace('\n', " ")));
        }
        let store = Self {
            database,
            path: path.to_owned(),
            sweeping: RefCell::default(),
            _lock: lock,
        };
        store.begin()?;
        let forgotten = |row: &Row<'_>| {
            store.sweeping.borrow_mut().insert(row.get(0)?);
            Ok(())
        };
        store
            .each("SELECT batch FROM forgotten", forgotten)
            .map_err(|error| damaged(path, &error))?;
        Ok(store)
    }

    fn number(&self, pragma: &str) -> Result<i64, Error> {
        self.database
            .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
    }

    fn begin(&self) -> Result<(), String> {
        let shown = self.path.display();
        let failed = |error| damaged(&self.path, &error);
        let is_new = self.number("page_count").map_err(failed)? == 0;
        let version = self.number("user_version").map_err(failed)?;
        if !is_new {
            if self.number("application_id").map_err(failed)? != APPLICATION {
                return Err(format!(
                    "{shown} is a database of another program: name another --data FILE"
                ));
            }
            if ![1, VERSION].contains(&version) {
                return Err(format!(
                    "{shown} is of version {version}, and this program reads version {VERSION}: \
                     start the program that wrote it, or name another --data FILE"
                ));
            }
        }
        let database = &self.database;
        database
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            .and_then(|()| match version {
                VERSION => Ok(()),
                _ => database.execute_batch(&format!(
                    "BEGIN; {} {FORGOTTEN} PRAGMA application_id = {APPLICATION}; \
                     PRAGMA user_version = {VERSION}; COMMIT;",
                    if is_new { LAYOUT } else { "" }
                )),
            })
            .map_err(|error| self.cannot_write(&error))
    }

    /// Tells the machine all that was kept.
    pub(crate) fn restore(&self, machine: &mut Machine) -> Result<(), String> {
        self.read(machine)
            .map_err(|error| damaged(&self.path, &error))
    }

    fn read(&self, machine: &mut Machine) -> Result<(), Error> {
        self.each("SELECT id FROM next", |row| {
            let (batch, next) = (0, task_id(row, 0)?);
            machine.restore(Record::Forgotten { batch, next });
            Ok(())
        })?;
        // After the events: a task that is tried again begins with new budgets.
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
        self.each(
            "SELECT task, what, value FROM event ORDER BY number",
            |row| {
                machine.restore(event(row)?);
                Ok(())
            },
        )?;
        blamed
            .into_iter()
            .for_each(|record| machine.restore(record));
        Ok(())
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

    /// Whether rows of forgotten batches are left, of which each [`keep`](Self::keep) deletes some.
    pub(crate) fn is_sweeping(&self) -> bool {
        !self.sweeping.borrow().is_empty()
    }

    /// Keeps these records: after `Ok` they are on disk. After an error this store is of no use.
    pub(crate) fn keep(&self, records: &[Record]) -> Result<(), String> {
        let keep = || {
            let transaction = self.database.unchecked_transaction()?;
            records.iter().try_for_each(|record| self.write(record))?;
            let first = self.sweeping.borrow().first().copied();
            first.map_or(Ok(()), |batch| self.sweep(batch))?;
            transaction.commit()
        };
        keep().map_err(|error| self.cannot_write(&error))
    }

    fn run(&self, statement: &str, values: &[&dyn rusqlite::ToSql]) -> Result<usize, Error> {
        self.database.prepare_cached(statement)?.execute(values)
    }

    fn write(&self, record: &Record) -> Result<(), Error> {
        match record {
            Record::Accepted { id, key, call } => {
                let (id, batch) = (id.0.cast_signed(), key.batch.cast_signed());
                // It is handed in anew, and its old rows are in the way.
                while self.sweeping.borrow().contains(&batch) {
                    self.sweep(batch)?;
                }
                self.run(TASK, params![id, batch, key.index, call.kind, call.body])?;
            }
            Record::Blamed { id, errors, deaths } => {
                self.run(BLAME, params![errors, deaths, id.0.cast_signed()])?;
            }
            Record::Ended { id, end } => {
                let (what, value) = told(end);
                self.run(EVENT, params![id.0.cast_signed(), what, value])?;
            }
            Record::Revived { id } => {
                let id = id.0.cast_signed();
                self.run(EVENT, params![id, "revived", told(&End::Cancelled).1])?;
                self.run(CLEAN, params![id])?;
            }
            Record::Forgotten { batch, next } => {
                let (batch, next) = (batch.cast_signed(), next.0.cast_signed());
                self.run("INSERT INTO forgotten VALUES (?)", params![batch])?;
                self.run("DELETE FROM next", params![])?;
                self.run("INSERT INTO next VALUES (?)", params![next])?;
                self.sweeping.borrow_mut().insert(batch);
            }
        }
        Ok(())
    }

    /// Deletes some rows of a batch that is forgotten.
    fn sweep(&self, batch: i64) -> Result<(), Error> {
        let mut deleted = 0;
        for statement in SWEEP {
            deleted = self.run(statement, params![batch, SWEPT])?;
        }
        // The last statement has deleted tasks.
        if deleted < SWEPT as usize {
            self.run("DELETE FROM forgotten WHERE batch = ?", params![batch])?;
            self.sweeping.borrow_mut().remove(&batch);
        }
        Ok(())
    }

    fn cannot_write(&self, error: &Error) -> String {
        let what_to_do = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => "make room on the disk, and start the scheduler again",
            _ => "see whether the disk is full or failing, and start the scheduler again",
        };
        format!(
            "cannot write {}: {error}; nothing more is accepted or recorded, and what was is there: \
             {what_to_do}",
            self.path.display()
        )
    }
}

/// Locks the file, or a new one, for this process.
fn lock(path: &Path) -> Result<File, String> {
    let shown = path.display();
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| format!("cannot open {shown}: {error}; name another --data FILE"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{shown} is held by another scheduler: end that one, or name another --data FILE"
        )),
        Err(TryLockError::Error(error)) => Err(format!("cannot lock {shown}: {error}")),
    }
}

fn damaged(path: &Path, error: &dyn Display) -> String {
    let shown = path.display();
    format!(
        "{shown} is damaged, or no queue of a scheduler: {error}; put a copy of it back, or move \
         it away and begin anew (`sqlite3 {shown} .recover` saves what can be read)"
    )
}

/// How an end stands in the table.
fn told(end: &End) -> (&'static str, &[u8]) {
    match end {
        End::Done(body) => ("done", body),
        End::Dead(why) => ("dead", why.as_bytes()),
        End::Cancelled => ("cancelled", &[]),
    }
}

fn task_id(row: &Row<'_>, column: usize) -> Result<TaskId, Error> {
    Ok(TaskId(row.get::<_, i64>(column)?.cast_unsigned()))
}

fn accepted(row: &Row<'_>, id: TaskId) -> Result<Record, Error> {
    let (batch, index) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?);
    let (kind, body) = (row.get(3)?, row.get(4)?);
    let (key, call) = (Key { batch, index }, Call { kind, body });
    Ok(Record::Accepted { id, key, call })
}

fn event(row: &Row<'_>) -> Result<Record, Error> {
    let id = task_id(row, 0)?;
    let value: Vec<u8> = row.get(2)?;
    let end = match row.get_ref(1)?.as_str()? {
        "revived" => return Ok(Record::Revived { id }),
        "done" => End::Done(value.into()),
        "dead" => End::Dead(String::from_utf8_lossy(&value).into()),
        _ => End::Cancelled,
    };
    Ok(Record::Ended { id, end })
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use scheduler::machine::Rules;

    use super::*;

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

    fn rows(store: &Store, table: &str) -> u64 {
        let query = format!("SELECT count(*) FROM {table}");
        let count: i64 = store
            .database
            .query_row(&query, [], |row| row.get(0))
            .unwrap();
        count.cast_unsigned()
    }

    /// How many tasks a new scheduler has.
    fn restored(store: &Store) -> u64 {
        let mut machine = Machine::new(Rules::default());
        store.restore(&mut machine).unwrap();
        machine.status().ended
    }

    #[test]
    fn a_large_batch_is_forgotten_at_once_and_its_rows_are_deleted_some_at_a_time() {
        let path = env::temp_dir().join(format!("cluster-store-{}", process::id()));
        let store = Store::open(&path).unwrap();
        let all: Vec<Record> = (0..5000).flat_map(|id| task(id, 1)).collect();
        store.keep(&all).unwrap();
        store.keep(&task(5000, 2)).unwrap();
        let (batch, next) = (1, TaskId(5001));
        store.keep(&[Record::Forgotten { batch, next }]).unwrap();
        assert_eq!(rows(&store, "task"), 5001 - u64::from(SWEPT));
        assert_eq!(rows(&store, "event"), 5001 - u64::from(SWEPT));
        assert_eq!(restored(&store), 1);
        drop(store);
        // The next scheduler goes on with it.
        let store = Store::open(&path).unwrap();
        assert_eq!(restored(&store), 1);
        store.keep(&[]).unwrap();
        assert_eq!(rows(&store, "task"), 5001 - 2 * u64::from(SWEPT));
        // The same batch is handed in anew.
        store.keep(&task(5001, 1)).unwrap();
        assert_eq!((rows(&store, "task"), rows(&store, "event")), (2, 2));
        assert_eq!(restored(&store), 2);
        assert!(!store.is_sweeping());
        drop(store);
        fs::remove_file(&path).unwrap();
    }
}
