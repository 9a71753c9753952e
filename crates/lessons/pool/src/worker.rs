//! The owner's ends of the two queues, and what a worker process does with the others.

use std::any::type_name;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use child::{Child, ShelfReader};
use common::{Message, Trace, flush_stdout};
use inflight::{Cause, News, Packet, PacketResult, TaskError, Values, failed, several};
use ipc_queue::{PutError, Receiver, Sender};
use multiprocess::{Failure, Outcome, Process, StartError, call};
use supervisor::{Hand, Report, Stage, Workers};

/// The owner's ends of the two queues.
#[derive(Debug)]
pub(crate) struct Queues<R> {
    /// `None` once every task has been answered and no other will come.
    pub(crate) tasks: Option<Sender<Packet>>,
    pub(crate) answers: Receiver<News<R>>,
}

impl<R: Message> inflight::Queues<R> for Queues<R> {
    #[inline]
    fn try_put(&self, packet: Packet) -> Result<(), Packet> {
        match &self.tasks {
            Some(tasks) => tasks.try_put(packet).map_err(PutError::into_inner),
            None => Err(packet),
        }
    }

    fn len_packets(&self) -> usize {
        self.tasks.as_ref().map_or(0, Sender::len)
    }

    fn len_news(&self) -> usize {
        self.answers.len()
    }

    fn close(&mut self) {
        // A task that no worker has taken when all have gone ends with an error, and is not lost.
        self.tasks.iter().for_each(Sender::give_back_rest);
        self.tasks = None;
    }

    #[inline]
    fn get(&self, limit: Option<Duration>) -> Option<News<R>> {
        match limit {
            Some(limit) => self.answers.get_timeout(limit).ok(),
            None if self.answers.is_empty() => None,
            None => self.answers.try_get().ok(),
        }
    }
}

/// What a worker process has: its ends of the queues, its hand, and where long arguments are.
pub(crate) struct Worker<R> {
    tasks: Receiver<Packet>,
    answers: Sender<News<R>>,
    hand: Hand,
    shelf: Rc<ShelfReader>,
    trace: Trace,
}

impl<R: Message> Worker<R> {
    /// Shows that it is ready, then takes packets and answers them until the pool closes the queue, or is
    /// gone.
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        // Shown while the packet is still in the queue: if this worker is killed before that, the
        // packet stays there; if it is killed after it, its hand shows that it had the packet.
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            // Show this after the answer. If it came first, a worker that is killed between the two
            // would leave no sign of the missing answer.
            self.hand.show(Stage::Idle);
        }
    }

    /// Calls `run` with each argument of the packet, and returns the values, or the failures: a task fails
    /// when `run` returns an error or panics.
    fn run<A, O>(&self, packet: &Packet, run: &mut impl FnMut(A) -> O) -> PacketResult<R>
    where
        A: Message,
        O: Outcome<Value = R>,
    {
        self.trace.begins(packet.first_task);
        let arguments = packet.arguments(&self.shelf);
        let result = arguments.map_or_else(
            |cause| failed(packet.tasks(), cause),
            |bytes| self.run_all(packet.tasks(), &bytes, run),
        );
        // Flush before the answer: a worker that is killed after it would lose text in std's buffer.
        flush_stdout();
        self.trace.ends(packet.first_task);
        result
    }

    /// Calls `run` with each argument; if there are several, the hand shows each task's number first.
    /// If one cannot be read, the rest fails, too, because it is not known where the next one begins.
    fn run_all<A, O>(
        &self,
        tasks: Range<u64>,
        mut arguments: &[u8],
        run: &mut impl FnMut(A) -> O,
    ) -> PacketResult<R>
    where
        A: Message,
        O: Outcome<Value = R>,
    {
        let mut run_next = || {
            let argument = call(|| A::deserialize(&mut arguments)).map_err(|failure| {
                arguments = &[];
                let (Failure::Error(why) | Failure::Panic(why)) = failure;
                let wanted = type_name::<A>();
                Cause::Failed(format!("cannot read its argument as {wanted}: {why}"))
            })?;
            call(|| run(argument)).map_err(cause_of)
        };
        if tasks.end - tasks.start == 1 {
            let value = run_next().map(Values::One);
            return value.or_else(|cause| failed(tasks, cause));
        }
        several(tasks.map(|task| {
            self.hand.show(Stage::Busy(task));
            run_next().map_err(|cause| TaskError { task, cause })
        }))
    }

    /// Puts the result into the queue of answers, where it stays even if this process dies. Returns
    /// an error when the owner has gone.
    fn answer(&self, packet: &Packet, result: PacketResult<R>) -> Result<(), Failure> {
        let put = || match self.answers.put(packet.answer(result)) {
            Err(PutError::TooLong { item, .. }) => match packet.pieces(&item) {
                Ok(mut pieces) => pieces.try_for_each(|piece| self.answers.put(piece)),
                Err(error) => self.answers.put(packet.fail(error.to_string())),
            },
            // A value that cannot be encoded is a failure of its task. A short text always can be.
            Err(PutError::Encode(_, error)) => self.answers.put(packet.fail(error.to_string())),
            other => other,
        };
        match call(put) {
            // It has been sent. The values end here, too, and one of their destructors has panicked.
            Err(Failure::Panic(_)) => Ok(()),
            other => other,
        }
    }
}

fn cause_of(failure: Failure) -> Cause {
    match failure {
        Failure::Error(text) => Cause::Failed(text),
        Failure::Panic(text) => Cause::Panicked(text),
    }
}

/// The function that a worker process calls; it has captured the functions of the pool.
pub(crate) type Work<R> = Rc<dyn Fn(&Worker<R>)>;

/// What the supervisor needs to start workers and to report on them.
pub(crate) struct WorkerProcesses<R> {
    pub(crate) tasks: Receiver<Packet>,
    pub(crate) answers: Sender<News<R>>,
    pub(crate) shelf: Rc<ShelfReader>,
    pub(crate) work: Work<R>,
}

impl<R: Message + 'static> Workers for WorkerProcesses<R> {
    type Error = StartError;

    fn start(&self, name: String, hand: Hand) -> Result<Child, StartError> {
        let os = |tried| move |source| StartError::Os { tried, source };
        let worker = Worker {
            tasks: (self.tasks.try_clone()).map_err(os("open the queue of tasks"))?,
            answers: (self.answers.try_clone()).map_err(os("open the queue of results"))?,
            hand,
            shelf: Rc::clone(&self.shelf),
            trace: Trace::named("task"),
        };
        let work = Rc::clone(&self.work);
        Process::<()>::start(name, move || work(&worker)).map(Child::from)
    }

    fn check(&self, ended: Child) -> Result<(), String> {
        let process = Process::<()>::from(ended);
        process.join().map_err(|error| error.to_string())
    }

    fn has_tasks(&self) -> bool {
        !self.tasks.is_empty()
    }

    fn report(&self, report: Report) {
        let _gone = self.answers.put(News::Report(report));
    }
}
