//! A promise of results, and the turns of a pool's work that it takes to keep it.

use std::cell::RefCell;
use std::mem;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::{available_parallelism, panicking};
use std::time::{Duration, Instant};

use common::Message;
use multiprocess::Outcome;

use crate::ledger::{Callback, Done, Due, State, single};
use crate::owner::{Door, Owner, TURN};
use crate::wire::Values;
use crate::worker::start_worker;
use crate::{PoolError, SubmitError, TaskError, UnseenFailures};

/// As a pool, its handles and its iterators have their owner.
pub(crate) type Shared<R> = Rc<RefCell<Owner<R>>>;

/// Starts the processes of a pool.
pub(crate) fn start<A, S, O, I, F>(
    workers: usize,
    init: I,
    run: F,
) -> Result<Shared<O::Value>, PoolError>
where
    A: Message,
    O: Outcome<Value: 'static>,
    I: Fn() -> S + 'static,
    F: Fn(&mut S, A) -> O + 'static,
{
    let owner = Owner::start(workers, start_worker(init, run))?;
    Ok(Rc::new(RefCell::new(owner)))
}

/// The number of CPUs that this process may use.
pub(crate) fn cpus() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Submits a task, and has the function called with its result.
pub(crate) fn submit_with<A: Message, R: Message>(
    owner: &RefCell<Owner<R>>,
    argument: A,
    callback: Callback<R>,
) -> Result<(), SubmitError<A>> {
    submit(owner, argument, State::Called(callback)).map(|_place| ())
}

/// Submits a task; returns the place of its packet in the ledger.
#[inline]
fn submit<A: Message, R: Message>(
    owner: &RefCell<Owner<R>>,
    argument: A,
    state: State<R>,
) -> Result<u32, SubmitError<A>> {
    let submitted = owner.borrow_mut().submit(&argument, state, Door::Closed);
    submitted.map_err(|refused| refused.with(argument))
}

/// A task that was accepted, and its result when it is done.
///
/// A handle that is dropped does not stop its task.
#[derive(Debug)]
#[must_use = "the result, and the error if there is one, is in the handle: get it"]
pub struct TaskHandle<R: Message>(Promise<R>);

impl<R: Message> TaskHandle<R> {
    pub(crate) fn new(owner: &Shared<R>, place: u32) -> Self {
        Self(Promise::new(owner, place))
    }

    pub(crate) fn submit<A: Message>(
        owner: &Shared<R>,
        argument: A,
    ) -> Result<Self, SubmitError<A>> {
        let place = submit(owner, argument, State::Waiting)?;
        Ok(Self::new(owner, place))
    }

    /// Whether the result is there.
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_done()
    }

    /// Waits until the task is done, and returns its value.
    ///
    /// # Errors
    /// [`TaskError`]: it failed, or panicked, or its worker died, or the pool was stopped. The
    /// wait ends in any case.
    pub fn get(self) -> Result<R, TaskError> {
        single(self.0.get())
    }

    /// Waits until the task is done, but not longer than `limit`; returns whether it is.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.0.wait_until(Instant::now().checked_add(limit))
    }
}

/// Many tasks that were accepted together, and their results in the order of the arguments.
#[derive(Debug)]
#[must_use = "the results, and the errors, are in the handle: get them"]
pub struct MapHandle<R: Message>(Vec<Promise<R>>);

impl<R: Message> MapHandle<R> {
    pub(crate) fn new(packets: Vec<Promise<R>>) -> Self {
        Self(packets)
    }

    /// Waits until all are done, and returns their values.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn get(self) -> Result<Vec<R>, TaskError> {
        let mut gathered = Gathered::with_capacity(0);
        // All of them, also after a failure: none is left that would not be looked at.
        self.0
            .into_iter()
            .for_each(|packet| gathered.add(packet.get()));
        gathered.finish()
    }

    /// Waits until all are done, but not longer than `limit`; returns whether they are.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.0.iter().all(|packet| packet.wait_until(deadline))
    }
}

/// A packet that was accepted.
#[derive(Debug)]
pub(crate) struct Promise<R: Message> {
    owner: Shared<R>,
    /// In the ledger; `None` once the result was taken.
    place: Option<u32>,
}

impl<R: Message> Promise<R> {
    pub(crate) fn new(owner: &Shared<R>, place: u32) -> Self {
        Self {
            owner: Rc::clone(owner),
            place: Some(place),
        }
    }

    /// Whether the result is there.
    pub(crate) fn is_done(&self) -> bool {
        let mut owner = self.owner.borrow_mut();
        self.place
            .is_none_or(|place| !owner.ledger().is_unanswered(place))
    }

    /// Waits for the result.
    pub(crate) fn get(mut self) -> Done<R> {
        let place = self.place.take().expect("taken only here, where it ends");
        loop {
            if let Some(done) = self.owner.borrow_mut().ledger().take(place) {
                return done;
            }
            turn(&self.owner, TURN);
        }
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        loop {
            if self.is_done() {
                return true;
            }
            let left = deadline.map_or(TURN, |deadline| {
                deadline.saturating_duration_since(Instant::now()).min(TURN)
            });
            turn(&self.owner, left);
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return self.is_done();
            }
        }
    }
}

impl<R: Message> Drop for Promise<R> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.owner.borrow_mut().ledger().forget(place);
        }
    }
}

/// The values of some packets, in the order in which they are added.
pub(crate) struct Gathered<R> {
    values: Vec<R>,
    failed: Option<TaskError>,
}

impl<R> Gathered<R> {
    pub(crate) fn with_capacity(values: usize) -> Self {
        Self {
            values: Vec::with_capacity(values),
            failed: None,
        }
    }

    pub(crate) fn add(&mut self, done: Done<R>) {
        match done {
            Ok(Values::Many(values)) => self.values.extend(values),
            Ok(Values::One(value)) => self.values.push(value),
            Err(failures) => {
                self.failed.get_or_insert(failures.first);
            }
        }
    }

    /// All of them, or the first failure.
    pub(crate) fn finish(self) -> Result<Vec<R>, TaskError> {
        self.failed.map_or(Ok(self.values), Err)
    }
}

/// Waits until every accepted task is done, and for the end of all processes.
pub(crate) fn finish<R: Message>(owner: &RefCell<Owner<R>>) -> Result<(), UnseenFailures> {
    owner.borrow_mut().shut(Door::Ending);
    while owner.borrow().is_under_way() {
        turn(owner, TURN);
    }
    owner.borrow_mut().ledger().unseen()
}

/// Ends all processes now.
pub(crate) fn stop<R: Message>(owner: &RefCell<Owner<R>>) {
    owner.borrow_mut().stop();
    // Not in the middle of a panic: a second one, out of a callback, would abort the program.
    if !panicking() {
        call_due(owner);
    }
}

/// One turn of the work, up to `limit`; and then callbacks are called, with the owner free: they
/// may use the pool.
pub(crate) fn turn<R: Message>(owner: &RefCell<Owner<R>>, limit: Duration) {
    owner.borrow_mut().turn(limit);
    call_due(owner);
}

/// Calls the callbacks whose results are there.
fn call_due<R: Message>(owner: &RefCell<Owner<R>>) {
    let due = mem::take(owner.borrow_mut().ledger().due());
    let mut calls = Calls { due, owner };
    while let Some((callback, result)) = calls.due.pop_front() {
        callback(result);
    }
}

/// The calls that are left to do. When a callback panics, the others are left for the next turn.
struct Calls<'a, R: Message> {
    due: Due<R>,
    owner: &'a RefCell<Owner<R>>,
}

impl<R: Message> Drop for Calls<'_, R> {
    fn drop(&mut self) {
        let mut owner = self.owner.borrow_mut();
        let later = owner.ledger().due();
        self.due.append(later);
        mem::swap(&mut self.due, later);
    }
}
