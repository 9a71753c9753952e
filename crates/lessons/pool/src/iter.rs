//! Iterators over results. They take arguments while results are asked for, a few ahead, so there
//! may be any number of arguments.
//!
//! One argument for each worker is taken at once. Those not taken yet are still accepted after
//! `close`, but not after `join` or drop: then `next` returns an error once, and ends. It also ends
//! when the pool has no worker left and starts no other.

use std::collections::VecDeque;

use common::Message;
use inflight::{State, TURN, turn};

use crate::TaskError;
use crate::handle::TaskHandle;
use crate::start::OwnerCell;
use crate::worker::Queues;

type Feed<I, R> = inflight::Feed<I, R, Queues<R>>;

pub(crate) fn imap<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Ordered<I, R>, TaskError> {
    let mut results = Ordered {
        feed: Feed::new(owner, arguments)?,
        under_way: VecDeque::new(),
    };
    let workers = owner.borrow().workers();
    for _ in 0..workers {
        results.take_on();
    }
    Ok(results)
}

pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let mut results = Unordered {
        feed: Feed::new(owner, arguments)?,
        stream: owner.borrow_mut().open_stream(),
        under_way: 0,
    };
    let workers = owner.borrow().workers();
    for _ in 0..workers {
        results.take_on();
    }
    Ok(results)
}

/// The results of [`Pool::imap`](crate::Pool::imap), in the order of the arguments. `next` blocks
/// until the next one is there. After drop, the tasks that were submitted are still done, and
/// `join` reports their failures.
#[derive(Debug)]
pub struct Ordered<I, R: Message> {
    feed: Feed<I, R>,
    under_way: VecDeque<TaskHandle<R>>,
}

impl<I: Iterator<Item: Message>, R: Message> Ordered<I, R> {
    /// Submits one more task, if there is an argument and room; returns whether it did.
    fn take_on(&mut self) -> bool {
        let submitted = (self.feed).submit_next(self.under_way.len(), || State::Waiting);
        let Some(entry) = submitted else { return false };
        let task = TaskHandle::new(self.feed.owner(), entry);
        self.under_way.push_back(task);
        true
    }
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Ordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        // Submit one task for each result; submit more only while there is nothing to do but wait.
        self.take_on();
        loop {
            if let Some(task) = self.under_way.pop_front_if(|task| task.is_done()) {
                return Some(task.get());
            }
            let is_any = self.feed.owner().borrow_mut().collect();
            if !is_any && !self.take_on() {
                if self.under_way.is_empty() {
                    return None;
                }
                turn(self.feed.owner(), TURN);
            }
        }
    }
}

/// The results of [`Pool::imap_unordered`](crate::Pool::imap_unordered), each as soon as it is
/// there. `next` blocks until one is. After drop, the tasks that were submitted are still done, and
/// `join` reports their failures.
#[derive(Debug)]
pub struct Unordered<I, R: Message> {
    feed: Feed<I, R>,
    /// The stream of the ledger into which the results go.
    stream: u64,
    /// The number of tasks that are submitted, and whose results `next` has not returned yet.
    under_way: usize,
}

impl<I: Iterator<Item: Message>, R: Message> Unordered<I, R> {
    /// Submits one more task, if there is an argument and room; returns whether it did.
    fn take_on(&mut self) -> bool {
        let stream = self.stream;
        let state = || State::Streamed(stream);
        if self.feed.submit_next(self.under_way, state).is_none() {
            return false;
        }
        // Not `+= usize::from(is_submitted)`: rustc 1.95 loses such an addition where the truth value is
        // a condition, too (rust-lang/rust#158206).
        self.under_way += 1;
        true
    }

    fn take_result(&self) -> Option<Result<R, TaskError>> {
        let mut owner = self.feed.owner().borrow_mut();
        owner.take_from_stream(self.stream)
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
            let is_any = self.feed.owner().borrow_mut().collect();
            if !is_any && !self.take_on() {
                if self.under_way == 0 {
                    return None;
                }
                turn(self.feed.owner(), TURN);
            }
        }
    }
}

impl<I, R: Message> Drop for Unordered<I, R> {
    fn drop(&mut self) {
        let mut owner = self.feed.owner().borrow_mut();
        owner.close_stream(self.stream);
    }
}
