use lesson_test::Folder;
use scheduler::machine::{Machine, Rules};

use super::*;
use crate::store::Store;

fn texts(database: &Connection, query: &str, column: &str) -> Vec<String> {
    let mut query = database.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get(column)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn an_event_of_another_name_is_refused() {
    let folder = Folder::new();
    let path = folder.path("queue");
    let open = || Store::open(&path, &mut Machine::new(Rules::default()));
    drop(open().unwrap());
    let other = Connection::open(&path).unwrap();
    let write = "INSERT INTO task (id, batch, place, kind, body) VALUES (0, 1, 0, 'square', x'03');
        INSERT INTO result VALUES (0, 1, 'lost', x'', 0);";
    assert!(other.execute_batch(write).is_err(), "a person may not");
    let unchecked = format!("PRAGMA ignore_check_constraints = ON; DELETE FROM task; {write}");
    other.execute_batch(&unchecked).unwrap();
    drop(other);
    let why = open().err().unwrap();
    assert!(why.contains("is damaged"), "{why}");
}

/// Neither the deletion of a task nor a person's query of one walks a table.
#[test]
fn no_statement_about_one_task_walks_a_table() {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch(OPEN).unwrap();
    lay_out(&database).unwrap();
    let look = "SELECT state FROM queue WHERE id = 7";
    for statement in crate::store::SWEEP.into_iter().chain([look]) {
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.replace('?', "7"));
        let plan = texts(&database, &explain, "detail");
        let is_walk = |line: &String| line.starts_with("SCAN") && line != "SCAN CONSTANT ROW";
        assert!(!plan.iter().any(is_walk), "{statement}: {plan:?}");
    }
}

#[test]
fn the_view_for_people_tells_the_state_of_each_task() {
    let database = Connection::open_in_memory().unwrap();
    lay_out(&database).unwrap();
    let rows = "INSERT INTO task (id, batch, place, kind, body) VALUES
            (0, 1, 0, 'square', x'03'), (1, 1, 1, 'square', x'03'), (2, 1, 2, 'square', x'03'),
            (3, 1, 3, 'square', x'03'), (4, 1, 4, 'square', x'03'), (5, 1, 5, 'square', x'03');
        INSERT INTO result VALUES (0, 1, 'done', x'09', 0), (2, 3, 'cancelled', x'', 0), (4, 8, 'done', x'09', 0);
        INSERT INTO failure VALUES
            (2, 1, 'dead', x'6e6f', 0), (4, 3, 'dead', x'6e6f', 0), (5, 3, 'revived', x'', 0),
            (6, 4, 'dead', x'6e6f', 0), (7, 4, 'revived', x'', 0);";
    database.execute_batch(rows).unwrap();
    let states = texts(&database, "SELECT state FROM queue ORDER BY id", "state");
    assert_eq!(
        states,
        ["done", "dead", "cancelled", "revived", "done", "open"]
    );
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
