//! The owner's calls end, however fast news arrive.

use std::cell::{Cell, RefCell};
use std::io;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use child::{Child, Shelf, line};
use inflight::{Cause, News, Owner, Packet, Queues, State, single, submit, turn};
use nix::unistd::Pid;
use supervisor::{Crew, Report};

/// More news than any of the calls has to take in.
const MANY: u32 = 1000;

/// Queues in which the worker has taken each packet, and in which there is always one more of the news: first
/// of the worker's start, then of its death with task 0 in hand, then others.
struct NeverEmpty {
    taken: Cell<u32>,
}

impl Queues<u32> for NeverEmpty {
    fn try_put(&self, _: Packet) -> Result<(), Packet> {
        Ok(())
    }

    fn len_packets(&self) -> usize {
        0
    }

    fn len_news(&self) -> usize {
        1
    }

    fn close(&mut self) {}

    fn get(&self, _: Option<Duration>) -> Option<News<u32>> {
        let taken = self.taken.replace(self.taken.get() + 1);
        assert!(taken < MANY, "the call takes in news without end");
        let (slot, pid) = (0, 71);
        Some(News::Report(match taken {
            1 => Report::Ended {
                slot,
                status: None,
                task: Some(0),
            },
            _ => Report::Started { slot, pid },
        }))
    }
}

/// A process that stands in for the supervisor. The handle's drop ends it.
fn any_child() -> io::Result<Child> {
    let process = Command::new("sleep").arg("1000").spawn()?;
    let (parents_line, _childs) = line::pair()?;
    let pid = Pid::from_raw(process.id().cast_signed());
    Child::new("supervisor".to_owned(), pid, parents_line)
}

#[test]
fn a_lost_task_is_found_while_news_arrive_without_end() {
    let crew = Crew::start(1, |_| any_child()).unwrap();
    let queues = NeverEmpty {
        taken: Cell::new(0),
    };
    let (owner, ended) = Owner::start(queues, Shelf::new().unwrap(), crew);
    assert!(ended.is_none());
    let owner = Rc::new(RefCell::new(owner));
    let entry = submit(&owner, 5_u8, State::Waiting).unwrap();
    turn(&owner, Duration::ZERO);
    let lost = single(owner.borrow_mut().take(entry).unwrap()).unwrap_err();
    let (pid, exit) = (71, None);
    assert_eq!(lost.cause, Cause::WorkerDied { pid, exit });
}
