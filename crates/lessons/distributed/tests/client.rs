//! What a client can do besides submitting and waiting: follow, cancel, retry, drain.

mod running;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use distributed::task::Status;
use distributed::wire::ToScheduler;
use distributed::{Client, ConnectionError, Registry, ResultError, TaskId, work_ahead};
use lesson_test::until;

use running::*;

#[test]
fn results_come_in_the_order_of_their_ends_each_once_and_only_those_of_the_batch() {
    let running = Running::start();
    let (mut client, mut other) = (running.client(), running.client());
    let mut ids = Vec::new();
    for number in 0..20_u64 {
        ids.push(client.submit("square", &number).unwrap());
        other.submit("square", &99_u64).unwrap();
    }
    let worker = running.worker(squares);
    let mut ended = Vec::new();
    while ended.len() < ids.len() {
        for (id, value) in client.next_results::<u64>(LIMIT).unwrap() {
            let number = ids.iter().position(|&of| of == id).unwrap() as u64;
            assert_eq!(value.unwrap(), number * number);
            ended.push(id);
        }
    }
    // One worker does them in the order of their submission.
    assert_eq!(ended, ids);
    let late = client.next_results::<u64>(Duration::from_millis(20));
    assert!(matches!(late, Err(ConnectionError::Timeout(_))), "{late:?}");
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Together they are longer than a message.
#[test]
fn results_that_have_all_come_before_the_first_is_asked_for_are_all_received() {
    fn registry() -> Registry {
        Registry::new().with("bytes", |len_bytes: u64| vec![7_u8; len_bytes as usize])
    }
    let running = Running::start();
    let connection = running.peer();
    let worker = Call::start(move || work_ahead(connection, &registry(), 32));
    let mut client = running.client();
    let ids: Vec<_> = (0..1_100)
        .map(|_| client.submit("bytes", &1_000_u64).unwrap())
        .collect();
    // One worker does them in the order of their submission.
    let last = client.result::<Vec<u8>>(ids[1_099], LIMIT).unwrap();
    let mut ended = Vec::new();
    while ended.len() < ids.len() {
        for (id, value) in client.next_results::<Vec<u8>>(LIMIT).unwrap() {
            assert_eq!(value.unwrap(), last);
            ended.push(id);
        }
    }
    assert_eq!(ended, ids);
    running.end();
    worker.end_within(SOON).unwrap();
}

#[test]
fn a_batch_without_tasks_has_no_results_at_once() {
    let running = Running::start();
    assert!(
        running
            .client()
            .next_results::<u64>(LIMIT)
            .unwrap()
            .is_empty()
    );
    running.end();
}

#[test]
fn a_second_client_that_submits_for_the_same_batch_gets_the_same_task() {
    let running = Running::start();
    let mut first = running.client();
    let ids = [0, 1, 2_u64].map(|number| first.submit("square", &number).unwrap());
    let batch = first.batch();
    drop(first);
    let mut second = Client::connect_for(running.address, batch).unwrap();
    let again = [0, 1, 2_u64].map(|number| second.submit("square", &number).unwrap());
    assert_eq!(again, ids);
    assert_eq!(second.submit("square", &3_u64).unwrap(), TaskId(3));
    assert_eq!(second.status().unwrap().ready, 4);
    running.end();
}

#[test]
fn a_cancelled_task_is_never_begun() {
    static BEGUN: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    fn registry() -> Registry {
        Registry::new().with("note", |number: u64| BEGUN.lock().unwrap().push(number))
    }
    let running = Running::start();
    let mut client = running.client();
    let [first, second] = [1, 2_u64].map(|number| client.submit("note", &number).unwrap());
    assert!(client.cancel(first).unwrap());
    let worker = running.worker(registry);
    client.result::<()>(second, LIMIT).unwrap();
    assert!(!client.cancel(second).unwrap(), "it is done");
    let error = client.result::<()>(first, LIMIT).unwrap_err();
    assert!(error.to_string().contains("cancelled"), "{error}");
    let error = client.cancel(TaskId(9)).unwrap_err();
    assert!(matches!(error, ResultError::Unknown { .. }), "{error:?}");
    assert_eq!(*BEGUN.lock().unwrap(), [2]);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// A task that waits at a worker, after another one, is revoked there. The message may come too late, after
/// the worker has begun the task; so the test tries several times, and the message has to be in time once.
#[test]
fn a_task_that_a_worker_has_at_hand_can_be_cancelled() {
    static GATE: Mutex<()> = Mutex::new(());
    static BEGUN: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    fn registry() -> Registry {
        Registry::new().with("note", |number: u64| {
            BEGUN.lock().unwrap().push(number);
            drop(GATE.lock().unwrap());
        })
    }
    let running = Running::start();
    let connection = running.peer();
    let worker = Call::start(move || work_ahead(connection, &registry(), 2));
    let mut client = running.client();
    let is_in_time = (0..20).any(|_| {
        BEGUN.lock().unwrap().clear();
        let gate = GATE.lock().unwrap();
        let [first, second, third] =
            [1, 2, 3_u64].map(|number| client.submit("note", &number).unwrap());
        until("the first begins", || BEGUN.lock().unwrap().len() == 1);
        until("the second is lent", || {
            client.status().unwrap().leased == 2
        });
        assert!(client.cancel(second).unwrap());
        until("the third is lent in its place", || {
            client.status().unwrap().leased == 2
        });
        drop(gate);
        for id in [first, third] {
            client.result::<()>(id, LIMIT).unwrap();
        }
        let error = client.result::<()>(second, LIMIT).unwrap_err();
        assert!(error.to_string().contains("cancelled"), "{error}");
        *BEGUN.lock().unwrap() == [1, 3]
    });
    assert!(is_in_time, "it was begun each time");
    running.end();
    worker.end_within(SOON).unwrap();
}

#[test]
fn a_task_that_has_failed_too_often_is_listed_as_dead_and_can_be_tried_again() {
    static IS_MENDED: AtomicBool = AtomicBool::new(false);
    fn registry() -> Registry {
        Registry::new().with("flaky", |number: u64| {
            let is_mended = IS_MENDED.load(Ordering::Relaxed);
            is_mended.then_some(number).ok_or("not today")
        })
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    let id = client.submit("flaky", &3_u64).unwrap();
    assert_failed(client.result::<u64>(id, LIMIT), id, "not today");
    let dead = client.dead(TaskId(0)).unwrap();
    assert_eq!(dead, [(id, "not today".to_owned())]);
    IS_MENDED.store(true, Ordering::Relaxed);
    client.retry(id).unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 3);
    assert_eq!(client.dead(TaskId(0)).unwrap(), []);
    // Its end is reported once, in its present state.
    let ended = client.next_results::<u64>(LIMIT).unwrap();
    assert!(matches!(ended[..], [(of, Ok(3))] if of == id), "{ended:?}");
    running.end();
    worker.end_within(SOON).unwrap();
}

/// A worker that has fallen silent holds the last lease, of a task that has killed two workers.
#[test]
fn the_outcome_that_ends_a_drain_is_sent_before_the_last_message() {
    let running = Running::start();
    let mut client = running.client();
    let id = client.submit("square", &3_u64).unwrap();
    let takes = |attempt| {
        let worker = running.peer();
        assert_eq!(lease(&worker), id);
        worker.send(&ToScheduler::Started { id, attempt }).unwrap();
        worker
    };
    for attempt in FIRST..FIRST + 2 {
        drop(takes(attempt));
    }
    let _silent = takes(FIRST + 2);
    let result = Call::start(move || client.result::<u64>(id, LIMIT));
    let drainer = running.client();
    let drained = Call::start(move || drainer.drain(LIMIT));
    assert_failed(result.end_within(LIMIT), id, "died");
    drained.end_within(LIMIT).unwrap();
    running.call.end_within(LIMIT).unwrap();
}

#[test]
fn of_a_batch_that_was_forgotten_and_begins_anew_each_end_is_received() {
    let running = Running::start();
    let worker = running.worker(squares);
    let mut client = running.client();
    for number in 0..2_u64 {
        let id = client.submit("square", &number).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
    }
    let batch = client.batch();
    assert_eq!(client.next_results::<u64>(LIMIT).unwrap().len(), 2);
    running.peer().send(&ToScheduler::Forget { batch }).unwrap();
    until("it is forgotten", || client.status().unwrap().ended == 0);
    let mut other = Client::connect_for(running.address, batch).unwrap();
    let id = other.submit("square", &5_u64).unwrap();
    assert_eq!(other.result::<u64>(id, LIMIT).unwrap(), 25);
    // There is one end, and there were two before.
    assert!(client.next_results::<u64>(LIMIT).unwrap().is_empty());
    let ended = client.next_results::<u64>(LIMIT).unwrap();
    assert!(matches!(ended[..], [(of, Ok(25))] if of == id), "{ended:?}");
    running.end();
    worker.end_within(SOON).unwrap();
}

#[test]
fn a_drained_scheduler_ends_with_its_last_lease() {
    static GATE: Mutex<()> = Mutex::new(());
    static BEGUN: Mutex<u32> = Mutex::new(0);
    fn registry() -> Registry {
        Registry::new().with("wait", |(): ()| {
            *BEGUN.lock().unwrap() += 1;
            drop(GATE.lock().unwrap());
        })
    }
    let running = Running::start();
    let gate = GATE.lock().unwrap();
    let worker = running.worker(registry);
    let mut client = running.client();
    for _ in 0..2 {
        client.submit("wait", &()).unwrap();
    }
    until("the first begins", || *BEGUN.lock().unwrap() == 1);
    let drainer = running.client();
    let drained = Call::start(move || drainer.drain(LIMIT));
    let error = until_busy(&mut client);
    assert!(matches!(error, ConnectionError::Busy), "{error:?}");
    drop(gate);
    drained.end_within(SOON).unwrap();
    running.call.end_within(SOON).unwrap();
    worker.end_within(SOON).unwrap();
    assert_eq!(*BEGUN.lock().unwrap(), 1);
}

/// Submits until the scheduler accepts no more tasks.
fn until_busy(client: &mut Client) -> ConnectionError {
    loop {
        if let Err(error) = client.submit("wait", &()) {
            return error;
        }
    }
}

#[test]
fn the_status_counts_all_tasks() {
    let running = Running::start();
    let mut client = running.client();
    let ids = [0, 1, 2_u64].map(|number| client.submit("square", &number).unwrap());
    let holder = running.peer();
    assert_eq!(lease(&holder), ids[0]);
    client.cancel(ids[1]).unwrap();
    let expected = Status {
        ready: 1,
        leased: 1,
        ended: 1,
        ..Status::default()
    };
    assert_eq!(client.status().unwrap(), expected);
    drop(holder);
    running.end();
}
