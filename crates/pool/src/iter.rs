//! Results one by one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use common::Message;

use crate::dispatcher::{Dispatcher, turn};
use crate::ledger::Stream;
use crate::pool::TURN;
use crate::{TaskError, TaskHandle};

/// The results of [`Pool::imap`](crate::Pool::imap): in the order of the arguments. `next` blocks
/// until the next one is there.
#[derive(Debug)]
pub struct Ordered<R: Message>(VecDeque<TaskHandle<R>>);

impl<R: Message> Ordered<R> {
    pub(crate) fn new(handles: VecDeque<TaskHandle<R>>) -> Self {
        Self(handles)
    }
}

impl<R: Message> Iterator for Ordered<R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.pop_front().map(TaskHandle::get)
    }
}

/// The results of [`Pool::imap_unordered`](crate::Pool::imap_unordered): each as soon as it is
/// there. `next` blocks until one is.
#[derive(Debug)]
pub struct Unordered<R: Message> {
    dispatcher: Rc<RefCell<Dispatcher<R>>>,
    stream: Stream<R>,
    left: usize,
}

impl<R: Message> Unordered<R> {
    pub(crate) fn new(
        dispatcher: Rc<RefCell<Dispatcher<R>>>,
        stream: Stream<R>,
        left: usize,
    ) -> Self {
        Self {
            dispatcher,
            stream,
            left,
        }
    }
}

impl<R: Message> Iterator for Unordered<R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let first = self.stream.borrow_mut().pop_front();
            if first.is_some() {
                return first;
            }
            turn(&self.dispatcher, TURN);
        }
    }
}
