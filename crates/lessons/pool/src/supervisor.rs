//! The process that starts the workers, waits for each of them, and starts another one for each
//! that dies.
//!
//! It has one thread, so it may fork at any time, whatever threads the owner of the pool has made
//! by then. The workers are its children: nobody else can wait for them.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::Message;
use multiprocess::{End, Process, StartError, hand_on_shared_ends};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::hand::{Hand, Stage};
use crate::life::{Owner, Wish};
use crate::long::Long;
use crate::messages::{News, Packet};
use crate::start::StartWorker;
use crate::vacancy::{Vacancies, Verdict, Work};
use crate::worker::Worker;

/// The pause before another try: when no process can be started, or when too many have died.
const RETRY: Duration = Duration::from_millis(100);

/// So often it looks at each worker, even if its socket is open: a task may have forked a process
/// of its own, with a copy of the socket.
const LOOK: Duration = Duration::from_secs(1);

/// So long may a worker take to end when it has let go of its socket. One that does not was stopped
/// in between, or runs another program by now (exec closes the socket), and is no worker any more.
const LEAVING: Duration = Duration::from_secs(1);

/// All that the supervisor needs, made by the owner of the pool.
pub(crate) struct Supervisor<R> {
    /// For the workers: where they take from, where they tell, their hands, and the file of
    /// long arguments.
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) news: ipc_queue::Sender<News<R>>,
    pub(crate) hands: Vec<Hand>,
    pub(crate) long: Rc<Long>,
    pub(crate) start_worker: StartWorker<R>,
    /// Hears what the owner wants, and when it has died.
    pub(crate) owner: Owner,
}

struct Child {
    place: usize,
    /// In its name.
    number: u32,
    process: Process<()>,
    /// Comes to its end with the process.
    life: End,
}

/// A place without a worker.
struct Vacancy {
    place: usize,
    /// Not before then.
    from: Instant,
}

/// What the supervisor has.
struct Children<R> {
    with: Supervisor<R>,
    children: Vec<Child>,
    vacant: Vec<Vacancy>,
    /// How many have been started, for their names.
    started: u32,
    vacancies: Vacancies,
    /// How the last one ended that was of no use, or why it could not be started.
    last_words: String,
}

impl<R: Message> Supervisor<R> {
    /// Runs until every worker has found the queue closed, or the owner wants the end, or no
    /// worker is left and none can be started, which it tells. No worker outlives it.
    ///
    /// # Errors
    /// When the first workers cannot be started.
    pub(crate) fn run(self) -> Result<(), StartError> {
        // The ends of queues that the pool's functions have captured are for all workers.
        hand_on_shared_ends();
        let places = 0..self.hands.len();
        let mut children = Children {
            vacancies: Vacancies::new(self.hands.len()),
            with: self,
            children: Vec::new(),
            vacant: Vec::new(),
            started: 0,
            last_words: String::new(),
        };
        for place in places {
            children.start(place)?;
        }
        while !children.children.is_empty() || !children.vacant.is_empty() {
            if !children.wait() {
                break;
            }
            children.fill();
        }
        children.end();
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
            long: Rc::clone(&self.with.long),
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

    /// Waits until some children have ended, tells of each, and notes the places that are vacant
    /// then. Gives false when the owner wants the end.
    fn wait(&mut self) -> bool {
        let lives = self.children.iter().map(|child| &child.life);
        let ends = std::iter::once(self.with.owner.end()).chain(lives);
        let mut fds: Vec<_> = ends
            .map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN))
            .collect();
        let limit = if self.vacant.is_empty() { LOOK } else { RETRY };
        let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, limit) {
            Ok(_) => {}
            Err(errno) => return errno == Errno::EINTR,
        }
        let has_ended = |fd: &PollFd<'_>| fd.any().unwrap_or(false);
        let ended: Vec<bool> = fds.iter().map(has_ended).collect();
        if self.with.owner.wish() == Wish::End {
            return false;
        }
        for index in (0..self.children.len()).rev() {
            let process = &mut self.children[index].process;
            if ended[index + 1] || matches!(process.wait_timeout(Duration::ZERO), Ok(Some(_))) {
                let child = self.children.swap_remove(index);
                self.ended(child);
            }
        }
        true
    }

    /// Waits for a child that is about to be gone, tells of it, and notes its place if another one
    /// is to have it.
    fn ended(&mut self, mut child: Child) {
        let place = child.place;
        let hand = &self.with.hands[place];
        if let Ok(None) = child.process.wait_timeout(LEAVING) {
            let _is_dead = child.process.kill();
        }
        // The wait first: what its hand shows then, it will show for ever.
        let exit = child.process.wait().ok();
        let stage = hand.stage();
        let _gone = self.with.news.put(News::Ended {
            worker: place as u32,
            number: child.number,
            pid: child.process.pid(),
            exit,
            task: hand.task(),
        });
        // Only now, when its task has been told: until somebody knows of it, it is shown.
        hand.reset();
        let Err(end) = child.process.join() else {
            return; // It found the queue closed.
        };
        if matches!(stage, Stage::Starting | Stage::Ready) {
            self.last_words = end.to_string();
        }
        let work = self.work();
        let verdict = self.vacancies.judge(stage, work);
        self.vacate(place, verdict);
    }

    /// Asked after an end, so that a worker that has seen the queue closed is not taken for one
    /// that died before.
    fn work(&mut self) -> Work {
        match self.with.owner.wish() {
            Wish::Work if self.with.packets.is_empty() => Work::MayCome,
            Wish::Work => Work::Waits,
            Wish::NoMore | Wish::End => Work::IsDone,
        }
    }

    fn vacate(&mut self, place: usize, verdict: Verdict) {
        let from = match verdict {
            Verdict::Replace => Instant::now(),
            Verdict::ReplaceLater => Instant::now() + RETRY,
            Verdict::NotNeeded | Verdict::GiveUp => {
                // What goes for one place, goes for all.
                self.vacant.clear();
                return;
            }
        };
        self.vacant.push(Vacancy { place, from });
    }

    /// Starts a worker in each vacant place whose time has come.
    fn fill(&mut self) {
        if self.work() == Work::IsDone {
            self.vacant.clear();
        }
        let now = Instant::now();
        while let Some(next) = self.vacant.iter().position(|vacancy| vacancy.from <= now) {
            let place = self.vacant.swap_remove(next).place;
            if let Err(refusal) = self.start(place) {
                self.last_words = refusal.to_string();
                let work = self.work();
                let verdict = self.vacancies.judge_refusal(work);
                self.vacate(place, verdict);
            }
        }
    }

    /// Kills those that are left; or tells, if none is left, why not.
    fn end(&mut self) {
        for child in &self.children {
            // All of them first, so that they die side by side; drop waits for each.
            let _is_dead = child.process.kill();
        }
        if self.children.is_empty() && self.work() != Work::IsDone {
            let why = std::mem::take(&mut self.last_words);
            let _gone = self.with.news.put(News::GivenUp { why });
        }
    }
}
