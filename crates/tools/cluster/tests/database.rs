//! Tests the database file of a scheduler: one with tasks, and files that it cannot use, which are
//! locked, of another version or program, or damaged.

mod harness;

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use harness::{Cluster, Gated, LIMIT, Running, ends_well, program};
use lesson_test::{Folder, Ran, run_within, until};
use nix::sys::signal::Signal;
use rusqlite::Connection;

/// Starts a scheduler that ends at once with an error, because it cannot use its data.
fn refused(data: &str) -> Ran {
    let mut command = Command::new(program());
    command.args(["scheduler", "--at", "127.0.0.1:0", "--data", data]);
    run_within(LIMIT, &mut command).expect_complaint(1)
}

/// A queue with one open task and one that is done, after its scheduler has ended.
fn used() -> (Folder, String) {
    let mut cluster = Cluster::start_in(Folder::new(), &[], &[]);
    let mut worker = cluster.worker(&[]);
    cluster.results(&cluster.submit(&["square", "3"]));
    worker.kill();
    cluster.submit(&["square", "4"]);
    cluster.scheduler.signal(Signal::SIGTERM);
    assert!(cluster.scheduler.end().success());
    let data = cluster.folder.text("cluster.db");
    (cluster.folder, data)
}

/// For SQLite these names mean something else, in memory.
#[test]
fn whatever_the_name_of_the_database_is_tasks_are_in_that_file() {
    for name in [":memory:", "file:queue?mode=memory"] {
        let folder = Folder::new();
        let start = || {
            let mut command = Command::new(program());
            command.args(["scheduler", "--at", "127.0.0.1:0", "--data", name]);
            command.current_dir(folder.path("."));
            Running::start(&mut command, &folder.path("log"))
        };
        let mut scheduler = start();
        let line = scheduler.wait_for("listens on");
        let address = line.split_once("listens on ").unwrap().1;
        let mut submit = Command::new(program());
        submit.args(["submit", "--detach", "--at", address, "square", "3"]);
        let _accepted = run_within(LIMIT, &mut submit).expect_success();
        scheduler.kill();
        start().wait_for("1 open, 0 dead, 0 ended");
    }
}

/// A person who changes something by hand may hold a lock for longer than a moment.
#[test]
fn a_lock_on_the_database_is_waited_for_and_named_if_it_does_not_go() {
    let mut cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let database = Connection::open(cluster.folder.path("cluster.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    // A busy machine's disk may be slow as well; the long limit keeps that out of this test.
    let submit = ["submit", "--give-up", "60", "square"];
    let mut submitting = cluster.background(&[&submit[..], &["3"]].concat());
    thread::sleep(Duration::from_secs(2));
    assert!(submitting.is_running());
    database.execute_batch("ROLLBACK").unwrap();
    assert!(submitting.end().success(), "{}", submitting.log());
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut refused = cluster.background(&[&submit[..], &["4"]].concat());
    assert_eq!(cluster.scheduler.end().code(), Some(1));
    let log = cluster.scheduler.log();
    let complaint = log.lines().last().unwrap();
    assert!(complaint.contains("cannot write"), "{log}");
    assert!(
        complaint.contains("another program has held a lock on it for 8 s"),
        "{log}"
    );
    database.execute_batch("ROLLBACK").unwrap();
    assert_eq!(refused.end().code(), Some(1));
    let log = refused.log();
    assert!(log.contains("the scheduler says: cannot write"), "{log}");
    cluster.start_again();
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 1));
}

/// The lock delays the start for as long as reading a large file would.
#[test]
fn a_database_that_takes_long_to_read_is_named_meanwhile() {
    let (folder, data) = used();
    let log = folder.path("log");
    let database = Connection::open(&data).unwrap();
    let exclusive = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
    database.execute_batch(exclusive).unwrap();
    let mut command = Command::new(program());
    command.args(["scheduler", "--at", "127.0.0.1:0", "--data", &data]);
    let mut scheduler = Running::start(&mut command, &log);
    scheduler.wait_for(&format!("Reading {data}"));
    drop(database);
    scheduler.wait_for("listens on");
    scheduler.kill();
    let mut scheduler = Running::start(&mut command, &log);
    scheduler.wait_for("listens on");
    assert!(!scheduler.log().contains("Reading"), "it was quick");
}

/// Otherwise the worker would answer for the task that has the number of its own now.
#[test]
fn a_worker_forgets_tasks_that_an_older_copy_of_the_database_does_not_have() {
    let mut cluster = Cluster::start();
    let data = cluster.folder.path("cluster.db");
    cluster.scheduler.signal(Signal::SIGTERM);
    ends_well(&mut cluster.scheduler);
    let copy = fs::read(&data).unwrap();
    cluster.start_again();
    let _worker = cluster.worker(&[]);
    let gated = Gated::start(&cluster);
    cluster.scheduler.kill();
    fs::write(&data, copy).unwrap();
    for beside in ["cluster.db-wal", "cluster.db-shm"] {
        fs::remove_file(cluster.folder.path(beside)).unwrap();
    }
    cluster.start_again();
    let batch = cluster.submit(&["square", "3"]);
    until("it is lent", || cluster.count("leased") == 1);
    gated.open();
    assert_eq!(cluster.results(&batch), ["9"]);
}

#[test]
fn a_database_that_another_scheduler_has_is_left_alone() {
    let cluster = Cluster::start();
    let ran = refused(&cluster.folder.text("cluster.db"));
    assert!(ran.err.contains("held by another scheduler"), "{ran:?}");
    cluster.submit(&["square", "3"]);
}

#[test]
fn a_database_of_another_version_or_another_program_is_refused() {
    let (folder, data) = used();
    let set = |pragma: &str| {
        let database = Connection::open(&data).unwrap();
        database.execute_batch(&format!("PRAGMA {pragma}")).unwrap();
    };
    set("user_version = 5");
    let before = fs::read(&data).unwrap();
    let ran = refused(&data);
    assert!(
        ran.err
            .contains("is of version 5, and this program reads version 6"),
        "{ran:?}"
    );
    assert_eq!(fs::read(&data).unwrap(), before, "it is left as it was");
    set("application_id = 7");
    let ran = refused(&data);
    assert!(ran.err.contains("a database of another program"), "{ran:?}");
    let text = folder.text("text");
    fs::write(
        &text,
        "a letter to a friend, and not at all a database\n".repeat(20),
    )
    .unwrap();
    let ran = refused(&text);
    assert!(ran.err.contains("is damaged, or no queue"), "{ran:?}");
    let ran = refused("/no/such/folder/cluster.db");
    assert!(
        ran.err.contains("cannot open /no/such/folder/cluster.db"),
        "{ran:?}"
    );
}

#[test]
fn a_damaged_database_is_refused_wherever_a_page_of_it_is_gone() {
    let (_folder, data) = used();
    let whole = fs::read(&data).unwrap();
    let page = 4096;
    assert!(whole.len() >= 7 * page, "{}", whole.len());
    let mut refusals = 0;
    for start in (0..whole.len()).step_by(page) {
        let mut damaged = whole.clone();
        damaged[start..start + page].fill(0xa5);
        fs::write(&data, &damaged).unwrap();
        let ran = refused(&data);
        assert!(ran.err.contains("is damaged, or no queue"), "{ran:?}");
        refusals += 1;
    }
    assert!(refusals >= 7, "{refusals}");
    fs::write(&data, &whole[..whole.len() / 2]).unwrap();
    let ran = refused(&data);
    assert!(ran.err.contains("is damaged, or no queue"), "{ran:?}");
}

/// A scheduler that has ended in good order leaves one file, and the next one needs two more to read it.
#[test]
fn a_good_database_on_a_full_disk_is_not_called_damaged() {
    let (folder, data) = used();
    let mut command = Command::new("sh");
    // No file may become as long as those two.
    command.args(["-c", "ulimit -f 16; exec \"$0\" \"$@\""]);
    command.arg(program());
    command.args(["scheduler", "--at", "127.0.0.1:0", "--data", &data]);
    let ran = run_within(LIMIT, &mut command).expect_complaint(1);
    let why = format!("cannot read {data}");
    assert!(
        ran.err.contains(&why) && ran.err.contains("is full"),
        "{ran:?}"
    );
    let cluster = Cluster::start_in(folder, &[], &[]);
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (1, 1));
}

/// Rows that a person or another program wrote: each is valid, but together they make no sense.
#[test]
fn rows_that_make_no_sense_are_a_damaged_database() {
    let (_folder, data) = used();
    let whole = fs::read(&data).unwrap();
    let add = "INSERT INTO failure VALUES (7, 0, ";
    for nonsense in [
        format!("{add}'revived', x'', 0)"),
        format!("{add}'dead', x'6e6f', 0)"),
        "UPDATE task SET id = -1 WHERE id = 1".to_owned(),
        "UPDATE task SET batch = 1, place = 1".to_owned(),
        "INSERT INTO next VALUES (-1)".to_owned(),
    ] {
        fs::write(&data, &whole).unwrap();
        let database = Connection::open(&data).unwrap();
        database.execute_batch(&nonsense).unwrap();
        drop(database);
        let ran = refused(&data);
        assert!(
            ran.err.contains("is damaged, or no queue"),
            "{nonsense}: {ran:?}"
        );
    }
}
