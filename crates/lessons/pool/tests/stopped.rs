//! What a worker finds while its pool is being stopped. The test plays the worker, so that it reads
//! its argument at exactly that time.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use child::{Child, Shelf, ShelfReader};
use inflight::{Cause, News, Owner, Packet, Queues, State, failed, single, stop, submit};
use multiprocess::Process;
use supervisor::{Crew, Report, Supervisor};

lesson_test::forking_tests![a_task_whose_long_argument_is_read_meanwhile_was_stopped];

/// Two queues with a worker between them that reads the argument of its packet, and reports an error,
/// only when the owner asks for news.
struct Worker {
    has_started: Cell<bool>,
    packet: Rc<RefCell<Option<Packet>>>,
    shelf: ShelfReader,
}

impl Queues<u64> for Worker {
    fn try_put(&self, packet: Packet) -> Result<(), Packet> {
        *self.packet.borrow_mut() = Some(packet);
        Ok(())
    }

    fn len_packets(&self) -> usize {
        0
    }

    fn len_news(&self) -> usize {
        0
    }

    fn close(&mut self) {}

    fn get(&self, _limit: Option<Duration>) -> Option<News<u64>> {
        if !self.has_started.replace(true) {
            let (slot, pid) = (0, common::pid());
            return Some(News::Report(Report::Started { slot, pid }));
        }
        let packet = self.packet.borrow();
        let packet = packet.as_ref()?;
        let unread = packet.arguments(&self.shelf).err()?;
        Some(packet.answer(failed(packet.tasks(), unread)))
    }
}

/// A worker may have taken a packet, and not its argument, when the pool is dropped.
fn a_task_whose_long_argument_is_read_meanwhile_was_stopped() {
    let shelf = Shelf::new().unwrap();
    let reader = shelf.reader().unwrap();
    let packet = Rc::new(RefCell::new(None));
    let worker = Worker {
        has_started: Cell::new(false),
        packet: Rc::clone(&packet),
        shelf: shelf.reader().unwrap(),
    };
    // A supervisor that ends at once: it has no worker to end first.
    let start = |supervisor: Supervisor| {
        let started = Process::start("supervisor", move || drop(supervisor));
        started.map(Child::from).map_err(io::Error::other)
    };
    let (owner, _) = Owner::<u64, _>::start(worker, shelf, Crew::start(1, start).unwrap());
    let owner = Rc::new(RefCell::new(owner));
    let task = submit(&owner, vec![7_u8; 2 << 20], State::Waiting).unwrap();
    stop(&owner);
    let result = owner.borrow_mut().take(task).unwrap();
    assert_eq!(single(result).unwrap_err().cause, Cause::Stopped);
    let left = packet.take().unwrap().arguments(&reader).is_ok();
    assert!(!left, "the argument still takes memory");
}
