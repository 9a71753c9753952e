//! How a pool is put together: a supervisor process and its workers, a queue of tasks and one of
//! answers.

use std::cell::RefCell;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::available_parallelism;

use child::{Child, Shelf};
use common::{Message, Trace, lane};
use ipc_queue::Options;
use multiprocess::{Outcome, Process};
use supervisor::Crew;

use crate::PoolError;
use crate::worker::{Queues, Work, WorkerProcesses};

/// The owner of a pool, shared by the pool, its handles and its iterators.
pub(crate) type OwnerCell<R> = inflight::OwnerCell<R, Queues<R>>;

/// The number of CPUs that this process may use.
pub(crate) fn cpus() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Starts the supervisor, and waits until it has started all workers. Each worker makes a state
/// with `init`, and then calls `run` with it.
pub(crate) fn start<A: Message, R: Message + 'static, S, O: Outcome<Value = R>>(
    workers: usize,
    init: impl Fn() -> S + 'static,
    run: impl Fn(&mut S, A) -> O + 'static,
) -> Result<OwnerCell<R>, PoolError> {
    let work: Work<R> = Rc::new(move |worker| {
        let mut state = init();
        worker.serve(|argument| run(&mut state, argument));
    });
    start_with(workers, work)
}

/// Starts the supervisor and workers that do this `work`.
fn start_with<R: Message + 'static>(
    workers: usize,
    work: Work<R>,
) -> Result<OwnerCell<R>, PoolError> {
    if workers == 0 {
        return Err(PoolError::NoWorkers);
    }
    // The queues are inner parts of the pool: pictures show them with `--detail` only.
    let trace = Trace::new("pool");
    let options = |name| Options::new().name(name).inside(&trace);
    let (task_tx, task_rx) = options("tasks").make()?;
    let (answer_tx, answer_rx) = options("answers").make()?;
    let shelf = Shelf::new()?;
    let processes = WorkerProcesses {
        tasks: task_rx,
        answers: answer_tx,
        shelf: Rc::new(shelf.reader()?),
        work,
    };
    let crew = Crew::start(workers, |supervisor| {
        let supervise = move || {
            lane::belongs_to(trace.name());
            supervisor.run(&processes)
        };
        let started = Process::<()>::start("supervisor", supervise);
        started.map(Child::from).map_err(PoolError::Start)
    })?;
    let queues = Queues {
        tasks: Some(task_tx),
        answers: answer_rx,
    };
    let (owner, ended) = inflight::Owner::start(queues, shelf, crew);
    if let Some(supervisor) = ended {
        let process = Process::<()>::from(supervisor);
        process.join().map_err(PoolError::Supervisor)?;
    }
    Ok(Rc::new(RefCell::new(owner)))
}
