use lesson_test::Folder;
use scheduler::machine::{Event, Machine, Rules};

use super::*;
use crate::store::Store;

/// The layout of version 2, with a task in each state.
const OLD: &str = "
    PRAGMA journal_mode = WAL;
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
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        task INTEGER NOT NULL REFERENCES task,
        what TEXT NOT NULL CHECK (what IN ('done', 'dead', 'cancelled', 'revived')),
        value BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_result ON event (task) WHERE what IN ('done', 'cancelled');
    CREATE INDEX of_task ON event (task);
    CREATE TABLE next (id INTEGER NOT NULL) STRICT;
    CREATE TABLE forgotten (batch INTEGER PRIMARY KEY) STRICT;
    CREATE VIEW queue AS
        SELECT task.id, batch, place, kind, length(body) AS bytes, errors, deaths,
            coalesce((SELECT what FROM event WHERE task = task.id ORDER BY number DESC LIMIT 1),
                'open') AS state
        FROM task;
    INSERT INTO task (id, batch, place, kind, body) VALUES
        (0, 1, 0, 'square', x'03'), (1, 1, 1, 'square', x'03'), (2, 1, 2, 'square', x'03'),
        (3, 1, 3, 'square', x'03'), (4, 1, 4, 'square', x'03'), (5, 1, 5, 'square', x'03');
    INSERT INTO event (task, what, value) VALUES
        (0, 'done', x'09'), (1, 'dead', x'6e6f'), (2, 'cancelled', x''),
        (3, 'dead', x'6e6f'), (3, 'revived', x''),
        (4, 'dead', x'6e6f'), (4, 'revived', x''), (4, 'done', x'09');
    PRAGMA application_id = 0x636c7573;
    PRAGMA user_version = 2;
";

fn texts(database: &Connection, query: &str, column: &str) -> Vec<String> {
    let mut query = database.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get(column)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_database_of_version_2_is_taken_over_with_all_that_is_in_it() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(OLD).unwrap();
    drop(old);
    // The second time the file is already of the latest version.
    for _ in 0..2 {
        let store = Store::open(&path).unwrap();
        let mut machine = Machine::new(Rules::default());
        store.restore(&mut machine).unwrap();
        let status = machine.status();
        assert_eq!((status.ready, status.dead, status.ended), (2, 1, 3));
    }
    let database = Connection::open(&path).unwrap();
    assert_eq!(number(&database, "user_version"), Ok(VERSION));
    let states = texts(&database, "SELECT state FROM queue ORDER BY id", "state");
    assert_eq!(
        states,
        ["done", "dead", "cancelled", "revived", "done", "open"]
    );
    let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event'";
    assert_eq!(
        texts(&database, indexes, "name"),
        ["one_result", "failures"]
    );
}

/// What version 3 changed in the layout of version 2: a fixed copy, whatever changes later.
const NEWER: &str = "
    DROP INDEX of_task;
    CREATE INDEX failures ON event (task) WHERE what IN ('dead', 'revived');
    DROP VIEW queue;
    CREATE VIEW queue AS
        SELECT task.id, batch, place, kind, length(body) AS bytes, errors, deaths,
            coalesce(
                (SELECT what FROM event
                    WHERE task = task.id AND what IN ('done', 'cancelled')),
                (SELECT what FROM event
                    WHERE task = task.id AND what IN ('dead', 'revived')
                    ORDER BY number DESC LIMIT 1),
                'open') AS state
        FROM task;
    PRAGMA user_version = 3;
";

#[test]
fn a_database_of_version_3_is_taken_over_and_how_old_its_results_are_is_not_known() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(&format!("{OLD}{NEWER}")).unwrap();
    drop(old);
    let store = Store::open(&path).unwrap();
    let mut machine = Machine::new(Rules {
        keep: Some(Duration::from_secs(3600)),
        ..Rules::default()
    });
    store.restore(&mut machine).unwrap();
    assert_eq!(machine.step(Duration::ZERO, Event::Tick), []);
    let status = machine.status();
    assert_eq!((status.ready, status.dead, status.ended), (2, 1, 3));
    drop(store);
    let database = Connection::open(&path).unwrap();
    assert_eq!(number(&database, "user_version"), Ok(VERSION));
    let results = "SELECT hex(value) AS it FROM event WHERE what = 'done' AND at = 0";
    assert_eq!(texts(&database, results, "it"), ["09", "09"]);
    let bodies = "SELECT hex(body) AS it FROM task";
    assert_eq!(texts(&database, bodies, "it"), ["03"; 6]);
}

#[test]
fn an_event_of_another_name_is_refused() {
    let folder = Folder::new();
    let path = folder.path("queue");
    drop(Store::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    let write = "INSERT INTO task (id, batch, place, kind, body) VALUES (0, 1, 0, 'square', x'03');
        INSERT INTO event (task, what, value) VALUES (0, 'lost', x'');";
    assert!(other.execute_batch(write).is_err(), "a person may not");
    let unchecked = format!("PRAGMA ignore_check_constraints = ON; DELETE FROM task; {write}");
    other.execute_batch(&unchecked).unwrap();
    drop(other);
    let why = Store::open(&path).err().unwrap();
    assert!(why.contains("is damaged"), "{why}");
}

/// Neither the deletion of tasks nor a person's query scans all events.
#[test]
fn no_statement_walks_the_events() {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch(OPEN).unwrap();
    update(&database, 0).unwrap();
    let look = "SELECT state FROM queue WHERE id = 7";
    for statement in crate::store::SWEEP.into_iter().chain([look]) {
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.replace('?', "7"));
        let plan = texts(&database, &explain, "detail");
        let is_walk = |line: &String| line.starts_with("SCAN event");
        assert!(!plan.iter().any(is_walk), "{statement}: {plan:?}");
    }
}

#[test]
fn only_a_file_with_other_content_is_called_damaged() {
    use rusqlite::ffi;
    let text = |code| {
        let error = Error::SqliteFailure(ffi::Error::new(code), None);
        unreadable(Path::new("queue"), &error)
    };
    // The first is what a full disk leads to when a scheduler starts that had ended in good order.
    for code in [
        ffi::SQLITE_IOERR_SHMSIZE,
        ffi::SQLITE_FULL,
        ffi::SQLITE_CANTOPEN,
        ffi::SQLITE_READONLY_CANTINIT,
        ffi::SQLITE_NOMEM,
    ] {
        let why = text(code);
        assert!(why.starts_with("cannot read queue: "), "{why}");
        assert!(!why.contains("damaged"), "{why}");
    }
    for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_ERROR] {
        let why = text(code);
        assert!(why.contains("is damaged, or no queue"), "{why}");
    }
}
