//! A running scheduler, and calls with a limit: shared by the tests over real connections.
#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use distributed::wire::{FromScheduler, ToScheduler};
use distributed::{
    Client, Connection, ConnectionError, Registry, ResultError, Server, TaskId, work,
};

pub(crate) const LIMIT: Duration = Duration::from_secs(20);
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// The first message of a worker.
pub(crate) const READY: ToScheduler = ToScheduler::Credit { most: 1 };

/// The attempt of a worker's first lease.
pub(crate) const FIRST: u32 = 1;

/// A call in a thread of its own; the wait for its end has a limit.
pub(crate) struct Call<T>(pub(crate) Receiver<T>);

impl<T: Send + 'static> Call<T> {
    pub(crate) fn start(call: impl FnOnce() -> T + Send + 'static) -> Self {
        let (ended, end) = channel();
        thread::spawn(move || ended.send(call()));
        Self(end)
    }

    #[track_caller]
    pub(crate) fn end_within(&self, limit: Duration) -> T {
        self.0.recv_timeout(limit).expect("it ends in time")
    }
}

/// A scheduler on a free port.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) call: Call<std::io::Result<()>>,
}

impl Running {
    pub(crate) fn start() -> Self {
        let server = Server::bind("127.0.0.1:0").unwrap();
        let address = server.address();
        let call = Call::start(move || server.run());
        Self { address, call }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    pub(crate) fn worker(&self, registry: fn() -> Registry) -> Call<Result<(), ConnectionError>> {
        let connection = self.peer();
        Call::start(move || work(connection, &registry()))
    }

    /// A peer whose messages the test sends itself.
    pub(crate) fn peer(&self) -> Connection {
        Connection::connect(self.address).unwrap()
    }

    pub(crate) fn end(self) {
        self.client().shutdown().unwrap();
        self.call.end_within(LIMIT).unwrap();
    }
}

pub(crate) fn squares() -> Registry {
    Registry::new().with("square", |number: u64| number * number)
}

/// Takes a task, as a worker does.
pub(crate) fn lease(peer: &Connection) -> TaskId {
    peer.send(&READY).unwrap();
    match peer.recv_timeout(LIMIT).unwrap() {
        FromScheduler::Lease { id, .. } => id,
        other => panic!("{other:?} instead of a lease"),
    }
}

#[track_caller]
pub(crate) fn assert_failed(result: Result<u64, ResultError>, task: TaskId, expected: &str) {
    let error = result.unwrap_err();
    assert!(
        matches!(error, ResultError::Failed { id, .. } if id == task),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains(expected) && text.contains(&format!("task {task}")),
        "{text}"
    );
}
