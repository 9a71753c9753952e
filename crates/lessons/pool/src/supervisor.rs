//! The process that starts the workers, waits for each of them, and starts another one for each
//! that dies.
//!
//! It has one thread, so it may fork at any time, whatever threads the owner of the pool has made
//! by then. The workers are its children: nobody else can wait for them.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use common::Message;
use multiprocess::{End, Process, StartError};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::hand::Hand;
use crate::messages::{News, Packet};
use crate::start::StartWorker;
use crate::worker::Worker;

/// So many deaths at their start for each worker, with no other death in between, are no
/// accident.
const MOST_DEATHS: u32 = 10;

/// When no process can be started, it is tried again after so long.
const RETRY: Duration = Duration::from_millis(100);

/// So often it looks at each worker, even if its socket is open: a task may have forked a process
/// of its own, with a copy of the socket.
const LOOK: Duration = Duration::from_secs(1);

/// So long may a worker take to end when it has let go of its socket. One that does not was stopped
/// in between, or runs another program by now (exec closes the socket), and is no worker any more.
const LEAVING: Duration = Duration::from_secs(1);

/// All that the supervisor needs, made by the owner of the pool.
pub(crate) struct Supervisor<R> {
    /// For the workers: where they take from, where they tell, and their hands.
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) news: ipc_queue::Sender<News<R>>,
    pub(crate) hands: Vec<Hand>,
    pub(crate) start_worker: StartWorker<R>,
    /// Comes to its end when the owner wants all to end, or has died.
    pub(crate) owner: End,
}

struct Child {
    place: usize,
    /// In its name.
    number: u32,
    process: Process<()>,
    /// Comes to its end with the process.
    life: End,
}

/// What the supervisor has.
struct Children<R> {
    with: Supervisor<R>,
    children: Vec<Child>,
    /// How many have been started, for their names.
    started: u32,
    /// How many have died at their start, or could not be started, since one died later.
    early_deaths: u32,
}

impl<R: Message> Supervisor<R> {
    /// Runs until every worker has found the queue closed, or the owner wants the end, or no
    /// worker is left and none can be started. No worker outlives it.
    ///
    /// # Errors
    /// When the first workers cannot be started.
    pub(crate) fn run(self) -> Result<(), StartError> {
        let places = 0..self.hands.len();
        let mut children = Children {
            with: self,
            children: Vec::new(),
            started: 0,
            early_deaths: 0,
        };
        for place in places {
            children.start(place)?;
        }
        let mut vacant = Vec::new();
        while !children.children.is_empty() || !vacant.is_empty() {
            if !children.wait(&mut vacant) {
                break;
            }
            children.fill(&mut vacant);
        }
        for child in &children.children {
            // All of them first, so that they die side by side; drop waits for each.
            let _is_dead = child.process.kill();
        }
        Ok(())
    }
}

impl<R: Message> Children<R> {
    fn start(&mut self, place: usize) -> Result<(), StartError> {
        let os = |tried| move |source: io::Error| StartError::Os { tried, source };
        let worker = Worker {
            packets: (self.with.packets.try_clone()).map_err(os("open the queue of tasks"))?,
            news: (self.with.news.try_clone()).map_err(os("open the queue of results"))?,
            hand: self.with.hands[place].clone(),
        };
        let (life, theirs) = UnixStream::pair().map_err(os("make a socket pair"))?;
        worker.hand.reset();
        self.started += 1;
        let name = format!("worker {}", self.started);
        let process = (self.with.start_worker)(name, worker, End::new(theirs.into()))?;
        let started = News::Started {
            worker: place as u32,
            number: self.started,
            pid: process.pid(),
        };
        self.children.push(Child {
            place,
            number: self.started,
            process,
            life: End::new(life.into()),
        });
        // Fails when the owner has gone, which `wait` will see.
        let _gone = self.with.news.put(started);
        Ok(())
    }

    /// Waits until some children have ended, tells of each, and notes the places of those who are
    /// to be replaced. Gives false when the owner wants the end.
    fn wait(&mut self, vacant: &mut Vec<usize>) -> bool {
        let lives = self.children.iter().map(|child| &child.life);
        let ends = std::iter::once(&self.with.owner).chain(lives);
        let mut fds: Vec<_> = ends
            .map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN))
            .collect();
        let limit = if vacant.is_empty() { LOOK } else { RETRY };
        let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, limit) {
            Ok(_) => {}
            Err(errno) => return errno == Errno::EINTR,
        }
        let has_ended = |fd: &PollFd<'_>| fd.any().unwrap_or(false);
        let ended: Vec<bool> = fds.iter().map(has_ended).collect();
        if ended[0] {
            return false;
        }
        for index in (0..self.children.len()).rev() {
            let process = &mut self.children[index].process;
            if ended[index + 1] || matches!(process.wait_timeout(Duration::ZERO), Ok(Some(_))) {
                let child = self.children.swap_remove(index);
                vacant.extend(self.ended(child));
            }
        }
        true
    }

    /// Waits for a child that is about to be gone, and tells of it; gives its place if it is to
    /// be replaced.
    fn ended(&mut self, mut child: Child) -> Option<usize> {
        let place = child.place;
        let hand = &self.with.hands[place];
        if let Ok(None) = child.process.wait_timeout(LEAVING) {
            let _is_dead = child.process.kill();
        }
        // The wait first: what its hand shows then, it will show for ever.
        let exit = child.process.wait().ok();
        let is_early = hand.is_starting();
        let _gone = self.with.news.put(News::Ended {
            worker: place as u32,
            number: child.number,
            pid: child.process.pid(),
            exit,
            task: hand.task(),
        });
        // Only now, when its task has been told: until somebody knows of it, it is shown.
        hand.reset();
        if child.process.join().is_ok() {
            // It found the queue closed.
            return None;
        }
        self.early_deaths = if is_early { self.early_deaths + 1 } else { 0 };
        Some(place)
    }

    /// Starts a worker in each vacant place, unless none can live.
    fn fill(&mut self, vacant: &mut Vec<usize>) {
        let most_deaths = MOST_DEATHS * self.with.hands.len() as u32;
        while let Some(&place) = vacant.last() {
            if self.early_deaths >= most_deaths {
                vacant.clear();
            } else if self.start(place).is_ok() {
                vacant.pop();
            } else {
                self.early_deaths += 1;
                return; // Another try after `RETRY`.
            }
        }
    }
}
