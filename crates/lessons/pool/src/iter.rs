//! Results one by one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use common::Message;

use crate::dispatcher::Dispatcher;
use crate::ledger::{State, Stream};
use crate::turn::{TURN, turn};
use crate::{Pool, TaskError, TaskHandle};

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// The values for many arguments, one after the other in the order of the arguments, each as
    /// soon as it is there. Each is a task of its own.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn imap(&self, arguments: impl IntoIterator<Item = A>) -> Result<Ordered<R>, TaskError> {
        let handles = arguments.into_iter().map(|argument| {
            self.apply_async(argument)
                .map_err(|error| self.refused(&error))
        });
        Ok(Ordered(handles.collect::<Result<_, _>>()?))
    }

    /// The same in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn imap_unordered(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Unordered<R>, TaskError> {
        let stream = Stream::default();
        let mut left = 0;
        for argument in arguments {
            self.submit(&argument, State::Streamed(Rc::clone(&stream)))
                .map_err(|error| self.refused(&error))?;
            left += 1;
        }
        Ok(Unordered {
            dispatcher: Rc::clone(&self.dispatcher),
            stream,
            left,
        })
    }
}

/// The results of [`Pool::imap`](crate::Pool::imap): in the order of the arguments. `next` blocks
/// until the next one is there.
#[derive(Debug)]
pub struct Ordered<R: Message>(VecDeque<TaskHandle<R>>);

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
