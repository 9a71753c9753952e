//! The pool, as its owner sees it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::available_parallelism;
use std::time::Duration;

use common::{Message, encode};
use multiprocess::Outcome;

use crate::crew::Crew;
use crate::iter::{Ordered, Unordered};
use crate::ledger::Stream;
use crate::{MapHandle, PoolError, SubmitError, TaskError, TaskHandle, UnseenFailures};

/// How long one turn waits; the next one asks again.
pub(crate) const TURN: Duration = Duration::from_millis(100);

/// The most arguments, and the most bytes, that `map` puts into one packet.
const PACKET_LEN: usize = 4096;
const PACKET_BYTES: usize = 256 << 10;

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
    crew: Rc<RefCell<Crew<R>>>,
    arguments: PhantomData<fn(A)>,
}

impl<A: Message, R: Message> Pool<A, R> {
    /// Starts `workers` processes, all of them now; each will call `run` for one task after the
    /// other. What `run` has captured is copied into each.
    ///
    /// # Errors
    /// [`PoolError::NoWorkers`] for 0; [`PoolError::Start`] when this process has a second thread.
    pub fn new<O, F>(workers: usize, run: F) -> Result<Self, PoolError>
    where
        O: Outcome<Value = R>,
        F: Fn(A) -> O + 'static,
    {
        if workers == 0 {
            return Err(PoolError::NoWorkers);
        }
        Ok(Self {
            crew: Rc::new(RefCell::new(Crew::new(workers, run)?)),
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

    /// The process ids of the workers.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.crew.borrow().pids()
    }

    /// Submits a task. Does not wait: the handle asks for the result.
    ///
    /// # Errors
    /// [`SubmitError`], with the argument.
    pub fn apply_async(&self, argument: A) -> Result<TaskHandle<R>, SubmitError<A>> {
        let argument = [argument];
        match self.submit(&argument, None) {
            Ok(number) => Ok(TaskHandle::new(Rc::clone(&self.crew), number)),
            Err(refused) => {
                let [argument] = argument;
                Err(match refused {
                    SubmitError::Closed(()) => SubmitError::Closed(argument),
                    SubmitError::Encode((), error) => SubmitError::Encode(argument, error),
                })
            }
        }
    }

    /// Enters one argument, for a handle or for a stream; gives its number.
    fn submit(
        &self,
        argument: &[A; 1],
        stream: Option<&Stream<R>>,
    ) -> Result<u64, SubmitError<()>> {
        let bytes = encode(&argument[..]).map_err(|error| SubmitError::Encode((), error))?;
        self.submit_bytes(bytes, stream)
    }

    fn submit_bytes(
        &self,
        arguments: Vec<u8>,
        stream: Option<&Stream<R>>,
    ) -> Result<u64, SubmitError<()>> {
        let mut crew = self.crew.borrow_mut();
        if crew.is_closed() {
            return Err(SubmitError::Closed(()));
        }
        let number = crew.ledger.enter(stream);
        crew.submit((number, arguments));
        Ok(number)
    }

    /// Submits a task and waits for its value.
    ///
    /// # Errors
    /// [`TaskError`].
    pub fn apply(&self, argument: A) -> Result<R, TaskError> {
        match self.apply_async(argument) {
            Ok(handle) => handle.get(),
            Err(error) => Err(refused(error)),
        }
    }

    /// The values for many arguments, in their order. The arguments go out in packets: four for
    /// each worker, or more where these would be large.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        self.map_async(arguments)?.get()
    }

    /// The same with `packet_len` arguments in a packet.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    ///
    /// # Panics
    /// When `packet_len` is 0.
    pub fn map_packets(
        &self,
        arguments: impl IntoIterator<Item = A>,
        packet_len: usize,
    ) -> Result<Vec<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        self.submit_packets(&arguments, packet_len)?.get()
    }

    /// [`map`](Self::map) without waiting.
    ///
    /// # Errors
    /// [`TaskError::Refused`] when the pool is closed or an argument has no bytes.
    pub fn map_async(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<MapHandle<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        let packets = 4 * self.crew.borrow().pids().len().max(1);
        let packet_len = arguments.len().div_ceil(packets).clamp(1, PACKET_LEN);
        self.submit_packets(&arguments, packet_len)
    }

    fn submit_packets(
        &self,
        arguments: &[A],
        packet_len: usize,
    ) -> Result<MapHandle<R>, TaskError> {
        let mut handles = Vec::new();
        for packet in arguments.chunks(packet_len) {
            self.submit_packet(packet, &mut handles)?;
        }
        Ok(MapHandle::new(handles))
    }

    /// Submits a packet, or its halves if it has too many bytes for one.
    fn submit_packet(
        &self,
        packet: &[A],
        handles: &mut Vec<TaskHandle<R>>,
    ) -> Result<(), TaskError> {
        let bytes = encode(packet).map_err(|error| TaskError::Refused(error.to_string()))?;
        if bytes.len() > PACKET_BYTES && packet.len() > 1 {
            let (one, other) = packet.split_at(packet.len() / 2);
            self.submit_packet(one, handles)?;
            return self.submit_packet(other, handles);
        }
        let number = self.submit_bytes(bytes, None).map_err(refused)?;
        handles.push(TaskHandle::new(Rc::clone(&self.crew), number));
        Ok(())
    }

    /// The values for many arguments, one after the other in the order of the arguments, each as
    /// soon as it is there.
    ///
    /// # Errors
    /// [`TaskError::Refused`] when the pool is closed or an argument has no bytes.
    pub fn imap(&self, arguments: impl IntoIterator<Item = A>) -> Result<Ordered<R>, TaskError> {
        let handles = arguments
            .into_iter()
            .map(|argument| self.apply_async(argument).map_err(refused));
        Ok(Ordered::new(handles.collect::<Result<_, _>>()?))
    }

    /// The same in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError::Refused`] when the pool is closed or an argument has no bytes.
    pub fn imap_unordered(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Unordered<R>, TaskError> {
        let stream = Stream::default();
        let mut count = 0;
        for argument in arguments {
            self.submit(&[argument], Some(&stream)).map_err(refused)?;
            count += 1;
        }
        Ok(Unordered::new(Rc::clone(&self.crew), stream, count))
    }

    /// Accepts no more tasks. Those accepted before are done.
    pub fn close(&self) {
        self.crew.borrow_mut().close();
    }

    /// Closes the pool, waits until every accepted task is done, and then for the end of the
    /// workers. The handles have their results then.
    ///
    /// # Errors
    /// [`UnseenFailures`] when tasks failed whose handles were dropped without a look.
    pub fn join(self) -> Result<(), UnseenFailures> {
        self.close();
        while self.crew.borrow().has_workers() {
            self.crew.borrow_mut().turn(TURN);
        }
        match self.crew.borrow_mut().ledger.take_unseen() {
            Some(unseen) => Err(unseen),
            None => Ok(()),
        }
    }

    /// Kills the workers and waits for their end. Tasks that are not done are not done; their
    /// handles say [`TaskError::Stopped`].
    pub fn terminate(self) {
        // As drop does.
    }
}

impl<A, R: Message> Drop for Pool<A, R> {
    fn drop(&mut self) {
        self.crew.borrow_mut().stop();
    }
}

fn refused<A>(error: SubmitError<A>) -> TaskError {
    TaskError::Refused(error.to_string())
}
