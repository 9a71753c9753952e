//! The process that starts the workers, waits for each of them, and starts another one for each
//! that dies.
//!
//! It has one thread, so it may fork at any time, whatever threads the owner of the pool has made
//! by then. The workers are its children: no other process can wait for them.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use child::ShelfReader;
use common::{Message, Trace};
use ipc_queue::{Receiver, Sender};
use ipc_shared::AtomicValue;
use multiprocess::{End, Process, StartError, hand_on_shared_ends};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::deaths::{Stage, Vacancies, Verdict, Work};
use crate::wire::{News, Packet};
use crate::worker::{Hand, StartWorker, Worker};

/// How many bytes the owner is told of why no worker could live.
const LONGEST_WORDS: usize = 64 << 10;

/// The pause before another try: when no process can be started, or when too many have died.
const RETRY: Duration = Duration::from_millis(100);

/// How often it looks at each worker even if its socket is open: a task may have forked a process
/// of its own, with a copy of the socket.
const LOOK: Duration = Duration::from_secs(1);

/// How long a worker may take to end when it has let go of its socket. One that does not was
/// stopped in between, or runs another program by now (exec closes the socket), and is no worker
/// any more.
const LEAVING: Duration = Duration::from_secs(1);

struct Child {
    place: usize,
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

/// What the supervisor has, most of it for its workers.
pub(crate) struct Supervisor<R> {
    packets: Receiver<Packet>,
    news: Sender<News<R>>,
    hands: Vec<Hand>,
    shelf: Rc<ShelfReader>,
    start_worker: StartWorker<R>,
    /// Comes to its end when the owner wants the end of all, or has died.
    owner: End,
    /// Every task has been answered, and no other will come.
    is_done: AtomicValue<AtomicBool>,
    children: Vec<Child>,
    vacant: Vec<Vacancy>,
    vacancies: Vacancies,
    /// How many have been started, for their names.
    started: u32,
    /// How the last one ended that was of no use, or why it could not be started.
    last_words: String,
}

impl<R: Message> Supervisor<R> {
    pub(crate) fn new(
        (packets, news): (Receiver<Packet>, Sender<News<R>>),
        hands: Vec<Hand>,
        shelf: Rc<ShelfReader>,
        start_worker: StartWorker<R>,
        (owner, is_done): (End, AtomicValue<AtomicBool>),
    ) -> Self {
        Self {
            packets,
            news,
            vacancies: Vacancies::new(hands.len()),
            hands,
            shelf,
            start_worker,
            owner,
            is_done,
            children: Vec::new(),
            vacant: Vec::new(),
            started: 0,
            last_words: String::new(),
        }
    }

    /// Runs until every worker has found the queue closed, or the owner wants the end, or no
    /// worker is left and none can be started, which it tells. No worker outlives it.
    ///
    /// # Errors
    /// When the first workers cannot be started.
    pub(crate) fn run(mut self) -> Result<(), StartError> {
        // The ends of queues that the pool's functions have captured are for all workers.
        hand_on_shared_ends();
        for place in 0..self.hands.len() {
            self.start(place)?;
        }
        let mut is_wanted = true;
        while is_wanted && !(self.children.is_empty() && self.vacant.is_empty()) {
            is_wanted = self.wait();
            if is_wanted {
                self.fill();
            }
        }
        for child in &self.children {
            // All of them first, so that they die side by side; drop waits for each.
            let _is_dead = child.process.kill();
        }
        if is_wanted && self.work() != Work::IsDone {
            let mut why = self.last_words;
            // What does not fit into the queue would not be heard at all.
            why.truncate(why.floor_char_boundary(LONGEST_WORDS));
            let _gone = self.news.put(News::GivenUp { why });
        }
        Ok(())
    }

    fn start(&mut self, place: usize) -> Result<(), StartError> {
        let os = |tried| move |source: io::Error| StartError::Os { tried, source };
        let worker = Worker {
            packets: (self.packets.try_clone()).map_err(os("open the queue of tasks"))?,
            news: (self.news.try_clone()).map_err(os("open the queue of results"))?,
            hand: self.hands[place].clone(),
            shelf: Rc::clone(&self.shelf),
            trace: Trace::named("task"),
        };
        let (life, theirs) = UnixStream::pair().map_err(os("make a socket pair"))?;
        worker.hand.reset();
        self.started += 1;
        let name = format!("worker {}", self.started);
        let process = (self.start_worker)(name, worker, End::new(theirs.into()))?;
        let (worker, pid) = (place as u32, process.pid());
        let life = End::new(life.into());
        self.children.push(Child {
            place,
            process,
            life,
        });
        // Fails when the owner has gone, which `wait` will see.
        let _gone = self.news.put(News::Started { worker, pid });
        Ok(())
    }

    /// Waits until some children have ended, tells of each, and notes the places that are vacant
    /// then. Returns false when the owner wants the end.
    fn wait(&mut self) -> bool {
        let lives = self.children.iter().map(|child| &child.life);
        let mut fds: Vec<_> = std::iter::once(&self.owner)
            .chain(lives)
            .map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN))
            .collect();
        let limit = if self.vacant.is_empty() { LOOK } else { RETRY };
        match poll(
            &mut fds,
            PollTimeout::try_from(limit).unwrap_or(PollTimeout::ZERO),
        ) {
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
                self.ended(child);
            }
        }
        true
    }

    /// Waits for a child that is about to be gone, tells of it, and notes its place if another one
    /// is to have it.
    fn ended(&mut self, mut child: Child) {
        if let Ok(None) = child.process.wait_timeout(LEAVING) {
            let _is_dead = child.process.kill();
        }
        // The wait first: what its hand shows then, no process will change.
        let exit = child.process.wait().ok();
        let hand = &self.hands[child.place];
        let stage = hand.stage();
        let _gone = self.news.put(News::Ended {
            worker: child.place as u32,
            exit,
            task: hand.task(),
        });
        // Only now, when its task has been told: until the owner can know of it, it is shown.
        hand.reset();
        let Err(end) = child.process.join() else {
            return; // It found the queue closed.
        };
        if matches!(stage, Stage::Starting | Stage::Ready) {
            self.last_words = end.to_string();
        }
        let verdict = self.vacancies.judge(stage, self.work());
        self.vacate(child.place, verdict);
    }

    /// Asked after an end, so that a worker that has seen the queue closed is not taken for one
    /// that died before.
    fn work(&self) -> Work {
        match self.is_done.load(Ordering::Acquire) {
            true => Work::IsDone,
            false if self.packets.is_empty() => Work::MayCome,
            false => Work::Waits,
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
                let verdict = self.vacancies.judge_refusal(self.work());
                self.vacate(place, verdict);
            }
        }
    }
}
