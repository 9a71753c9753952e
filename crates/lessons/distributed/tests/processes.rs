//! The scheduler and its workers as processes that are killed and stopped. Each test is a process
//! of its own, see `lesson_test`, which also checks that a test leaves nothing behind.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use distributed::limits::SILENCE_LIMIT;
use distributed::wire::{FromScheduler, Role, ToScheduler};
use distributed::{
    Client, Connection, ConnectionError, Registry, ResultError, Server, TaskId, work,
};
use multiprocess::{Exit, Process, ProcessError, only_thread};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, dup2_stdout, geteuid, setuid};

lesson_test::forking_tests![
    two_forked_clients_have_batches_of_their_own,
    d10_a_client_is_disconnected_when_the_scheduler_is_killed,
    d12_the_task_of_a_killed_worker_is_given_out_again,
    text_of_print_in_a_task_is_written_before_its_result_arrives,
    d12_a_worker_that_was_stopped_too_long_is_not_heard_any_more,
    a_worker_that_was_stopped_while_idle_goes_on,
    a_scheduler_that_was_stopped_takes_no_task_back_from_workers_that_live,
    a_scheduler_that_was_stopped_while_it_wrote_goes_on_with_the_rest,
    d12_a_task_that_kills_every_worker_fails_and_the_next_is_done,
    a_worker_without_a_second_thread_is_an_error_and_the_scheduler_goes_on,
    a_scheduler_without_descriptors_goes_on_and_accepts_when_there_are_some,
    d17_the_end_of_a_server_leaves_no_thread,
    d17_dropped_handles_leave_no_process,
];

const LIMIT: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_secs(10);

fn start_scheduler() -> (SocketAddr, Process<()>) {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let address = server.address();
    let scheduler = Process::start("scheduler", move || server.run()).unwrap();
    (address, scheduler)
}

fn start_worker(name: &str, address: SocketAddr) -> Process<()> {
    let square = |number: u64| number * number;
    let registry = move || Registry::new().with("square", square);
    let connection = Connection::connect(address).unwrap();
    Process::start(name, move || work(connection, &registry())).unwrap()
}

/// A worker that reports when its task begins, and goes on when it receives a byte. Its result is 0.
fn start_gated(address: SocketAddr) -> (Process<()>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(LIMIT)).unwrap();
    let square = move |_: u64| {
        (&theirs).write_all(b"b").unwrap();
        (&theirs).read_exact(&mut [0]).unwrap();
        0_u64
    };
    let registry = move || Registry::new().with("square", square);
    let connection = Connection::connect(address).unwrap();
    let worker = Process::start("gated", move || work(connection, &registry())).unwrap();
    (worker, ours)
}

fn wait_for_the_task(mut gate: &UnixStream) {
    gate.read_exact(&mut [0]).unwrap();
}

/// Otherwise it is lost when the worker is killed after that: std keeps it in a buffer.
#[expect(clippy::disallowed_macros, reason = "its buffer is the subject")]
fn text_of_print_in_a_task_is_written_before_its_result_arrives() {
    let (address, scheduler) = start_scheduler();
    let mut file = File::from(memfd_create("stdout", MFdFlags::empty()).unwrap());
    let stdout = file.try_clone().unwrap();
    let connection = Connection::connect(address).unwrap();
    let worker = Process::start("worker", move || {
        dup2_stdout(stdout).unwrap();
        work(
            connection,
            &Registry::new().with("print", |(): ()| print!("x")),
        )
    });
    let mut client = Client::connect(address).unwrap();
    let id = client.submit("print", &()).unwrap();
    client.result::<()>(id, LIMIT).unwrap();
    drop(worker.unwrap()); // Kills it.
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "x");
    client.shutdown().unwrap();
    scheduler.join().unwrap();
}

fn exit_in_time(process: &mut Process<()>) -> Option<Exit> {
    process.wait_timeout(LIMIT).unwrap()
}

/// Even if their parent has drawn from std's `RandomState`, whose seed a fork copies.
fn two_forked_clients_have_batches_of_their_own() {
    let (address, scheduler) = start_scheduler();
    assert!(HashMap::<u64, u64>::new().is_empty());
    let clients = [0; 2].map(|_| {
        let connect = move || Client::connect(address).map(|client| client.batch());
        Process::start("client", connect).unwrap()
    });
    let batches = clients.map(|client| client.join().unwrap());
    assert_ne!(batches[0], batches[1]);
    Client::connect(address).unwrap().shutdown().unwrap();
    scheduler.join().unwrap();
}

/// Row D10.
fn d10_a_client_is_disconnected_when_the_scheduler_is_killed() {
    let (address, mut scheduler) = start_scheduler();
    let client = Process::start("client", move || {
        let result = Client::connect(address)
            .map_err(ResultError::from)
            .and_then(|mut client| {
                let id = client.submit("square", &3_u64)?;
                client.result::<u64>(id, LIMIT)
            });
        matches!(
            result,
            Err(ResultError::Connection(ConnectionError::Disconnected))
        )
    });
    let (mut worker, gate) = start_gated(address);
    // The worker holds the task of the client, which now waits, or is about to.
    wait_for_the_task(&gate);
    scheduler.kill().unwrap();
    assert!(exit_in_time(&mut scheduler).is_some());
    let mut client = client.unwrap();
    assert_eq!(client.wait_timeout(SOON).unwrap(), Some(Exit::Code(0)));
    assert!(client.join().unwrap());
    let refused = Client::connect(address).unwrap_err();
    assert!(matches!(refused, ConnectionError::Connect { .. }));
    (&gate).write_all(b"g").unwrap();
    assert_eq!(exit_in_time(&mut worker), Some(Exit::Code(1)));
    let text = worker.join().unwrap_err().to_string();
    assert!(text.contains("disconnected"), "{text}");
}

/// Row D12.
fn d12_the_task_of_a_killed_worker_is_given_out_again() {
    let (address, scheduler) = start_scheduler();
    let (victim, gate) = start_gated(address);
    let mut client = Client::connect(address).unwrap();
    let tasks: Vec<TaskId> = (0..3_u64)
        .map(|number| client.submit("square", &number).unwrap())
        .collect();
    wait_for_the_task(&gate);
    victim.kill().unwrap();
    let worker = start_worker("worker", address);
    for (number, id) in (0..).zip(tasks) {
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
    }
    client.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

/// Row D12, and X27: the result that comes too late is not recorded. The row is about times.
fn d12_a_worker_that_was_stopped_too_long_is_not_heard_any_more() {
    let (address, scheduler) = start_scheduler();
    let (mut stopped, gate) = start_gated(address);
    let mut client = Client::connect(address).unwrap();
    let id = client.submit("square", &3_u64).unwrap();
    wait_for_the_task(&gate);
    let pid = Pid::from_raw(stopped.pid().cast_signed());
    kill(pid, Signal::SIGSTOP).unwrap();
    let worker = start_worker("worker", address);
    assert_eq!(client.result::<u64>(id, SILENCE_LIMIT + LIMIT).unwrap(), 9);
    (&gate).write_all(b"g").unwrap();
    kill(pid, Signal::SIGCONT).unwrap();
    assert_eq!(exit_in_time(&mut stopped), Some(Exit::Code(1)));
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    let text = stopped.join().unwrap_err().to_string();
    assert!(text.contains("disconnected"), "{text}");
    client.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

/// As by Ctrl-Z: the system interrupts its wait, which must not end its connection.
fn a_worker_that_was_stopped_while_idle_goes_on() {
    let (address, scheduler) = start_scheduler();
    let worker = start_worker("worker", address);
    let pid = Pid::from_raw(worker.pid().cast_signed());
    let mut client = Client::connect(address).unwrap();
    for number in 0..20_u64 {
        let id = client.submit("square", &number).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
        kill(pid, Signal::SIGSTOP).unwrap();
        kill(pid, Signal::SIGCONT).unwrap();
    }
    client.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

/// The time for which it was stopped does not count against them. The row is about times.
fn a_scheduler_that_was_stopped_takes_no_task_back_from_workers_that_live() {
    let (address, scheduler) = start_scheduler();
    let (worker, gate) = start_gated(address);
    let mut client = Client::connect(address).unwrap();
    let id = client.submit("square", &3_u64).unwrap();
    wait_for_the_task(&gate);
    let pid = Pid::from_raw(scheduler.pid().cast_signed());
    kill(pid, Signal::SIGSTOP).unwrap();
    thread::sleep(SILENCE_LIMIT + SILENCE_LIMIT / 3);
    kill(pid, Signal::SIGCONT).unwrap();
    // Without the lease it would be lent again, to this one.
    let other = start_worker("other", address);
    thread::sleep(SILENCE_LIMIT / 3);
    (&gate).write_all(b"g").unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 0);
    client.shutdown().unwrap();
    worker.join().unwrap();
    other.join().unwrap();
    scheduler.join().unwrap();
}

/// The time for which it was stopped does not count against a peer that had no room just then.
fn a_scheduler_that_was_stopped_while_it_wrote_goes_on_with_the_rest() {
    /// More than the system's buffers, and less than the outbox of a peer.
    const RESULTS: usize = 48;
    let (address, scheduler) = start_scheduler();
    let connection = Connection::connect(address).unwrap();
    let registry = || Registry::new().with("square", |long: usize| vec![7_u8; long]);
    let worker = Process::start("worker", move || work(connection, &registry())).unwrap();
    let mut client = Client::connect(address).unwrap();
    let id = client.submit("square", &1_000_000_usize).unwrap();
    assert_eq!(
        client.result::<Vec<u8>>(id, LIMIT).unwrap().len(),
        1_000_000
    );
    let slow = Connection::connect_as(Role::Client, address).unwrap();
    for _ in 0..RESULTS {
        slow.send(&ToScheduler::Collect { id }).unwrap();
    }
    // Now it writes, and waits for room.
    thread::sleep(SILENCE_LIMIT / 6);
    let pid = Pid::from_raw(scheduler.pid().cast_signed());
    kill(pid, Signal::SIGSTOP).unwrap();
    thread::sleep(SILENCE_LIMIT);
    kill(pid, Signal::SIGCONT).unwrap();
    for number in 0..RESULTS {
        let answer = slow.recv_timeout(LIMIT);
        let is_whole = matches!(answer, Ok(FromScheduler::Finished { .. }));
        assert!(is_whole, "{number}: {answer:?}");
    }
    client.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

fn d12_a_task_that_kills_every_worker_fails_and_the_next_is_done() {
    let (address, scheduler) = start_scheduler();
    let workers = [0; 4].map(|_| {
        let registry = || {
            let die = |(): ()| -> () { multiprocess::exit_now(3) };
            Registry::new().with("die", die).with("live", |(): ()| 7)
        };
        let connection = Connection::connect(address).unwrap();
        Process::start("worker", move || work(connection, &registry())).unwrap()
    });
    let mut client = Client::connect(address).unwrap();
    let deadly = client.submit("die", &()).unwrap();
    let harmless = client.submit("live", &()).unwrap();
    let error = client.result::<()>(deadly, LIMIT).unwrap_err();
    assert!(matches!(error, ResultError::Failed { .. }), "{error:?}");
    assert_eq!(client.result::<i32>(harmless, LIMIT).unwrap(), 7);
    client.shutdown().unwrap();
    let ends = workers.map(Process::join);
    let dead = ends.iter().filter(|end| {
        matches!(
            end,
            Err(ProcessError::Ended {
                exit: Exit::Code(3),
                ..
            })
        )
    });
    assert_eq!(dead.count(), 3);
    assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1);
    scheduler.join().unwrap();
}

/// In a child, because a process that has given up root cannot get it back; root has no such limit.
fn a_worker_without_a_second_thread_is_an_error_and_the_scheduler_goes_on() {
    let (address, scheduler) = start_scheduler();
    let connection = Connection::connect(address).unwrap();
    let limited = Process::start("limited", move || {
        if geteuid().is_root() {
            setuid(Uid::from_raw(30_000 + common::pid() % 30_000)).unwrap();
        }
        setrlimit(Resource::RLIMIT_NPROC, 0, 0).unwrap();
        let refused = work(connection, &Registry::new()).unwrap_err();
        assert!(matches!(refused, ConnectionError::NoThread(_)));
        refused.to_string()
    });
    let text = limited.unwrap().join().unwrap();
    assert!(text.contains("ulimit -u"), "{text}");
    let worker = start_worker("worker", address);
    let mut client = Client::connect(address).unwrap();
    let task = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(task, LIMIT).unwrap(), 9);
    client.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

fn a_scheduler_without_descriptors_goes_on_and_accepts_when_there_are_some() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let address = server.address();
    let scheduler = Process::start("scheduler", move || {
        setrlimit(Resource::RLIMIT_NOFILE, 24, 24).unwrap();
        server.run()
    });
    let mut scheduler = scheduler.unwrap();
    let mut first = Client::connect(address).unwrap();
    let id = first.submit("square", &3_u64).unwrap();
    let crowd: Vec<Client> = (0..40).map(|_| Client::connect(address).unwrap()).collect();
    // By now the scheduler has accepted as many as it can, and failed to accept the next.
    let ended = scheduler.wait_timeout(Duration::from_millis(300)).unwrap();
    assert_eq!(ended, None, "it has ended with all its tasks");
    drop(crowd);
    let worker = start_worker("worker", address);
    assert_eq!(first.result::<u64>(id, LIMIT).unwrap(), 9);
    first.shutdown().unwrap();
    worker.join().unwrap();
    scheduler.join().unwrap();
}

/// Row D17.
fn d17_the_end_of_a_server_leaves_no_thread() {
    for _ in 0..20 {
        let server = Server::bind("127.0.0.1:0").unwrap();
        let address = server.address();
        let registry = || Registry::new().with("square", |number: u64| number * number);
        let running = thread::spawn(move || server.run());
        let connection = Connection::connect(address).unwrap();
        let worker = thread::spawn(move || work(connection, &registry()));
        let idle = Client::connect(address).unwrap();
        let mut client = Client::connect(address).unwrap();
        let id = client.submit("square", &3_u64).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
        client.shutdown().unwrap();
        running.join().unwrap().unwrap();
        worker.join().unwrap().unwrap();
        drop(idle);
        only_thread().unwrap();
    }
}

/// Row D17.
fn d17_dropped_handles_leave_no_process() {
    let (address, scheduler) = start_scheduler();
    let worker = start_worker("worker", address);
    let mut client = Client::connect(address).unwrap();
    let id = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    drop((scheduler, worker));
    assert_eq!(multiprocess::active_children(), []);
}
