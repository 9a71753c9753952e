//! How a pool comes to be: its queues, its supervisor, and then the workers, all of them.

use std::io;
use std::rc::Rc;

use common::Message;
use ipc_queue::Options;
use multiprocess::{End, Outcome, Process, StartError};

use crate::dispatcher::Dispatcher;
use crate::hand::Hand;
use crate::long::{Long, Shelf};
use crate::supervisor::Supervisor;
use crate::turn::TURN;
use crate::worker::Worker;
use crate::{PoolError, life};

/// Starts a worker process; knows the functions of the pool. The end of the socket pair tells the
/// supervisor that the process has ended.
pub(crate) type StartWorker<R> =
    Box<dyn Fn(String, Worker<R>, End) -> Result<Process<()>, StartError>>;

/// How workers are started that make a state by `init` and then call `run` with it. Each worker
/// has its own copy of what the two have captured.
pub(crate) fn start_worker<A, O, S, I, F>(init: I, run: F) -> StartWorker<O::Value>
where
    A: Message,
    O: Outcome<Value: 'static>,
    I: Fn() -> S + 'static,
    F: Fn(&mut S, A) -> O + 'static,
{
    let functions = Rc::new((init, run));
    Box::new(move |name, worker, life| {
        let functions = Rc::clone(&functions);
        Process::start(name, move || {
            let _open_while_it_lives = life;
            let (init, run) = &*functions;
            let mut state = init();
            worker.serve(|argument: A| run(&mut state, argument));
        })
    })
}

/// Starts the supervisor, and waits until it has started all workers.
pub(crate) fn start<R: Message + 'static>(
    workers: usize,
    start_worker: StartWorker<R>,
) -> Result<Dispatcher<R>, PoolError> {
    let (packets, source) = Options::new().name("tasks").make().map_err(PoolError::Os)?;
    let (teller, news) = Options::new()
        .name("answers")
        .make()
        .map_err(PoolError::Os)?;
    let (life, owner) = life::pair().map_err(PoolError::Os)?;
    let hands: io::Result<Vec<Hand>> = (0..workers).map(|_| Hand::new()).collect();
    let hands = hands.map_err(PoolError::Os)?;
    let long = Long::new().map_err(PoolError::Os)?;
    let supervisor = Supervisor {
        packets: source,
        news: teller,
        hands: hands.clone(),
        long: Rc::new(long.try_clone().map_err(PoolError::Os)?),
        start_worker,
        owner,
    };
    let supervisor = Process::start("supervisor", || supervisor.run()).map_err(PoolError::Start)?;
    let mut dispatcher = Dispatcher::new(hands, supervisor, life, packets, news, Shelf::new(long));
    while dispatcher.started < workers && dispatcher.news.is_some() {
        dispatcher.turn(TURN);
    }
    if dispatcher.news.is_none()
        && let Some(supervisor) = dispatcher.supervisor.take()
    {
        supervisor.join().map_err(PoolError::Supervisor)?;
    }
    Ok(dispatcher)
}
