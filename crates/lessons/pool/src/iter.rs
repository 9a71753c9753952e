//! Results one by one. Arguments are taken while results are asked for, a few ahead, so there may
//! be any number of them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use common::Message;

use crate::dispatcher::Dispatcher;
use crate::ledger::{State, Stream};
use crate::turn::{TURN, turn};
use crate::{Pool, SubmitError, TaskError, TaskHandle};

/// So many tasks for each worker are under way at most: with fewer, quick workers would wait for
/// the next argument.
const AHEAD_EACH: usize = 32;

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// The values for many arguments, one after the other in the order of the arguments, each as
    /// soon as it is there. Each is a task of its own, and one that fails is an `Err` in its place.
    ///
    /// One argument for each worker is taken now, the others by `next`, no more than 32 for each
    /// worker ahead of the results. So there may be any number of arguments, and even no end of
    /// them. Those not taken yet are accepted after [`close`](Self::close), but not after
    /// [`join`](Self::join) or drop: then `next` gives an error once, and ends. It ends, too, when
    /// the pool has no worker left.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap<I>(&self, arguments: I) -> Result<Ordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        let mut results = Ordered {
            feed: self.feed(arguments.into_iter())?,
            under_way: VecDeque::new(),
        };
        for _ in 0..results.feed.workers {
            results.take_on();
        }
        Ok(results)
    }

    /// As [`imap`](Self::imap), but in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed.
    pub fn imap_unordered<I>(&self, arguments: I) -> Result<Unordered<I::IntoIter, R>, TaskError>
    where
        I: IntoIterator<Item = A>,
    {
        let mut results = Unordered {
            feed: self.feed(arguments.into_iter())?,
            stream: self.dispatcher.borrow_mut().ledger.new_stream(),
            under_way: 0,
        };
        for _ in 0..results.feed.workers {
            results.take_on();
        }
        Ok(results)
    }

    fn feed<I>(&self, arguments: I) -> Result<Feed<I, R>, TaskError> {
        let mut dispatcher = self.dispatcher.borrow_mut();
        if dispatcher.is_closed {
            drop(dispatcher);
            return Err(self.refused(&SubmitError::Closed(())));
        }
        dispatcher.feeds += 1;
        Ok(Feed {
            dispatcher: Rc::clone(&self.dispatcher),
            arguments: Some(arguments),
            workers: dispatcher.hands.len(),
        })
    }
}

/// Arguments that were promised to the pool, and have not been taken yet.
#[derive(Debug)]
struct Feed<I, R: Message> {
    dispatcher: Rc<RefCell<Dispatcher<R>>>,
    /// `None` when there are no more.
    arguments: Option<I>,
    workers: usize,
}

impl<I, R> Feed<I, R>
where
    I: Iterator<Item: Message>,
    R: Message,
{
    /// Submits the next argument as a task, and gives its place in the ledger; `None` if there is
    /// no argument, or no room for a task. Does not wait, if the iterator does not.
    fn submit_next(
        &mut self,
        under_way: usize,
        state: impl FnOnce() -> State<R>,
    ) -> Option<Result<u32, TaskError>> {
        let is_full = under_way >= AHEAD_EACH * self.workers
            || under_way > 0 && !self.dispatcher.borrow().backlog.is_empty();
        if is_full {
            return None;
        }
        // Without a borrow: it may use the pool.
        let Some(argument) = self.arguments.as_mut()?.next() else {
            self.end();
            return None;
        };
        let mut dispatcher = self.dispatcher.borrow_mut();
        let submitted = dispatcher.submit_promised(&argument, state());
        let submitted = submitted.map_err(|error| dispatcher.refused(&error));
        let may_go_on = dispatcher.takes_promised() && dispatcher.news.is_some();
        drop(dispatcher);
        if !may_go_on {
            self.end();
        }
        Some(submitted)
    }

    fn collect(&self) {
        self.dispatcher.borrow_mut().collect();
    }
}

impl<I, R: Message> Feed<I, R> {
    fn end(&mut self) {
        if self.arguments.take().is_some() {
            self.dispatcher.borrow_mut().feeds -= 1;
        }
    }
}

impl<I, R: Message> Drop for Feed<I, R> {
    fn drop(&mut self) {
        self.end();
    }
}

/// The results of [`Pool::imap`](crate::Pool::imap): in the order of the arguments. `next` blocks
/// until the next one is there. Those that are dropped with it are done all the same, and `join`
/// reports their failures.
#[derive(Debug)]
pub struct Ordered<I, R: Message> {
    feed: Feed<I, R>,
    under_way: VecDeque<Result<TaskHandle<R>, TaskError>>,
}

impl<I, R> Ordered<I, R>
where
    I: Iterator<Item: Message>,
    R: Message,
{
    /// Submits one more task, if there is an argument and room; gives whether it has.
    fn take_on(&mut self) -> bool {
        let submitted = self
            .feed
            .submit_next(self.under_way.len(), || State::Waiting);
        let handle = |place| TaskHandle::new(Rc::clone(&self.feed.dispatcher), place);
        let task = submitted.map(|submitted| submitted.map(handle));
        let is_any = task.is_some();
        self.under_way.extend(task);
        is_any
    }

    fn is_first_done(&self) -> bool {
        match self.under_way.front() {
            Some(Ok(task)) => task.is_done(),
            Some(Err(_)) => true,
            None => false,
        }
    }
}

impl<I, R> Iterator for Ordered<I, R>
where
    I: Iterator<Item: Message>,
    R: Message,
{
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        // One in for each one out; and more only while there would be nothing to do but wait.
        self.take_on();
        while !self.is_first_done() {
            self.feed.collect();
            if !self.is_first_done() && !self.take_on() {
                if self.under_way.is_empty() {
                    return None;
                }
                turn(&self.feed.dispatcher, TURN);
            }
        }
        self.under_way.pop_front()?.and_then(TaskHandle::get).into()
    }
}

/// The results of [`Pool::imap_unordered`](crate::Pool::imap_unordered): each as soon as it is
/// there. `next` blocks until one is. Those that are dropped with it are done all the same, and
/// `join` reports their failures.
#[derive(Debug)]
pub struct Unordered<I, R: Message> {
    feed: Feed<I, R>,
    stream: Stream<R>,
    under_way: usize,
}

impl<I, R> Unordered<I, R>
where
    I: Iterator<Item: Message>,
    R: Message,
{
    /// As that of `Ordered`.
    fn take_on(&mut self) -> bool {
        let state = || State::Streamed(Rc::downgrade(&self.stream));
        let submitted = self.feed.submit_next(self.under_way, state);
        let is_any = submitted.is_some();
        self.under_way += usize::from(is_any);
        if let Some(Err(refused)) = submitted {
            self.stream.borrow_mut().push_back(Err(refused));
        }
        is_any
    }
}

impl<I, R> Iterator for Unordered<I, R>
where
    I: Iterator<Item: Message>,
    R: Message,
{
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take_on();
        while self.stream.borrow().is_empty() {
            self.feed.collect();
            if self.stream.borrow().is_empty() && !self.take_on() {
                if self.under_way == 0 {
                    return None;
                }
                turn(&self.feed.dispatcher, TURN);
            }
        }
        self.under_way -= 1;
        self.stream.borrow_mut().pop_front()
    }
}

impl<I, R: Message> Drop for Unordered<I, R> {
    fn drop(&mut self) {
        self.feed
            .dispatcher
            .borrow_mut()
            .ledger
            .forget_stream(&self.stream);
    }
}
