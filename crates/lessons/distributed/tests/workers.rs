//! Workers and their tasks over real connections: lost, slow, failing, long, late, many.

mod running;

use std::panic::panic_any;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use borsh::{BorshDeserialize, BorshSerialize};
use distributed::limits::{HEARTBEAT, MESSAGE_LIMIT, SILENCE_LIMIT};
use distributed::task::Key;
use distributed::wire::ToScheduler;
use distributed::{Connection, ConnectionError, MOST_CONNECTIONS, Registry, work, work_ahead};
use lesson_test::until;

use running::*;

/// Row D12, by the end of a connection.
#[test]
fn d12_the_task_of_a_lost_worker_is_done_by_another() {
    let running = Running::start();
    let mut client = running.client();
    let id = client.submit("square", &3_u64).unwrap();
    let lost = running.peer();
    assert_eq!(lease(&lost), id);
    let worker = running.worker(squares);
    drop(lost);
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D12, for a worker that is connected and stuck. The row is about times.
#[test]
fn d12_a_worker_without_heartbeats_loses_its_task_and_one_with_them_keeps_it() {
    let running = Running::start();
    let mut client = running.client();
    let (stuck, slow) = (running.peer(), running.peer());
    let first = client.submit("square", &3_u64).unwrap();
    assert_eq!(lease(&stuck), first);
    let second = client.submit("square", &4_u64).unwrap();
    assert_eq!(lease(&slow), second);
    let worker = running.worker(squares);
    let start = Instant::now();
    while start.elapsed() < SILENCE_LIMIT + HEARTBEAT {
        let held = vec![second];
        slow.send(&ToScheduler::Heartbeat { held }).unwrap();
        thread::sleep(HEARTBEAT);
    }
    assert_eq!(client.result::<u64>(first, LIMIT).unwrap(), 9);
    // Recorded from the worker that kept the task, and not done by the other.
    let body = borsh::to_vec(&99_u64).unwrap();
    let (id, attempt) = (second, FIRST);
    slow.send(&ToScheduler::Done { id, attempt, body }).unwrap();
    assert_eq!(client.result::<u64>(second, LIMIT).unwrap(), 99);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// The other half of it: a worker sends heartbeats while its task runs. The row is about times.
#[test]
fn d12_a_worker_keeps_a_task_that_takes_longer_than_the_limit_on_silence() {
    static DONE: Mutex<u32> = Mutex::new(0);
    fn registry() -> Registry {
        Registry::new().with("slow", |(): ()| {
            *DONE.lock().unwrap() += 1;
            thread::sleep(SILENCE_LIMIT + HEARTBEAT);
        })
    }
    let running = Running::start();
    let workers = [0; 2].map(|_| running.worker(registry));
    let mut client = running.client();
    let id = client.submit("slow", &()).unwrap();
    client.result::<()>(id, 2 * LIMIT).unwrap();
    assert_eq!(*DONE.lock().unwrap(), 1);
    running.end();
    for worker in workers {
        worker.end_within(SOON).unwrap();
    }
}

/// Row D14, for a peer that asks and never reads: it is cut off, the others go on.
#[test]
fn d14_a_peer_that_reads_nothing_holds_no_other_up() {
    fn registry() -> Registry {
        squares().with("large", |(): ()| vec![7_u8; 1 << 19])
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    let large = client.submit("large", &()).unwrap();
    let value: Vec<u8> = client.result(large, LIMIT).unwrap();
    assert_eq!(value.len(), 1 << 19);
    let deaf = running.peer();
    // The outbox holds 64 answers, and the system's buffers some more megabytes.
    let asks = (0..200).take_while(|_| {
        let id = client.submit("square", &3_u64).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
        deaf.send(&ToScheduler::Collect { id: large }).is_ok()
    });
    assert!(asks.count() < 200, "it is not cut off");
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D16.
#[test]
fn d16_a_task_that_fails_or_panics_is_an_error_with_its_id_and_the_worker_goes_on() {
    fn registry() -> Registry {
        squares()
            .with("fail", |text: String| Err::<(), _>(text))
            .with("panic", |text: String| -> () { panic!("{text}") })
    }
    let text = "not today".to_owned();
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    for (kind, expected) in [
        ("fail", "not today"),
        ("panic", "panicked: not today"),
        ("square", "u64"),
    ] {
        let id = client.submit(kind, &text).unwrap();
        assert_failed(client.result::<u64>(id, LIMIT), id, expected);
        let id = client.submit("square", &3_u64).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    }
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D16. Its destructor panics, too.
#[test]
fn d16_a_panic_whose_payload_panics_when_dropped_is_an_error_of_its_task() {
    struct Grenade;
    impl Drop for Grenade {
        fn drop(&mut self) {
            panic!("a second one");
        }
    }
    fn registry() -> Registry {
        squares().with("panic", |(): ()| -> () { panic_any(Grenade) })
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    let id = client.submit("panic", &()).unwrap();
    assert_failed(client.result::<u64>(id, LIMIT), id, "panicked");
    let id = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D16: the task is done before its value ends.
#[test]
fn d16_a_task_whose_value_panics_when_dropped_is_done() {
    #[derive(Debug, BorshSerialize, BorshDeserialize)]
    struct Grenade(u64);
    impl Drop for Grenade {
        fn drop(&mut self) {
            panic!("the end of a value");
        }
    }
    fn registry() -> Registry {
        Registry::new().with("throw", |number: u64| Ok::<_, String>(Grenade(number)))
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    for number in 0..2_u64 {
        let id = client.submit("throw", &number).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number);
    }
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D16, for what is too long for a message.
#[test]
fn d16_a_result_or_an_error_that_is_too_long_fails_the_task_and_not_the_worker() {
    fn registry() -> Registry {
        squares()
            .with("large", |(): ()| vec![0_u8; 2 << 20])
            .with("wordy", |(): ()| Err::<(), _>("no ".repeat(1 << 20)))
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    for kind in ["large", "wordy"] {
        let id = client.submit(kind, &()).unwrap();
        assert_failed(client.result::<u64>(id, LIMIT), id, "above the limit");
    }
    let id = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D15, as far as the limit allows: what was accepted can be passed on, to the last byte.
#[test]
fn d15_the_largest_task_and_the_largest_result_are_passed_on() {
    fn registry() -> Registry {
        Registry::new().with("echo", |bytes: Vec<u8>| bytes)
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let mut client = running.client();
    let submit = |bytes: &Vec<u8>| {
        let (kind, body) = ("echo".to_owned(), borsh::to_vec(bytes).unwrap());
        let (key, call) = (
            Key { batch: 0, index: 0 },
            distributed::task::Call { kind, body },
        );
        ToScheduler::Submit { key, call }
    };
    let overhead = borsh::to_vec(&submit(&Vec::new())).unwrap().len();
    let mut bytes = vec![7; MESSAGE_LIMIT - overhead];
    let largest = client.submit("echo", &bytes).unwrap();
    assert_eq!(client.result::<Vec<u8>>(largest, LIMIT).unwrap(), bytes);
    bytes.push(7);
    let error = client.submit("echo", &bytes).unwrap_err();
    assert!(matches!(error, ConnectionError::Unsendable(_)), "{error:?}");
    let small = client.submit("echo", &vec![1_u8]).unwrap();
    assert_eq!(client.result::<Vec<u8>>(small, Duration::MAX).unwrap(), [1]);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Workers of the usual Python program end with an `EOFError` here (B46).
#[test]
fn b46_a_worker_in_the_middle_of_a_task_ends_in_good_order() {
    static GATE: Mutex<()> = Mutex::new(());
    static BEGUN: Mutex<bool> = Mutex::new(false);
    fn registry() -> Registry {
        Registry::new().with("wait", |(): ()| {
            *BEGUN.lock().unwrap() = true;
            drop(GATE.lock().unwrap());
        })
    }
    let running = Running::start();
    let worker = running.worker(registry);
    let gate = GATE.lock().unwrap();
    running.client().submit("wait", &()).unwrap();
    until("the task begins", || *BEGUN.lock().unwrap());
    running.end();
    drop(gate);
    worker.end_within(SOON).unwrap();
}

/// Like a process that is slow to start.
#[test]
fn b46_a_worker_that_begins_when_all_is_over_ends_in_good_order() {
    for round in 0..20 {
        let running = Running::start();
        let late = running.peer();
        running.client().shutdown().unwrap();
        if round == 0 {
            // Later than the scheduler waits for it.
            running.call.end_within(LIMIT).unwrap();
        }
        let worker = Call::start(move || work(late, &squares()));
        worker.end_within(SOON).unwrap();
    }
}

#[test]
fn a_worker_whose_scheduler_is_gone_without_a_word_is_disconnected() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connection = Connection::connect(address).unwrap();
    let worker = Call::start(move || work(connection, &squares()));
    drop(listener.accept().unwrap());
    let error = worker.end_within(SOON).unwrap_err();
    assert!(matches!(error, ConnectionError::Disconnected), "{error:?}");
}

#[test]
fn one_connection_too_many_is_refused_with_the_reason_and_the_next_end_makes_room() {
    let running = Running::start();
    let mut peers: Vec<_> = (0..MOST_CONNECTIONS).map(|_| running.client()).collect();
    // By now the scheduler has received the role of each.
    for peer in &mut peers {
        peer.submit("square", &1_u64).unwrap();
    }
    let error = running.client().submit("square", &1_u64).unwrap_err();
    assert!(matches!(error, ConnectionError::Refused(_)), "{error:?}");
    let expected = format!("{MOST_CONNECTIONS} are connected");
    assert!(error.to_string().contains(&expected), "{error}");
    let worker = running.worker(squares).end_within(SOON).unwrap_err();
    assert!(matches!(worker, ConnectionError::Refused(_)), "{worker:?}");
    for peer in &mut peers {
        peer.submit("square", &1_u64).unwrap();
    }
    drop(peers);
    until("there is room", || {
        running.client().submit("square", &1_u64).is_ok()
    });
    running.end();
}

#[test]
fn a_worker_that_asks_for_more_tasks_than_there_is_room_for_is_not_cut_off() {
    let running = Running::start();
    let mut client = running.client();
    let ids: Vec<_> = (0..500_u64)
        .map(|number| client.submit("square", &number).unwrap())
        .collect();
    let connection = running.peer();
    let worker = Call::start(move || work_ahead(connection, &squares(), u32::MAX));
    for (number, id) in (0..).zip(ids) {
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
    }
    running.end();
    worker.end_within(SOON).unwrap();
}

#[test]
fn many_clients_and_workers_at_once_lose_nothing() {
    let running = Running::start();
    let workers = [0; 4].map(|_| running.worker(squares));
    let mut ids = Arc::new(Mutex::new(Vec::new()));
    let clients = [0; 4].map(|_| {
        let (mut client, ids) = (running.client(), Arc::clone(&ids));
        Call::start(move || {
            for number in 0..100_u64 {
                let id = client.submit("square", &number).unwrap();
                assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
                ids.lock().unwrap().push(id);
            }
        })
    });
    for client in clients {
        client.end_within(2 * LIMIT);
    }
    let ids = Arc::get_mut(&mut ids).unwrap().get_mut().unwrap();
    ids.sort_unstable();
    assert!(ids.iter().map(|id| id.0).eq(0..400));
    running.end();
    for worker in workers {
        worker.end_within(SOON).unwrap();
    }
}
