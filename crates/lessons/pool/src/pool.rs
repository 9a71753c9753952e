//! The pool as its owner sees it. A task gets a number and goes into a queue; a worker shows in shared
//! memory which one it takes, and puts value and number into the queue of answers. When a worker
//! dies, its parent (the supervisor) starts another, and the task that it had shown is an error.

use std::marker::PhantomData;

use common::Message;
use multiprocess::Outcome;

use crate::handle::{MapHandle, Shared, TaskHandle, cpus, finish, start, stop, submit_with};
use crate::iter::{Ordered, Unordered, imap, imap_unordered};
use crate::map::{map, map_async, map_packets};
use crate::owner::Door;
use crate::{PoolError, SubmitError, TaskError, UnseenFailures};

/// A set number of worker processes that call one function, with an argument `A` for each task
/// and a value `R` that comes back.
///
/// Drop kills the workers; a task that is not done by then ends with an error. See [`join`](Self::join).
#[derive(Debug)]
pub struct Pool<A, R: Message> {
    owner: Shared<R>,
    arguments: PhantomData<fn(A)>,
}

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// Starts `workers` processes, which will call `run` for one task after the other. Each has its
    /// own copy of what `run` has captured, but the end of a queue (`ipc_queue`) is shared by all.
    /// Their parent is a supervisor, the only child of this process, which may start threads now.
    ///
    /// # Errors
    /// [`PoolError`]: 0 workers, a second thread in this process, or no room in the system.
    pub fn new<O>(workers: usize, run: impl Fn(A) -> O + 'static) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
    {
        Self::with_state(workers, || (), move |(): &mut (), argument| run(argument))
    }

    /// Workers with a state of their own: each calls `init` once, before its first task.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_state<S, O, I, F>(workers: usize, init: I, run: F) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
        I: Fn() -> S + 'static,
        F: Fn(&mut S, A) -> O + 'static,
    {
        Ok(Self {
            owner: start(workers, init, run)?,
            arguments: PhantomData,
        })
    }

    /// A worker for each CPU that this process may use.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_each_cpu<O>(run: impl Fn(A) -> O + 'static) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
    {
        Self::new(cpus(), run)
    }

    /// The process ids of the workers that live, as far as the supervisor has told.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.owner.borrow_mut().pids()
    }

    /// Submits a task. Does not wait: the handle asks for the result.
    ///
    /// # Errors
    /// [`SubmitError`], with the argument.
    pub fn apply_async(&self, argument: A) -> Result<TaskHandle<R>, SubmitError<A>> {
        TaskHandle::submit(&self.owner, argument)
    }

    /// Submits a task. One of the two functions is called once, with its value or its error, in this
    /// thread, inside the next call of the pool that waits; if it panics, that call panics.
    ///
    /// # Errors
    /// [`SubmitError`], with the argument; then neither is called.
    pub fn apply_async_with(
        &self,
        argument: A,
        callback: impl FnOnce(R) + 'static,
        error_callback: impl FnOnce(TaskError) + 'static,
    ) -> Result<(), SubmitError<A>> {
        let call = |result: Result<R, _>| result.map_or_else(error_callback, callback);
        submit_with(&self.owner, argument, Box::new(call))
    }

    /// Submits a task and waits for its value.
    ///
    /// # Errors
    /// [`TaskError`].
    pub fn apply(&self, argument: A) -> Result<R, TaskError> {
        let refused = |error| self.owner.borrow().refused(&error);
        self.apply_async(argument).map_err(refused)?.get()
    }

    /// Returns the values for many arguments, in their order. They go out in packets, at least four
    /// for each worker, and no faster than the queue has room for them.
    ///
    /// # Errors
    /// The first [`TaskError`] in that order. The other packets are run all the same.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        map(&self.owner, arguments.into_iter())
    }

    /// [`map`](Self::map) with `len` arguments in a packet, or with one if that is 0.
    ///
    /// # Errors
    /// As [`map`](Self::map).
    pub fn map_packets<I>(&self, arguments: I, len: usize) -> Result<Vec<R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        map_packets(&self.owner, arguments.into_iter(), len)
    }

    /// [`map`](Self::map) without waiting.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument cannot be turned into bytes.
    pub fn map_async<I>(&self, arguments: I) -> Result<MapHandle<R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        map_async(&self.owner, arguments.into_iter())
    }

    /// The values for any number of arguments, one by one and in order; a task that fails is an
    /// `Err` in its place. Arguments are taken up to 32 for each worker ahead of the results.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap<I>(&self, arguments: I) -> Result<Ordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        imap(&self.owner, arguments.into_iter())
    }

    /// As [`imap`](Self::imap), but in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap_unordered<I>(&self, arguments: I) -> Result<Unordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        imap_unordered(&self.owner, arguments.into_iter())
    }

    /// Accepts no new tasks; iterators that were made before go on.
    pub fn close(&self) {
        self.owner.borrow_mut().shut(Door::Closed);
    }

    /// Closes the pool, waits until every accepted task is done, and then for the end of all its
    /// processes. The handles still have their results then.
    ///
    /// # Errors
    /// [`UnseenFailures`] when tasks failed and their results were never asked for.
    pub fn join(self) -> Result<(), UnseenFailures> {
        finish(&self.owner)
    }

    /// Kills the workers and waits for their end, as drop does. What is not done is an error.
    pub fn terminate(self) {}
}

impl<A, R: Message> Drop for Pool<A, R> {
    fn drop(&mut self) {
        stop(&self.owner);
    }
}
