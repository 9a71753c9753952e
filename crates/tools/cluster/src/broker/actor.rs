//! The thread at the other end of a peer's line: it takes the peer's messages in, passes answers out,
//! and runs the tasks (of smol) that talk to the broker. The first task that fails ends the line.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use smol::LocalExecutor;
use smol::channel::{self, Receiver, Sender};
use smol::future::or;

use crate::line_error::LineError;
use crate::peer::ConnectError;

/// How long the last messages of a peer may take.
const FINISH_LIMIT: Duration = Duration::from_secs(10);

/// How many answers are taken at once.
const MOST: usize = 1024;

/// What the peer puts in.
pub(super) enum Posted<T> {
    Sent(T),
    /// Nothing follows. Carry out all that was put in, and then drop this.
    Finish(Sender<()>),
}

/// The peer's end: messages go in, and answers come out.
pub(super) struct Mailbox<H, T = Vec<(crate::wire::ToCluster, [u8; 8])>> {
    posted: Sender<Posted<T>>,
    answers: Mutex<mpsc::Receiver<H>>,
}

impl<H: Send + 'static, T: Send + 'static> Mailbox<H, T> {
    /// Starts the thread, which runs `begin` to its end.
    pub(super) fn open<F, R>(name: &str, begin: F) -> Result<Self, ConnectError>
    where
        F: FnOnce(Receiver<Posted<T>>, mpsc::Sender<H>) -> R + Send + 'static,
        R: Future<Output = ()>,
    {
        let (posted, to_do) = channel::unbounded();
        let (sender, answers) = mpsc::channel();
        let run = move || smol::block_on(begin(to_do, sender));
        let started = thread::Builder::new().name(name.to_owned()).spawn(run);
        started
            .map_err(|error| ConnectError::NotThere(format!("cannot start a thread: {error}")))?;
        let answers = Mutex::new(answers);
        Ok(Self { posted, answers })
    }

    pub(super) fn put(&self, sent: T) -> Result<(), LineError> {
        let put = self.posted.try_send(Posted::Sent(sent));
        put.map_err(|_over| LineError::Disconnected)
    }

    pub(super) fn take(&self, limit: Duration) -> Result<Vec<H>, LineError> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.recv_timeout(limit) {
            Ok(first) => Ok(std::iter::once(first)
                .chain(answers.try_iter().take(MOST))
                .collect()),
            Err(RecvTimeoutError::Timeout) => Err(LineError::Timeout),
            Err(RecvTimeoutError::Disconnected) => Err(LineError::Disconnected),
        }
    }

    pub(super) fn close(&self) {
        self.posted.close();
    }

    pub(super) fn finish(&self) {
        let (finish, finished) = channel::bounded(1);
        if self.posted.try_send(Posted::Finish(finish)).is_ok() {
            let limit = Instant::now() + FINISH_LIMIT;
            // Finished when the other end has dropped it.
            while !finished.is_closed() && Instant::now() < limit {
                thread::sleep(Duration::from_millis(2));
            }
        }
    }
}

impl<H, T> Drop for Mailbox<H, T> {
    fn drop(&mut self) {
        self.posted.close();
    }
}

/// The smol tasks of one thread.
pub(super) struct Actor {
    /// Dropped at the end, with its tasks: they hold the value that holds this one.
    executor: RefCell<Option<Rc<LocalExecutor<'static>>>>,
    failing: Sender<String>,
    failed: Receiver<String>,
}

impl Actor {
    pub(super) fn new() -> Self {
        let (failing, failed) = channel::unbounded();
        Self {
            executor: RefCell::new(Some(Rc::new(LocalExecutor::new()))),
            failing,
            failed,
        }
    }

    /// Runs a task beside the others. If it fails, all of them end.
    pub(super) fn spawn(&self, task: impl Future<Output = Result<(), String>> + 'static) {
        let failing = self.failing.clone();
        let watched = async move {
            if let Err(why) = task.await {
                let _over = failing.try_send(why);
            }
        };
        if let Some(executor) = &*self.executor.borrow() {
            executor.spawn(watched).detach();
        }
    }

    /// Runs until `main` has ended, or one of the others has failed.
    pub(super) async fn run(
        &self,
        main: impl Future<Output = Result<(), String>>,
    ) -> Result<(), String> {
        let failed = async {
            let why = self.failed.recv().await;
            Err(why.unwrap_or_default())
        };
        let executor = self.executor.borrow().clone();
        let over = match executor {
            Some(executor) => executor.run(or(failed, main)).await,
            None => Ok(()),
        };
        drop(self.executor.take());
        over
    }
}
