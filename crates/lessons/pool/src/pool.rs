//! The pool, as its owner sees it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::{available_parallelism, panicking};

use common::{Message, encode_into};
use multiprocess::Outcome;

use crate::dispatcher::Dispatcher;
use crate::ledger::State;
use crate::start::{start, start_worker};
use crate::turn::{TURN, call_due, turn};
use crate::{PoolError, SubmitError, TaskError, TaskHandle, UnseenFailures};

/// A set number of worker processes that call one function, with an argument `A` for each task
/// and a value `R` that comes back.
///
/// ```no_run
/// let pool = pool::Pool::new(3, |number: u64| number * number)?;
/// assert_eq!(pool.map(0..5)?, [0, 1, 4, 9, 16]);
/// pool.join()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Drop terminates: it kills the workers, and tasks that are not done are not done. To have all
/// of them done, [`join`](Self::join).
#[derive(Debug)]
pub struct Pool<A, R: Message> {
    pub(crate) dispatcher: Rc<RefCell<Dispatcher<R>>>,
    arguments: PhantomData<fn(A)>,
}

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// Starts `workers` processes, all of them now; each will call `run` for one task after the
    /// other. What `run` has captured is copied into each.
    ///
    /// If it has captured an end of a queue (`ipc_queue`), all workers share it, and tasks can put
    /// in what is to be known before they are done. The end is closed when the pool has ended. Of a
    /// pipe, only one process can use an end, so a worker's use of it is an error.
    ///
    /// The workers are children of a supervisor, which replaces those that die, and which is the
    /// only child of this process. From now on it may start threads.
    ///
    /// # Errors
    /// [`PoolError::NoWorkers`] for 0; [`PoolError::Start`] when this process has a second thread;
    /// [`PoolError::Supervisor`] when the system has no room for the workers.
    pub fn new<O, F>(workers: usize, run: F) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
        F: Fn(A) -> O + 'static,
    {
        Self::with_state(workers, || (), move |(): &mut (), argument| run(argument))
    }

    /// The same for workers with a state of their own, such as a connection: each calls `init`
    /// once, before its first task, and hands the state to each call of `run`.
    ///
    /// A worker whose `init` panics is started anew, and after some tries the tasks are answered
    /// with [`Cause::NoWorker`], which has the panic's text.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_state<S, O, I, F>(workers: usize, init: I, run: F) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
        I: Fn() -> S + 'static,
        F: Fn(&mut S, A) -> O + 'static,
    {
        if workers == 0 {
            return Err(PoolError::NoWorkers);
        }
        Ok(Self {
            dispatcher: Rc::new(RefCell::new(start(workers, start_worker(init, run))?)),
            arguments: PhantomData,
        })
    }

    /// The same with a worker for each CPU that this process may use.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_each_cpu<O, F>(run: F) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
        F: Fn(A) -> O + 'static,
    {
        Self::new(available_parallelism().map_or(1, NonZero::get), run)
    }

    /// A task whose worker has died is run again, up to `most` times, before it fails. It may have
    /// been done in part, or as a whole, so this is for functions that may be called twice. Of
    /// tasks that `map` has put into one packet, all are run again. Holds for tasks submitted from
    /// now on.
    #[must_use]
    pub fn with_reruns(self, most: u32) -> Self {
        self.dispatcher.borrow_mut().lost.reruns = most;
        self
    }

    /// The process ids of the workers that live, as far as the supervisor has told.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        let mut dispatcher = self.dispatcher.borrow_mut();
        dispatcher.collect();
        let pids = dispatcher.pids.iter().copied();
        pids.filter(|&pid| pid != 0).collect()
    }

    /// Submits a task. Does not wait: the handle asks for the result.
    ///
    /// # Errors
    /// [`SubmitError`], with the argument.
    pub fn apply_async(&self, argument: A) -> Result<TaskHandle<R>, SubmitError<A>> {
        match self.submit(&argument, State::Waiting) {
            Ok(place) => Ok(TaskHandle::new(Rc::clone(&self.dispatcher), place)),
            Err(refused) => Err(refused.with(argument)),
        }
    }

    /// Submits a task, and has one of the two called when it is done, once, with its value or with
    /// its error. Does not wait.
    ///
    /// They are called in this process and by this thread, while it is in a call that waits:
    /// `get`, `wait_timeout`, `apply`, `map`, an iterator, [`join`](Self::join), or
    /// [`terminate`](Self::terminate) and drop (which make an error of a task that is not done).
    /// A panic in one of them comes out of that call. A pool that is dropped by a panic calls none.
    ///
    /// # Errors
    /// [`SubmitError`], with the argument; then neither is called.
    pub fn apply_async_with(
        &self,
        argument: A,
        callback: impl FnOnce(R) + 'static,
        error_callback: impl FnOnce(TaskError) + 'static,
    ) -> Result<(), SubmitError<A>> {
        let call = move |result| match result {
            Ok(value) => callback(value),
            Err(error) => error_callback(error),
        };
        match self.submit(&argument, State::Called(Box::new(call))) {
            Ok(_place) => Ok(()),
            Err(refused) => Err(refused.with(argument)),
        }
    }

    /// Enters one task; gives its place in the ledger.
    pub(crate) fn submit(&self, argument: &A, state: State<R>) -> Result<u32, SubmitError<()>> {
        // No larger than need be: a million of them may wait for a worker.
        let mut bytes = Vec::new();
        encode_into(argument, &mut bytes).map_err(|error| SubmitError::Encode((), error))?;
        self.dispatcher.borrow_mut().submit(1, bytes, state)
    }

    /// Submits a task and waits for its value.
    ///
    /// # Errors
    /// [`TaskError`].
    pub fn apply(&self, argument: A) -> Result<R, TaskError> {
        match self.apply_async(argument) {
            Ok(handle) => handle.get(),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// The error of the next task, which was not accepted.
    pub(crate) fn refused<B>(&self, error: &SubmitError<B>) -> TaskError {
        self.dispatcher.borrow().refused(error)
    }

    /// Accepts no more tasks. Those accepted before are done, and so are those that an iterator
    /// will bring ([`imap`](Self::imap)) which was made before.
    pub fn close(&self) {
        self.dispatcher.borrow_mut().close();
    }

    /// Closes the pool, waits until every accepted task is done, and then for the end of all its
    /// processes. The handles have their results then.
    ///
    /// # Errors
    /// [`UnseenFailures`] when tasks failed and nobody has looked at their results, so that no
    /// failure is hidden by a handle that is thrown away, or looked at by nobody. A handle that
    /// is still there gives its error all the same; an iterator gives what has been done, and an
    /// error for the rest.
    pub fn join(self) -> Result<(), UnseenFailures> {
        self.dispatcher.borrow_mut().is_ending = true;
        self.close();
        while self.dispatcher.borrow().is_under_way() {
            turn(&self.dispatcher, TURN);
        }
        self.dispatcher.borrow().ledger.unseen().map_or(Ok(()), Err)
    }

    /// Kills the workers and waits for their end. Tasks that are not done are not done; their
    /// handles say [`Cause::Stopped`].
    pub fn terminate(self) {
        // As drop does.
    }
}

impl<A, R: Message> Drop for Pool<A, R> {
    fn drop(&mut self) {
        self.dispatcher.borrow_mut().stop();
        // Not in the middle of a panic: a second one, out of a callback, would abort the program.
        if !panicking() {
            call_due(&self.dispatcher);
        }
    }
}
