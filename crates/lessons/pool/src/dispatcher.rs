//! The work on its way to the workers and back, as the owner of the pool has it.
//!
//! No thread drives this. The workers take packets from the queue by themselves; answers are
//! collected whenever the owner is in one of its calls.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::time::Duration;

use common::{Message, encode_into};
use ipc_queue::GetError;
use multiprocess::Process;

use crate::done::failed;
use crate::error::Cause;
use crate::hand::Hand;
use crate::ledger::{Ledger, State};
use crate::life::Life;
use crate::long::{LONG_BYTES, Shelf};
use crate::lost::Lost;
use crate::messages::{Arguments, News, Packet};
use crate::{SubmitError, TaskError};

/// After so many tasks a submitting owner collects what has been answered, or the queue of
/// answers could become full.
const COLLECT_AFTER: u64 = 64;

pub(crate) struct Dispatcher<R> {
    pub(crate) ledger: Ledger<R>,
    /// The processes of the workers, 0 where there is none.
    pub(crate) pids: Vec<u32>,
    /// How many have been started, replacements included.
    pub(crate) started: usize,
    pub(crate) hands: Vec<Hand>,
    pub(crate) supervisor: Option<Process<()>>,
    /// When it is closed, the supervisor ends all.
    pub(crate) life: Option<Life>,
    /// `None` once the pool is closed and everything has been answered: the workers see the end.
    pub(crate) packets: Option<ipc_queue::Sender<Packet>>,
    /// `None` when all processes have gone.
    pub(crate) news: Option<ipc_queue::Receiver<News<R>>>,
    pub(crate) is_closed: bool,
    /// Nor are those accepted that iterators were to bring.
    pub(crate) is_ending: bool,
    /// How many iterators may bring more tasks.
    pub(crate) feeds: usize,
    /// Packets for which the queue had no room yet.
    pub(crate) backlog: VecDeque<Packet>,
    /// How many packets have been put into the queue.
    pub(crate) put: u64,
    /// What deaths make of the packets that are out.
    pub(crate) lost: Lost,
    /// Answers that have come in part, by their first task.
    pub(crate) pieces: HashMap<u64, Vec<u8>>,
    /// Long arguments.
    pub(crate) shelf: Shelf,
    /// Why no worker is left, when the supervisor has given up.
    pub(crate) given_up: Option<String>,
}

impl<R: Message> Dispatcher<R> {
    pub(crate) fn new(
        hands: Vec<Hand>,
        supervisor: Process<()>,
        life: Life,
        packets: ipc_queue::Sender<Packet>,
        news: ipc_queue::Receiver<News<R>>,
        shelf: Shelf,
    ) -> Self {
        Self {
            ledger: Ledger::new(),
            pids: vec![0; hands.len()],
            started: 0,
            hands,
            supervisor: Some(supervisor),
            life: Some(life),
            packets: Some(packets),
            news: Some(news),
            is_closed: false,
            is_ending: false,
            feeds: 0,
            backlog: VecDeque::new(),
            put: 0,
            lost: Lost::default(),
            pieces: HashMap::new(),
            shelf,
            given_up: None,
        }
    }

    /// Takes some tasks on; gives the place of their packet in the ledger. Does not wait.
    pub(crate) fn submit(
        &mut self,
        tasks: u32,
        arguments: Vec<u8>,
        state: State<R>,
    ) -> Result<u32, SubmitError<()>> {
        if self.is_closed {
            return Err(SubmitError::Closed(()));
        }
        Ok(self.accept(tasks, arguments, state))
    }

    /// The same for a task that an iterator has brought which was made before the pool was closed.
    pub(crate) fn submit_promised<A: Message>(
        &mut self,
        argument: &A,
        state: State<R>,
    ) -> Result<u32, SubmitError<()>> {
        if !self.takes_promised() {
            return Err(SubmitError::Closed(()));
        }
        let mut bytes = Vec::new();
        encode_into(argument, &mut bytes).map_err(|error| SubmitError::Encode((), error))?;
        Ok(self.accept(1, bytes, state))
    }

    /// Whether iterators may still bring tasks.
    pub(crate) fn takes_promised(&self) -> bool {
        !self.is_ending
    }

    /// The error of the next task, which was not accepted.
    pub(crate) fn refused<B>(&self, error: &SubmitError<B>) -> TaskError {
        TaskError {
            task: self.ledger.next_task,
            cause: Cause::Refused(error.to_string()),
        }
    }

    fn accept(&mut self, tasks: u32, arguments: Vec<u8>, state: State<R>) -> u32 {
        let first_task = self.ledger.next_task;
        let place = self.ledger.enter(tasks, state);
        self.lost.keep(first_task, tasks, &arguments);
        self.backlog.push_back(Packet {
            place,
            first_task,
            tasks,
            skip: 0,
            arguments: Arguments::Here(arguments),
        });
        self.put_backlog();
        if first_task.is_multiple_of(COLLECT_AFTER) {
            self.collect();
        }
        place
    }

    /// No packet will be submitted any more.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
        self.put_backlog();
    }

    pub(crate) fn put_backlog(&mut self) {
        while let Some(packets) = &self.packets
            && let Some(packet) = self.backlog.pop_front()
        {
            let (place, tasks) = (packet.place, packet.tasks as usize);
            match shelve(packet, &mut self.shelf).and_then(|packet| put(packet, packets)) {
                Ok(()) => {
                    self.ledger.note_position(place, self.put);
                    self.put += 1;
                }
                Err(NotPut::NoRoom(packet)) => {
                    self.backlog.push_front(packet);
                    return;
                }
                Err(NotPut::Never(text)) => {
                    let task = self.ledger.tasks(place).start;
                    let refused = failed(task, tasks, Cause::Refused(text));
                    self.ledger.answer(place, refused);
                }
            }
        }
        let none_will_come = self.is_ending || self.is_closed && self.feeds == 0;
        if none_will_come && self.ledger.unanswered == 0 && self.packets.is_some() {
            self.life.iter().for_each(Life::no_more_work);
            self.packets = None;
        }
    }

    /// One turn of the work: hands out what there is room for, and collects what is there, or
    /// waits up to `limit` for something to collect.
    pub(crate) fn turn(&mut self, limit: Duration) {
        self.put_backlog();
        if !self.collect() {
            match self.news.as_ref().map(|news| news.get_timeout(limit)) {
                Some(Ok(news)) => {
                    self.take_in(news);
                    self.collect();
                }
                Some(Err(GetError::Empty)) if self.has_supervisor() => {}
                Some(Err(GetError::Decode(_))) => {}
                _ => {
                    self.collect();
                    self.all_gone();
                }
            }
        }
        self.judge_suspects();
        self.put_backlog();
    }

    /// Whether some process lives, or some task has no answer yet.
    pub(crate) fn is_under_way(&self) -> bool {
        self.news.is_some() || self.ledger.unanswered > 0
    }

    /// Whether the supervisor lives. The end of the queue of answers does not always tell: a
    /// process that a task has forked by itself may still have it open.
    fn has_supervisor(&mut self) -> bool {
        let supervisor = self.supervisor.as_mut();
        supervisor.is_some_and(|process| matches!(process.wait_timeout(Duration::ZERO), Ok(None)))
    }
}

/// Why a packet is not in the queue.
enum NotPut {
    NoRoom(Packet),
    Never(String),
}

/// A packet with a long argument leaves it in the file.
fn shelve(mut packet: Packet, shelf: &mut Shelf) -> Result<Packet, NotPut> {
    if let Arguments::Here(bytes) = &packet.arguments
        && bytes.len() > LONG_BYTES
    {
        if !shelf.has_room(bytes.len()) {
            return Err(NotPut::NoRoom(packet));
        }
        let len_bytes = bytes.len();
        let place = shelf.put(packet.first_task, bytes).map_err(|error| {
            NotPut::Never(format!(
                "no room for {len_bytes} bytes of arguments: {error}"
            ))
        })?;
        packet.arguments = Arguments::InFile(place);
    }
    Ok(packet)
}

fn put(packet: Packet, packets: &ipc_queue::Sender<Packet>) -> Result<(), NotPut> {
    // It cannot be too long for the queue. If the workers have gone, a turn finds out.
    let put = packets.try_put(packet);
    put.map_err(|full| NotPut::NoRoom(full.into_inner()))
}

impl<R> fmt::Debug for Dispatcher<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}
