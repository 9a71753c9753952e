//! Decisions while the disk is slow: here another program holds a lock on the database.

use std::io::Read;
use std::net::Shutdown;

use lesson_test::Folder;
use rusqlite::Connection;

use super::*;
use crate::store::Store;

/// A hub whose database is locked on demand.
struct OnDisk {
    hub: Hub,
    events: Receiver<Input>,
    address: SocketAddr,
    other: Connection,
    _folder: Folder,
}

impl OnDisk {
    fn new() -> Self {
        let folder = Folder::new();
        let path = folder.path("queue");
        let (address, inputs, events) = lobby_and_inputs();
        let mut machine = Machine::new(Rules::default());
        let store = Store::open(&path, &mut machine).unwrap();
        let writer = Writer::start(store, inputs).unwrap();
        let hub = Hub::new(machine, Some(writer), None, Duration::ZERO, Arc::default());
        let other = Connection::open(&path).unwrap();
        Self {
            hub,
            events,
            address,
            other,
            _folder: folder,
        }
    }

    /// Runs one turn, with the next input.
    fn turn(&mut self) {
        let input = self.events.recv_timeout(LIMIT);
        self.hub.turn(input, &self.events).unwrap();
    }

    /// Runs turns until this many tasks are ready or leased.
    fn turns_until(&mut self, open: u64) {
        let has = |status: scheduler::task::Status| status.ready + status.leased;
        while has(self.hub.status()) < open {
            self.turn();
        }
    }

    fn tasks_on_disk(&self) -> i64 {
        let count = "SELECT count(*) FROM task";
        self.other.query_row(count, [], |row| row.get(0)).unwrap()
    }
}

#[test]
fn the_next_turn_is_decided_while_one_is_written_and_both_are_answered_only_from_disk() {
    let mut disk = OnDisk::new();
    let mut client = Joined::new(disk.address, Role::Client);
    client.send_one(task(0), 1, Duration::ZERO);
    disk.turns_until(1);
    disk.hub.carry_out().unwrap();
    assert_eq!(client.recv().len(), 1);
    disk.other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for index in 1..4 {
        client.send_one(task(index), 1, Duration::ZERO);
        disk.turns_until(u64::from(index) + 1);
    }
    assert!(disk.hub.is_writing());
    assert!(receives_nothing(&client));
    assert_eq!(disk.tasks_on_disk(), 1);
    disk.other.execute_batch("ROLLBACK").unwrap();
    // The first task has a commit of its own; the others, which came meanwhile, share one.
    for (answers, on_disk) in [(1, 2), (2, 4)] {
        disk.hub.carry_out().unwrap();
        assert_eq!(client.recv().len(), answers);
        assert!(disk.tasks_on_disk() >= on_disk);
    }
}

/// A worker that ends sends its last result and ends its half of the line.
#[test]
fn a_worker_that_sends_nothing_more_hears_that_its_last_result_is_on_disk() {
    let mut disk = OnDisk::new();
    let mut worker = Joined::new(disk.address, Role::Worker);
    worker.send_one(ToScheduler::Credit { most: 1 }, 1, Duration::ZERO);
    // It has come, and may have a task, before there is one.
    (0..2).for_each(|_| disk.turn());
    let mut client = Joined::new(disk.address, Role::Client);
    client.send_one(task(0), 1, Duration::ZERO);
    disk.turns_until(1);
    disk.hub.carry_out().unwrap();
    let FromCluster::Machine(FromScheduler::Lease { id, attempt, .. }) = worker.recv().remove(0)
    else {
        panic!("no lease");
    };
    disk.other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = Vec::new();
    worker.send_one(ToScheduler::Done { id, attempt, body }, 1, Duration::ZERO);
    worker.stream.shutdown(Shutdown::Write).unwrap();
    let mut has_ended = false;
    while !has_ended {
        let input = disk.events.recv_timeout(LIMIT).unwrap();
        has_ended = matches!(input, Input::Ended(_));
        disk.hub.take_in(input).unwrap();
        disk.hub.carry_out_unless_writing().unwrap();
    }
    assert!(receives_nothing(&worker));
    disk.other.execute_batch("ROLLBACK").unwrap();
    disk.hub.carry_out().unwrap();
    let answer = worker.recv().remove(0);
    let FromCluster::Machine(FromScheduler::Recorded { .. }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(worker.stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(disk.hub.links.len(), 1, "the client is there");
}

/// The worker's heartbeats cannot name the task, because it has not received it.
#[test]
fn a_task_that_is_lent_while_the_disk_is_slow_is_not_taken_back_from_its_worker() {
    let mut disk = OnDisk::new();
    let mut worker = Joined::new(disk.address, Role::Worker);
    worker.send_one(ToScheduler::Credit { most: 1 }, 1, Duration::ZERO);
    (0..2).for_each(|_| disk.turn());
    disk.other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut client = Joined::new(disk.address, Role::Client);
    client.send_one(task(0), 1, Duration::ZERO);
    disk.turns_until(1);
    for _ in 0..4 {
        disk.hub.pass(SILENCE_LIMIT);
        let held = Vec::new();
        worker.send_one(ToScheduler::Heartbeat { held }, 1, Duration::ZERO);
        disk.turn();
        assert_eq!(disk.hub.status().leased, 1);
    }
    disk.other.execute_batch("ROLLBACK").unwrap();
    disk.hub.carry_out().unwrap();
    let answers = worker.recv();
    assert!(
        matches!(
            answers[..],
            [FromCluster::Machine(FromScheduler::Lease { .. })]
        ),
        "{answers:?}"
    );
}
