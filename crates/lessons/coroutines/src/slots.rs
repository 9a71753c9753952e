//! The places of a pool: up to `size` can be taken; a task that finds none free waits for one.
//!
//! All tasks of a pool are on one thread, so a plain counter is enough where threads would need an
//! atomic one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::Trace;
use smol::channel::{self, Receiver, Sender};

use crate::name::Name;
use crate::task::Task;

/// The places of one pool.
#[derive(Debug)]
pub(crate) struct Slots {
    size: usize,
    /// Only for a pool with a limit: in a pool that has room for all tasks, no task holds anything
    /// that another could wait for.
    trace: Option<Trace>,
    taken: Cell<usize>,
    /// How many callers wait in `take`. Each place that becomes free is passed to one of them by a message.
    /// So there are never more messages than waiters, and while there are fewer, no place is free.
    waiting: Cell<usize>,
    handed: (Sender<()>, Receiver<()>),
    /// For the callers that wait in `all_free`: closed when every place is free. Carries no message.
    joining: RefCell<Option<(Sender<()>, Receiver<()>)>>,
}

/// A place that is taken; dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Slot(Rc<Slots>);

impl Slots {
    pub(crate) fn new(size: usize) -> Rc<Self> {
        let is_bounded = size < usize::MAX;
        Rc::new(Self {
            size,
            trace: is_bounded.then(|| Trace::named_own("pool").with_room(size)),
            taken: Cell::new(0),
            waiting: Cell::new(0),
            handed: channel::unbounded(),
            joining: RefCell::default(),
        })
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Takes a place if one is free now.
    pub(crate) fn try_take(self: &Rc<Self>) -> Option<Slot> {
        if self.taken.get() == self.size {
            return None;
        }
        self.taken.update(|taken| taken + 1);
        Some(self.enter())
    }

    /// Waits for a place, and takes it.
    pub(crate) async fn take(self: &Rc<Self>) -> Slot {
        if let Some(slot) = self.try_take() {
            return slot;
        }
        self.trace.iter().for_each(Trace::waits);
        let _waiting = Waiting::begin(self);
        // The other end is in `self` too, so this cannot fail.
        let _handed = self.handed.1.recv().await;
        self.enter()
    }

    /// Waits until every place is free.
    pub(crate) async fn all_free(&self) {
        while self.taken.get() > 0 {
            let joining = || channel::bounded(1);
            let (_, free) = self
                .joining
                .borrow_mut()
                .get_or_insert_with(joining)
                .clone();
            let _closed = free.recv().await;
        }
    }

    fn enter(self: &Rc<Self>) -> Slot {
        self.trace.iter().for_each(Trace::acquired);
        Slot(Rc::clone(self))
    }

    /// Passes a place that was taken to a task that waits for one, or makes it free.
    fn pass_on(&self) {
        let (give, handed) = &self.handed;
        // Only a bounded channel could be full, and `self` holds the other end, so this cannot fail.
        if handed.len() < self.waiting.get() && give.try_send(()).is_ok() {
            return;
        }
        self.taken.update(|taken| taken - 1);
        if self.taken.get() == 0 {
            drop(self.joining.take());
        }
    }
}

impl Slot {
    /// Spawns a task that keeps the place until it ends, however it ends.
    pub(crate) fn spawn<T: 'static>(
        self,
        name: Name,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        let task = executor::spawn(&name, future, self);
        Task::new(name, task)
    }
}

/// Records the release before another task can enter.
impl Drop for Slot {
    fn drop(&mut self) {
        self.0.trace.iter().for_each(Trace::releases);
        self.0.pass_on();
    }
}

/// A caller that waits for a place, until it has one or gives up.
struct Waiting<'a>(&'a Slots);

impl<'a> Waiting<'a> {
    fn begin(slots: &'a Slots) -> Self {
        slots.waiting.update(|waiting| waiting + 1);
        Self(slots)
    }
}

/// If a place was passed to a caller that has given up, passes it on.
impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let slots = self.0;
        slots.waiting.update(|waiting| waiting - 1);
        if slots.handed.1.len() > slots.waiting.get() && slots.handed.1.try_recv().is_ok() {
            slots.pass_on();
        }
    }
}
