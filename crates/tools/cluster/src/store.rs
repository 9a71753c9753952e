//! The queue on disk: a SQLite database in WAL mode, with `synchronous=FULL`.
//!
//! All records of one turn of the hub are one transaction, and nothing is said to a peer before it
//! is committed. After a commit that failed nothing can be said any more: what the disk has is known
//! only when it is read again, so the scheduler ends and is started anew.

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
const VERSION: i64 = 1;

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

const TASK: &str = "INSERT INTO task (id, batch, place, kind, body) VALUES (?, ?, ?, ?, ?)";
const EVENT: &str = "INSERT INTO event (task, what, value) VALUES (?, ?, ?)";
const BLAME: &str = "UPDATE task SET errors = ?, deaths = ? WHERE id = ?";
const CLEAN: &str = "UPDATE task SET errors = 0, deaths = 0 WHERE id = ?";
const FORGET: &str = "DELETE FROM event WHERE task IN (SELECT id FROM task WHERE batch = ?)";

/// The database of one scheduler.
pub(crate) struct Store {
    database: Connection,
    path: PathBuf,
    /// Locked for as long as this process lives: no second scheduler has this file. (SQLite's own
    /// lock would keep people from looking.) Closed after the database, whose locks a close ends.
    _lock: File,
}

impl Store {
    /// Opens the file, or makes a new one. The error says what to do.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| format!("cannot open {shown}: {error}; name another --data FILE"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "{shown} is held by another scheduler: end that one, or name another --data FILE"
                ));
            }
            Err(TryLockError::Error(error)) => return Err(format!("cannot lock {shown}: {error}")),
        }
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
            _lock: lock,
        };
        store.begin()?;
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
        if !is_new {
            if self.number("application_id").map_err(failed)? != APPLICATION {
                return Err(format!(
                    "{shown} is a database of another program: name another --data FILE"
                ));
            }
            let version = self.number("user_version").map_err(failed)?;
            if version != VERSION {
                return Err(format!(
                    "{shown} is of version {version}, and this program reads version {VERSION}: \
                     start the program that wrote it, or name another --data FILE"
                ));
            }
        }
        let database = &self.database;
        database
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            .and_then(|()| match is_new {
                true => database.execute_batch(&format!(
                    "BEGIN; {LAYOUT} PRAGMA application_id = {APPLICATION}; \
                     PRAGMA user_version = {VERSION}; COMMIT;"
                )),
                false => Ok(()),
            })
            .map_err(|error| self.cannot_write(&error))
    }

    /// Tells the machine all that was kept.
    pub(crate) fn restore(&self, machine: &mut Machine) -> Result<(), String> {
        self.read(machine)
            .map_err(|error| damaged(&self.path, &error))
    }

    fn read(&self, machine: &mut Machine) -> Result<(), Error> {
        let each =
            |query: &str, machine: &mut Machine, read: fn(&Row<'_>) -> Result<Record, Error>| {
                let mut query = self.database.prepare(query)?;
                let mut rows = query.query([])?;
                while let Some(row) = rows.next()? {
                    machine.restore(read(row)?);
                }
                Ok::<(), Error>(())
            };
        each("SELECT id FROM next", machine, |row| {
            let (batch, next) = (0, task_id(row, 0)?);
            Ok(Record::Forgotten { batch, next })
        })?;
        let tasks = "SELECT id, batch, place, kind, body FROM task ORDER BY id";
        each(tasks, machine, accepted)?;
        let events = "SELECT task, what, value FROM event ORDER BY number";
        each(events, machine, event)?;
        let blamed = "SELECT id, errors, deaths FROM task WHERE errors > 0 OR deaths > 0";
        each(blamed, machine, |row| {
            let (id, errors, deaths) = (task_id(row, 0)?, row.get(1)?, row.get(2)?);
            Ok(Record::Blamed { id, errors, deaths })
        })
    }

    /// Keeps these records: after `Ok` they are on disk. After an error this store is of no use.
    pub(crate) fn keep(&self, records: &[Record]) -> Result<(), String> {
        let keep = || {
            let transaction = self.database.unchecked_transaction()?;
            records.iter().try_for_each(|record| self.write(record))?;
            transaction.commit()
        };
        keep().map_err(|error| self.cannot_write(&error))
    }

    fn write(&self, record: &Record) -> Result<(), Error> {
        let run = |statement: &str, values: &[&dyn rusqlite::ToSql]| {
            let mut statement = self.database.prepare_cached(statement)?;
            statement.execute(values).map(drop)
        };
        match record {
            Record::Accepted { id, key, call } => {
                let (id, batch) = (id.0.cast_signed(), key.batch.cast_signed());
                run(TASK, params![id, batch, key.index, call.kind, call.body])
            }
            Record::Blamed { id, errors, deaths } => {
                run(BLAME, params![errors, deaths, id.0.cast_signed()])
            }
            Record::Ended { id, end } => {
                let (what, value) = told(end);
                run(EVENT, params![id.0.cast_signed(), what, value])
            }
            Record::Revived { id } => {
                run(
                    EVENT,
                    params![id.0.cast_signed(), "revived", told(&End::Cancelled).1],
                )?;
                run(CLEAN, params![id.0.cast_signed()])
            }
            Record::Forgotten { batch, next } => {
                let batch = batch.cast_signed();
                run(FORGET, params![batch])?;
                run("DELETE FROM task WHERE batch = ?", params![batch])?;
                run("DELETE FROM next", params![])?;
                let next = next.0.cast_signed();
                run("INSERT INTO next VALUES (?)", params![next])
            }
        }
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

fn accepted(row: &Row<'_>) -> Result<Record, Error> {
    let id = task_id(row, 0)?;
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
