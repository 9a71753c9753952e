//! In any order of events, no task is lost and none is lent to a dead worker.

#[path = "../../src/bin/tiny-scheduler/scheduler.rs"]
mod scheduler;

use std::collections::{BTreeSet, VecDeque};
use std::process::ExitCode;

use check::{Check, chance, expect_in_time, fault, main as judge, program, use_of};
use rand::RngExt;
use rand::rngs::StdRng;
use scheduler::{Event, Scheduler, State, Task, Worker, step};

fn main() -> ExitCode {
    judge(
        "distributed/forget",
        &[
            Check::new(
                "lent",
                "the task of a dead worker is lent to another one",
                lent,
            ),
            Check::new("idle", "a worker that died idle gets no task", idle),
            Check::new(
                "others",
                "lent tasks of others, and done tasks, stay",
                others,
            ),
            Check::new("orders", "all of this in any order of events", orders),
            Check::new("no-clock", "it does not sleep", no_clock),
            Check::new(
                "program",
                "the program ends, with ten results",
                whole_program,
            ),
        ],
    )
}

fn new(tasks: usize) -> Scheduler {
    Scheduler {
        tasks: vec![State::Ready; tasks],
        idle: VecDeque::new(),
    }
}

fn lent() {
    let mut scheduler = new(2);
    let first = step(&mut scheduler, Event::Ready(7));
    assert_eq!(first, [(7, 0)], "the first task goes to the first worker");
    let lent = step(&mut scheduler, Event::Gone(7));
    assert!(
        lent.is_empty(),
        "no worker is left, but {lent:?} is lent (worker, task)"
    );
    let tasks = [8, 9].map(|worker| step(&mut scheduler, Event::Ready(worker)));
    let got: BTreeSet<Task> = tasks.iter().flatten().map(|(_, task)| *task).collect();
    assert_eq!(
        got,
        BTreeSet::from([0, 1]),
        "worker 7 died with task 0; workers 8 and 9 have to get tasks 0 and 1"
    );
    // If a worker is idle, it gets the task at once.
    let mut scheduler = new(1);
    step(&mut scheduler, Event::Ready(1));
    step(&mut scheduler, Event::Ready(2));
    let lent = step(&mut scheduler, Event::Gone(1));
    assert_eq!(
        lent,
        [(2, 0)],
        "worker 2 is idle when worker 1 dies with task 0"
    );
}

/// The dead worker is neither the first nor the last one in the line, and no end of the line may fill its
/// place.
fn idle() {
    let mut scheduler = new(0);
    for worker in [3, 1, 5, 4, 2] {
        step(&mut scheduler, Event::Ready(worker));
    }
    step(&mut scheduler, Event::Gone(5));
    scheduler.tasks = vec![State::Ready; 5];
    let lent = step(&mut scheduler, Event::Ready(6));
    let workers: Vec<Worker> = lent.iter().map(|(worker, _)| *worker).collect();
    assert!(
        !workers.contains(&5),
        "worker 5 died idle, but gets a task: {lent:?}"
    );
    assert_eq!(
        BTreeSet::from_iter(workers.clone()),
        BTreeSet::from([1, 2, 3, 4, 6]),
        "the workers that get a task: all others, which are idle"
    );
    assert_eq!(
        workers,
        [3, 1, 4, 2, 6],
        "the others get their tasks in the order in which they came"
    );
}

fn others() {
    let mut scheduler = new(4);
    for worker in [1, 2, 3] {
        step(&mut scheduler, Event::Ready(worker));
    }
    step(&mut scheduler, Event::Done(1, 0, 5));
    step(&mut scheduler, Event::Gone(2));
    assert_eq!(scheduler.tasks.len(), 4, "the number of tasks");
    assert_eq!(
        scheduler.tasks[0],
        State::Done(5),
        "task 0 is done, by another worker"
    );
    assert_eq!(
        scheduler.tasks[2],
        State::Lent(3),
        "task 2 is lent to another worker"
    );
    // A dead worker has nothing more to lose, and a worker that never existed has nothing.
    for gone in [2, 1, 99] {
        step(&mut scheduler, Event::Gone(gone));
    }
    assert_eq!(
        scheduler.tasks[0],
        State::Done(5),
        "task 0 stays done when its worker dies"
    );
}

/// The real state of the workers, whatever the scheduler assumes about them.
struct World {
    scheduler: Scheduler,
    alive: BTreeSet<Worker>,
    /// In the order in which they became idle.
    idle: VecDeque<Worker>,
    /// Which worker has which task, dead workers included.
    held: Vec<(Worker, Task)>,
    told: Vec<String>,
    results: Vec<Option<usize>>,
    /// The number of the last worker, and the difference between the numbers of two workers.
    last: Worker,
    apart: Worker,
}

impl World {
    fn new(tasks: usize, apart: Worker) -> Self {
        Self {
            scheduler: new(tasks),
            alive: BTreeSet::new(),
            idle: VecDeque::new(),
            held: Vec::new(),
            told: Vec::new(),
            results: vec![None; tasks],
            last: 0,
            apart,
        }
    }

    /// Another worker is there.
    fn arrive(&mut self) {
        self.last += self.apart;
        self.alive.insert(self.last);
        self.idle.push_back(self.last);
        self.step(Event::Ready(self.last));
    }

    fn wrong(&self, what: &str) -> ! {
        let last = self.told[self.told.len().saturating_sub(8)..].join(", ");
        fault(format!("{what}\nThe last events: {last}."))
    }

    fn step(&mut self, event: Event) {
        self.told.push(match &event {
            Event::Ready(worker) => format!("Ready({worker})"),
            Event::Done(worker, task, _) => format!("Done({worker}, {task})"),
            Event::Gone(worker) => format!("Gone({worker})"),
        });
        for (worker, task) in step(&mut self.scheduler, event) {
            if !self.alive.contains(&worker) {
                self.wrong(&format!(
                    "Task {task} is lent to worker {worker}, which is dead."
                ));
            }
            let next = self.idle.front().copied();
            if next == Some(worker) {
                self.idle.pop_front();
            } else {
                self.lent_out_of_turn(worker, task, next);
            }
            self.held.push((worker, task));
        }
        self.look();
    }

    fn lent_out_of_turn(&self, worker: Worker, task: Task, next: Option<Worker>) -> ! {
        match next {
            Some(next) if self.idle.contains(&worker) => self.wrong(&format!(
                "Task {task} is lent to worker {worker}, but worker {next} has been idle for longer. The \
                 idle workers should keep their order."
            )),
            _ => self.wrong(&format!(
                "Task {task} is lent to worker {worker}, which is not idle."
            )),
        }
    }

    fn look(&self) {
        let is_ready = self.scheduler.tasks.contains(&State::Ready);
        if is_ready && !self.idle.is_empty() {
            self.wrong("A task is ready and a worker is idle, but the task is not lent.");
        }
        for (task, state) in self.scheduler.tasks.iter().enumerate() {
            match (*state, self.results[task]) {
                (State::Done(result), its) if its == Some(result) => {}
                (State::Done(_), _) => self.wrong(&format!(
                    "Task {task} is marked as done without its result."
                )),
                (_, Some(_)) => self.wrong(&format!("The result of task {task} is lost.")),
                (State::Lent(worker), _) if !self.alive.contains(&worker) => {
                    self.wrong(&format!(
                        "Task {task} stays lent to worker {worker}, which is dead."
                    ));
                }
                _ => {}
            }
        }
    }

    fn random_event(&mut self, random: &mut StdRng) {
        let any = |set: &BTreeSet<Worker>, random: &mut StdRng| -> Option<Worker> {
            let place = random.random_range(0..set.len().max(1));
            set.iter().nth(place).copied()
        };
        match random.random_range(0..10) {
            0..4 => self.arrive(),
            4..7 if !self.held.is_empty() => {
                let place = random.random_range(0..self.held.len());
                self.done(place);
            }
            7..9 => {
                if let Some(worker) = any(&self.alive, random) {
                    self.alive.remove(&worker);
                    self.idle.retain(|&idle| idle != worker);
                    self.step(Event::Gone(worker));
                }
            }
            // The death of a worker is reported again.
            _ => {
                let worker = self.apart * random.random_range(0..=self.last / self.apart);
                if !self.alive.contains(&worker) {
                    self.step(Event::Gone(worker));
                }
            }
        }
    }

    /// A worker answers; if it is dead by now, it answered just before its death.
    fn done(&mut self, place: usize) {
        let (worker, task) = self.held.swap_remove(place);
        let is_its = self.scheduler.tasks[task] == State::Lent(worker);
        if is_its && self.alive.contains(&worker) {
            self.results[task] = Some(task * task);
        }
        self.step(Event::Done(worker, task, task * task));
        if self.alive.contains(&worker) {
            self.idle.push_back(worker);
            self.step(Event::Ready(worker));
        }
    }
}

/// In one world of ten there are many tasks and workers. The numbers of the workers are consecutive, or far
/// apart.
fn orders() {
    let mut random = chance("orders");
    for world in 0..300 {
        let (tasks, workers, events) = match world % 10 {
            0 => (random.random_range(100..300), 100, 300),
            _ => (random.random_range(1..12), 0, 60),
        };
        let apart = [1, 1 << 8, 1 << (usize::BITS / 2 + 1)][world % 3];
        let mut world = World::new(tasks, apart);
        for _ in 0..workers {
            world.arrive();
        }
        for _ in 0..events {
            world.random_event(&mut random);
        }
        // A worker that does not die does all remaining tasks.
        world.arrive();
        for _ in 0..4 * tasks {
            let is_alive = |(worker, _): &(Worker, Task)| world.alive.contains(worker);
            if let Some(place) = world.held.iter().position(is_alive) {
                world.done(place);
            }
        }
        if let Some(task) = world.results.iter().position(Option::is_none) {
            world.wrong(&format!(
                "Task {task} is never done, although a worker does every task that it gets."
            ));
        }
    }
}

/// The number of deaths of workers, half of which have a task, and how often they are counted.
const DEATHS: usize = 50;
const TRIES: usize = 3;

/// A scheduler knows no clock. On a busy machine it may have to wait for memory or for the screen now and
/// then, so it may sleep at some of the deaths.
fn no_clock() {
    let sleeps = (0..TRIES).map(|_| {
        let mut scheduler = new(DEATHS / 2);
        for worker in 0..DEATHS {
            step(&mut scheduler, Event::Ready(worker));
        }
        let all_die =
            || (0..DEATHS).for_each(|worker| _ = step(&mut scheduler, Event::Gone(worker)));
        let ((), used) = use_of(all_die);
        used.sleeps
    });
    let fewest = sleeps.min().unwrap_or_default();
    expect_in_time(fewest < DEATHS as u64 / 2, || {
        format!(
            "The scheduler was told of {DEATHS} deaths, and went to sleep {fewest} times meanwhile: it should \
             record each death at once, without a sleep."
        )
    });
}

fn whole_program() {
    for seed in 1..=3 {
        let ran = program!("tiny-scheduler").chaos(seed).run();
        ran.expect_code(0);
        for task in 0..10 {
            // Up to the end of the line: the body may print lines of its own that begin in this way, and text
            // without a newline before it.
            let line = format!("Result of task {task}: {}", task * task);
            let lines = ran.out.lines();
            let times = lines.filter(|its| its.ends_with(&line)).count();
            ran.expect(times == 1, || {
                format!("The line {line:?} was expected once, but was printed {times} times.")
            });
        }
    }
}
