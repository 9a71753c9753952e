//! Results one by one. Arguments are taken while results are asked for, a few ahead, so there may
//! be any number of them.
//!
//! One argument for each worker is taken at once. Those not taken yet are accepted after `close`,
//! but not after `join` or drop: then `next` returns an error once, and ends. It ends, too, when
//! the pool has no worker left.

use std::collections::VecDeque;
use std::rc::Rc;

use common::Message;

use crate::TaskError;
use crate::handle::{Shared, TaskHandle, turn};
use crate::ledger::State;
use crate::owner::{Door, TURN};

/// The most tasks for each worker that are under way at a time: with fewer, quick workers would
/// wait for the next argument.
const AHEAD_EACH: usize = 32;

pub(crate) fn imap<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &Shared<R>,
    arguments: I,
) -> Result<Ordered<I, R>, TaskError> {
    let mut results = Ordered {
        feed: Feed::new(owner, arguments)?,
        under_way: VecDeque::new(),
    };
    for _ in 0..results.feed.workers {
        results.take_on();
    }
    Ok(results)
}

pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &Shared<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let mut results = Unordered {
        feed: Feed::new(owner, arguments)?,
        stream: owner.borrow_mut().ledger().open_stream(),
        under_way: 0,
    };
    for _ in 0..results.feed.workers {
        results.take_on();
    }
    Ok(results)
}

/// Arguments that were promised to the pool, and have not been taken yet.
#[derive(Debug)]
struct Feed<I, R: Message> {
    owner: Shared<R>,
    /// `None` when there are no more.
    arguments: Option<I>,
    workers: usize,
}

impl<I, R: Message> Feed<I, R> {
    fn new(owner: &Shared<R>, arguments: I) -> Result<Self, TaskError> {
        owner.borrow_mut().open_feed()?;
        Ok(Self {
            owner: Rc::clone(owner),
            arguments: Some(arguments),
            workers: owner.borrow().workers(),
        })
    }

    /// Submits the next argument as a task, and returns its place in the ledger; `None` if there is
    /// no argument, or no room for a task. Does not wait, if the iterator does not.
    fn submit_next(&mut self, under_way: usize, state: State<R>) -> Option<Result<u32, TaskError>>
    where
        I: Iterator<Item: Message>,
    {
        let is_full = under_way >= AHEAD_EACH * self.workers
            || under_way > 0 && self.owner.borrow().has_backlog();
        if is_full {
            return None;
        }
        // Without a borrow: the caller's iterator may use the pool.
        let Some(argument) = self.arguments.as_mut()?.next() else {
            self.end();
            return None;
        };
        let mut owner = self.owner.borrow_mut();
        let submitted = owner.submit(&argument, state, Door::Ending);
        let submitted = submitted.map_err(|error| owner.refused(&error));
        let may_go_on = owner.takes_promised();
        drop(owner);
        if !may_go_on {
            self.end();
        }
        Some(submitted)
    }

    fn end(&mut self) {
        if self.arguments.take().is_some() {
            self.owner.borrow_mut().close_feed();
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

impl<I: Iterator<Item: Message>, R: Message> Ordered<I, R> {
    /// Submits one more task, if there is an argument and room; returns whether it has.
    fn take_on(&mut self) -> bool {
        let submitted = self.feed.submit_next(self.under_way.len(), State::Waiting);
        let handle = |place| TaskHandle::new(&self.feed.owner, place);
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

impl<I: Iterator<Item: Message>, R: Message> Iterator for Ordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        // One in for each one out; and more only while there would be nothing to do but wait.
        self.take_on();
        while !self.is_first_done() {
            self.feed.owner.borrow_mut().collect();
            if !self.is_first_done() && !self.take_on() {
                if self.under_way.is_empty() {
                    return None;
                }
                turn(&self.feed.owner, TURN);
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
    /// Where the ledger puts the results.
    stream: u64,
    /// Submitted, and not returned by `next` yet.
    under_way: usize,
}

impl<I: Iterator<Item: Message>, R: Message> Unordered<I, R> {
    /// Submits one more task, if there is an argument and room; returns whether it has.
    fn take_on(&mut self) -> bool {
        let state = State::Streamed(self.stream);
        let submitted = self.feed.submit_next(self.under_way, state);
        let is_any = submitted.is_some();
        self.under_way += usize::from(is_any);
        if let Some(Err(refused)) = submitted {
            let mut owner = self.feed.owner.borrow_mut();
            owner.ledger().push_to_stream(self.stream, Err(refused));
        }
        is_any
    }

    fn take_result(&self) -> Option<Result<R, TaskError>> {
        let mut owner = self.feed.owner.borrow_mut();
        owner.ledger().take_from_stream(self.stream)
    }
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take_on();
        loop {
            if let Some(result) = self.take_result() {
                self.under_way -= 1;
                return Some(result);
            }
            let is_any = self.feed.owner.borrow_mut().collect();
            if !is_any && !self.take_on() {
                if self.under_way == 0 {
                    return None;
                }
                turn(&self.feed.owner, TURN);
            }
        }
    }
}

impl<I, R: Message> Drop for Unordered<I, R> {
    fn drop(&mut self) {
        let mut owner = self.feed.owner.borrow_mut();
        owner.ledger().close_stream(self.stream);
    }
}
