//! The pool of the notes' program. As in `tiny.rs`, workers take tasks out of one queue and put
//! answers into another. A supervisor (their parent process) and a ledger (the list of tasks) add the rest:
//! - a worker is killed: the task in its hand (shared memory shows it) fails; a new worker starts;
//! - a task fails or panics: the answer has the error; `join` reports those that no `get` has read;
//! - many tasks at once: those for which the queue has no room wait in the owner's memory. Its next call that
//!   waits (`get`, `map`, `join`) sends them, and takes in all answers that have come: no thread does that;
//! - the owner drops the pool: the supervisor kills the workers; if the owner dies, the kernel kills all.

use std::marker::PhantomData;

use common::Message;
use inflight::{State, finish, stop, submit}; // Where an answer goes; how tasks begin and end.
use multiprocess::Outcome; // What a task may return: a value, or a `Result` with one.

use crate::handle::{MapHandle, TaskHandle};
use crate::iter::{Ordered, Unordered, imap, imap_unordered};
use crate::map::{map, map_async};
use crate::start::{OwnerCell, cpus, start};
use crate::{PoolError, SubmitError, TaskError, UnseenFailures};

/// A fixed number of worker processes that call one function; each task has an argument `A` and
/// returns an `R`.
///
/// Drop kills the workers; a task that is not done by then ends with an error. See [`join`](Self::join).
#[derive(Debug)]
pub struct Pool<A, R: Message> {
    owner: OwnerCell<R>,       // The state in the process that made the pool.
    types: PhantomData<fn(A)>, // It takes `A`s and holds none.
}

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// Starts `workers` processes, which will call `run` for one task after the other. Each has its own
    /// copy of what `run` has captured, except that all of them share the end of a queue (`ipc_queue`).
    /// A supervisor forks all of them, later ones too, so this process may start threads afterwards.
    ///
    /// # Errors
    /// [`PoolError`]: 0 workers or more than 4,096, a second thread in this process, or the system refuses.
    pub fn new<O: Outcome<Value = R>>(
        workers: usize,
        run: impl Fn(A) -> O + 'static,
    ) -> Result<Self, PoolError> {
        Self::with_state(workers, || (), move |_: &mut (), argument| run(argument))
    }

    /// Starts workers with a state of their own: each calls `init` once, before its first task.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_state<S, O: Outcome<Value = R>>(
        workers: usize,
        init: impl Fn() -> S + 'static,
        run: impl Fn(&mut S, A) -> O + 'static,
    ) -> Result<Self, PoolError> {
        let (owner, types) = (start(workers, init, run)?, PhantomData);
        Ok(Self { owner, types })
    }

    /// Starts a worker for each CPU that this process may use.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_each_cpu<O: Outcome<Value = R>>(
        run: impl Fn(A) -> O + 'static,
    ) -> Result<Self, PoolError> {
        Self::new(cpus(), run)
    }

    /// Returns the process ids of the workers that are alive, as far as the supervisor has reported.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.owner.borrow_mut().pids()
    }

    /// Submits a task without waiting for it; [`TaskHandle::get`] waits.
    ///
    /// # Errors
    /// [`SubmitError`], which returns the argument.
    pub fn apply_async(&self, argument: A) -> Result<TaskHandle<R>, SubmitError<A>> {
        let entry = submit(&self.owner, argument, State::Waiting)?; // Its place in the ledger.
        Ok(TaskHandle::new(&self.owner, entry))
    }

    /// Submits a task. Later one of the two functions is called with its value or error, in this
    /// thread, inside the next call of the pool that waits; if the function panics, that call panics.
    ///
    /// # Errors
    /// [`SubmitError`], which returns the argument; then neither function is called.
    pub fn apply_async_with(
        &self,
        argument: A,
        callback: impl FnOnce(R) + 'static,
        error_callback: impl FnOnce(TaskError) + 'static,
    ) -> Result<(), SubmitError<A>> {
        let call = |result: Result<R, _>| result.map_or_else(error_callback, callback);
        submit(&self.owner, argument, State::Called(Box::new(call))).map(drop)
    }

    /// Submits a task and waits for its value.
    ///
    /// # Errors
    /// [`TaskError`].
    pub fn apply(&self, argument: A) -> Result<R, TaskError> {
        let refused = |error| self.owner.borrow().refused(&error);
        self.apply_async(argument).map_err(refused)?.get()
    }

    /// Returns the values for many arguments, in their order. The arguments are sent in packets, about
    /// four for each worker, and only as fast as the queue has room for them.
    ///
    /// # Errors
    /// The first [`TaskError`] in that order; the other packets still run. An argument that cannot
    /// be encoded is an error at once, and those after it are not submitted.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        map(&self.owner, arguments.into_iter(), None)
    }

    /// Like [`map`](Self::map), with up to `len` arguments in a packet, or one if `len` is 0.
    ///
    /// # Errors
    /// As [`map`](Self::map).
    pub fn map_packets<I>(&self, arguments: I, len: usize) -> Result<Vec<R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        map(&self.owner, arguments.into_iter(), Some(len))
    }

    /// Like [`map`](Self::map), but does not wait: it returns a handle.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument cannot be encoded.
    pub fn map_async(&self, items: impl IntoIterator<Item = A>) -> Result<MapHandle<R>, TaskError> {
        map_async(&self.owner, items.into_iter())
    }

    /// Returns an iterator over the values for any number of arguments, in order; a task that fails is
    /// an `Err` in its place. At most 128 arguments for each worker are taken ahead of the results.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap<I>(&self, arguments: I) -> Result<Ordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        imap(&self.owner, arguments.into_iter())
    }

    /// Like [`imap`](Self::imap), but in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap_unordered<I>(&self, arguments: I) -> Result<Unordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        imap_unordered(&self.owner, arguments.into_iter())
    }

    /// Stops accepting new tasks; iterators that were made before go on.
    pub fn close(&self) {
        self.owner.borrow_mut().close();
    }

    /// Closes the pool; waits for all accepted tasks, and for all processes. Handles keep their results.
    ///
    /// # Errors
    /// [`UnseenFailures`] when tasks failed and their results were never read.
    pub fn join(self) -> Result<(), UnseenFailures> {
        finish(&self.owner)
    }

    /// Kills the workers and waits for their end, as drop does. Tasks that are not done end with an error.
    pub fn terminate(self) {} // Drop does it.
}

impl<A, R: Message> Drop for Pool<A, R> {
    fn drop(&mut self) {
        stop(&self.owner); // Does nothing after `join`.
    }
}
