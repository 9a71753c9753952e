//! The file of a queue: its lock, the check that it is ours, and its layout.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, Transaction, TransactionBehavior};

use crate::client;

/// The `application_id` of our files ("clus"), and the version of their layout.
const APPLICATION: i64 = 0x636c_7573;
const VERSION: i64 = 6;

/// The settings of each connection. Foreign keys and checks are off: the machine keeps these rules
/// itself, and here they cost a search for each event. What a file already holds is checked when it is
/// opened. A log that has become long is cut to 64 MiB when SQLite begins it anew.
const OPEN: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
";

const LAYOUT: &str = "
    CREATE TABLE task (
        id INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body BLOB NOT NULL,
        errors INTEGER NOT NULL DEFAULT 0,
        deaths INTEGER NOT NULL DEFAULT 0,
        -- In one task of a batch: how many tasks it is to have in all, if its client has said so.
        expected INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    -- Events are numbered in one order. The times are in seconds since 1970: a batch is kept for a time
    -- after its latest end. A task that is done or cancelled stays so.
    CREATE TABLE result (
        task INTEGER PRIMARY KEY REFERENCES task,
        number INTEGER NOT NULL,
        what TEXT NOT NULL CHECK (what IN ('done', 'cancelled')),
        value BLOB NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE failure (
        number INTEGER PRIMARY KEY,
        task INTEGER NOT NULL REFERENCES task,
        what TEXT NOT NULL CHECK (what IN ('dead', 'revived')),
        value BLOB NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX of_task ON failure (task);
    -- The number of the next task, if tasks were forgotten.
    CREATE TABLE next (id INTEGER NOT NULL) STRICT;
    -- Batches whose rows are still to be deleted, and count no more.
    CREATE TABLE forgotten (batch INTEGER PRIMARY KEY) STRICT;
    -- Which queue this is: workers drop the results of tasks of another one.
    CREATE TABLE queue_number (number INTEGER NOT NULL) STRICT;
    INSERT INTO queue_number VALUES (random());
    -- For people: sqlite3 FILE 'SELECT * FROM queue'.
    CREATE VIEW queue AS
        SELECT task.id, batch, place, kind, length(body) AS bytes, errors, deaths,
            coalesce(
                (SELECT what FROM result WHERE task = task.id),
                (SELECT what FROM failure WHERE task = task.id ORDER BY number DESC LIMIT 1),
                'open') AS state
        FROM task;
";

/// How long to wait while another program holds a lock. Meanwhile nothing is accepted and no lease
/// expires, since the scheduler's clock stands still (`Hub::pass`). It is shorter than the patience
/// of a client, so that a client is either served late or gets the reason.
const PATIENCE: Duration = Duration::from_secs(8);
const _: () = assert!(PATIENCE.as_secs() < client::PATIENCE.as_secs());

/// Locks the file for this process, and creates it if it is missing. Only its owner can read a new
/// file, and the files that SQLite creates beside it, which get the same mode.
pub(super) fn lock(path: &Path) -> Result<File, String> {
    let shown = path.display();
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
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

/// Opens the database, and checks that it is intact and ours. A new one is laid out.
pub(super) fn open(path: &Path) -> Result<Connection, String> {
    // With a folder, so that SQLite takes no name for a URI or for its `:memory:`.
    let (database, found) = Connection::open(Path::new(".").join(path))
        .and_then(|database| {
            // Someone who looks with `sqlite3` may hold a lock for a moment.
            database.busy_timeout(PATIENCE)?;
            let query = "PRAGMA quick_check(1)";
            let found: String = database.query_row(query, [], |row| row.get(0))?;
            Ok((database, found))
        })
        .map_err(|error| unreadable(path, &error))?;
    if found != "ok" {
        return Err(damaged(path, &found.replace('\n', " ")));
    }
    begin(&database, path)?;
    Ok(database)
}

fn number(database: &Connection, pragma: &str) -> Result<i64, Error> {
    database.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
}

fn begin(database: &Connection, path: &Path) -> Result<(), String> {
    let shown = path.display();
    let number = |pragma| number(database, pragma).map_err(|error| unreadable(path, &error));
    // It never had a table. (After a kill at its creation it may have its first page.)
    let is_new = number("schema_version")? == 0;
    if !is_new {
        let version = number("user_version")?;
        if number("application_id")? != APPLICATION {
            return Err(format!(
                "{shown} is a database of another program: name another --data FILE"
            ));
        }
        if version != VERSION {
            return Err(format!(
                "{shown} is of version {version}, and this program reads version {VERSION}: \
                 start the program that wrote it, or name another --data FILE"
            ));
        }
    }
    let laid_out = database.execute_batch(OPEN).and_then(|()| match is_new {
        true => lay_out(database),
        false => Ok(()),
    });
    laid_out.map_err(|error| cannot_write(path, &error))
}

/// What to print if the log beside the database has more than `most` bytes. SQLite begins it anew
/// when all of it is in the database, which it cannot be while another program reads an older state.
pub(super) fn log_notice(path: &Path, most: u64) -> Option<String> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let (bytes, log) = (fs::metadata(&log).ok()?.len(), Path::new(&log).display());
    (bytes > most).then(|| {
        format!(
            "{log} has {} MiB, because another program has been reading the database for long (a \
             transaction that is open in sqlite3?): end that",
            bytes >> 20
        )
    })
}

/// Begins a transaction with the write lock, for which it waits up to [`PATIENCE`]. A transaction
/// that took the lock later could fail in the middle, with some of its rows written.
pub(super) fn write(database: &Connection) -> Result<Transaction<'_>, Error> {
    Transaction::new_unchecked(database, TransactionBehavior::Immediate)
}

/// If the error means that another program holds a lock: the text that says what to do.
fn locked(error: &Error) -> Option<String> {
    let code = error.sqlite_error_code()?;
    let is_locked = matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked);
    is_locked.then(|| {
        let patience = PATIENCE.as_secs();
        format!(
            "another program has held a lock on it for {patience} s (a transaction that is open in \
             sqlite3?): end that, and start the scheduler again"
        )
    })
}

/// The error text for a database that cannot be read.
pub(super) fn unreadable(path: &Path, error: &Error) -> String {
    let shown = path.display();
    match locked(error) {
        Some(what_to_do) => format!("cannot read {shown}: {what_to_do}"),
        None if is_of_the_system(error) => format!(
            "cannot read {shown}: {error}; see whether the disk is full or failing, or its folder \
             cannot be written (SQLite needs two files beside it), and start the scheduler again"
        ),
        None => damaged(path, error),
    }
}

/// Whether the system is the cause, and not the content of the file. On a full disk a good file
/// cannot be opened either, because reading it takes a new file beside it.
fn is_of_the_system(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
        )
    )
}

fn lay_out(database: &Connection) -> Result<(), Error> {
    database.execute_batch(&format!(
        "BEGIN IMMEDIATE; {LAYOUT} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

pub(super) fn damaged(path: &Path, error: &dyn Display) -> String {
    let shown = path.display();
    format!(
        "{shown} is damaged, or no queue of a scheduler: {error}; put a copy of it back, or move \
         it away and begin anew (`sqlite3 {shown} .recover` saves what can be read)"
    )
}

pub(super) fn cannot_write(path: &Path, error: &Error) -> String {
    let what_to_do = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            "make room on the disk, and start the scheduler again".to_owned()
        }
        _ => locked(error).unwrap_or_else(|| {
            "see whether the disk is full or failing, and start the scheduler again".to_owned()
        }),
    };
    format!(
        "cannot write {}: {error}; nothing more is accepted or recorded, and what was is there: \
         {what_to_do}",
        path.display()
    )
}

#[cfg(test)]
mod tests;
