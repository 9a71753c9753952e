//! What a worker process does, and the one word in which it shows its task.

use std::any::type_name;
use std::borrow::Cow;
use std::io;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use child::ShelfReader;
use common::{Message, Trace, encode};
use ipc_queue::PutError;
use ipc_shared::AtomicValue;
use multiprocess::{End, Failure, Outcome, Process, StartError, call};

use crate::deaths::Stage;
use crate::wire::{Arguments, Failed, News, Packet, Values};

/// An answer that is longer than the queue goes in pieces of this size.
const PIECE_BYTES: usize = 1 << 20;

/// What a worker process is given.
pub(crate) struct Worker<R> {
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) news: ipc_queue::Sender<News<R>>,
    pub(crate) hand: Hand,
    pub(crate) shelf: Rc<ShelfReader>,
    pub(crate) trace: Trace,
}

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

/// The pool has gone.
struct Gone;

impl<R: Message> Worker<R> {
    /// Takes packets and answers them until the pool closes the queue, or is gone.
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.ready();
        // Shown while it is in the queue still: killed before that, we leave it there; killed after
        // it, all can see whose it was.
        let show = |packet: &Packet| self.hand.show(packet.first_task);
        while let Ok(packet) = self.packets.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            // After the answer. The other way round we could die between the two, and no process
            // would know what is missing.
            self.hand.empty();
        }
    }

    fn run<A: Message, O: Outcome<Value = R>>(
        &self,
        packet: &Packet,
        run: &mut impl FnMut(A) -> O,
    ) -> Result<Values<R>, Failed> {
        self.trace.begins(packet.first_task);
        let arguments = self.arguments_of(packet);
        let result = arguments.and_then(|arguments| self.run_all(packet, &arguments, run));
        self.trace.ends(packet.first_task);
        result
    }

    fn run_all<A: Message, O: Outcome<Value = R>>(
        &self,
        packet: &Packet,
        mut arguments: &[u8],
        run: &mut impl FnMut(A) -> O,
    ) -> Result<Values<R>, Failed> {
        let mut run_next = || {
            let argument = A::deserialize(&mut arguments).map_err(|error| {
                let wanted = type_name::<A>();
                Failure::Error(format!("cannot read its argument as {wanted}: {error}"))
            })?;
            call(|| run(argument))
        };
        if packet.tasks == 1 {
            let failed = |failure| packet.failed(failure);
            return run_next().map(Values::One).map_err(failed);
        }
        let mut values = Vec::with_capacity(packet.tasks as usize);
        let mut failed: Option<Failed> = None;
        for task in packet.numbers() {
            self.hand.show(task);
            match run_next() {
                Ok(value) => values.push(value),
                Err(failure) => {
                    let none_yet = Failed {
                        task,
                        count: 0,
                        failure,
                    };
                    failed.get_or_insert(none_yet).count += 1;
                }
            }
        }
        failed.map_or(Ok(Values::Many(values)), Err)
    }

    fn arguments_of<'a>(&self, packet: &'a Packet) -> Result<Cow<'a, [u8]>, Failed> {
        match &packet.arguments {
            Arguments::Here(bytes) => Ok(Cow::Borrowed(bytes)),
            Arguments::OnShelf(place) => self.shelf.read(*place).map(Cow::Owned).map_err(|error| {
                packet.failed(Failure::Error(format!("cannot get its argument: {error}")))
            }),
        }
    }

    /// Puts the answer into the queue. It is there, whatever becomes of this process then.
    fn answer(&self, packet: &Packet, result: Result<Values<R>, Failed>) -> Result<(), Gone> {
        match self.news.put(packet.done(result)) {
            Ok(()) => Ok(()),
            Err(PutError::TooLong { item, .. }) => self.answer_in_pieces(packet, &item),
            Err(PutError::Encode(_, error)) => {
                // A value without bytes is a failure of its task. A text always has some.
                let failed = packet.failed(Failure::Error(error.to_string()));
                self.news.put(packet.done(Err(failed))).map_err(|_| Gone)
            }
            Err(_) => Err(Gone),
        }
    }

    fn answer_in_pieces(&self, packet: &Packet, done: &News<R>) -> Result<(), Gone> {
        let bytes = encode(done).map_err(|_| Gone)?;
        let mut pieces = bytes.chunks(PIECE_BYTES).peekable();
        while let Some(piece) = pieces.next() {
            let piece = News::Piece {
                first_task: packet.first_task,
                is_last: pieces.peek().is_none(),
                bytes: piece.to_vec(),
            };
            self.news.put(piece).map_err(|_| Gone)?;
        }
        Ok(())
    }
}

/// One word in shared memory for each worker, which a kill cannot leave half-written: how far the
/// worker has come. A worker that has emptied its hand has answered before (Release, and Acquire
/// in `stage`: who sees the hand empty finds that answer in the queue).
#[derive(Debug, Clone)]
pub(crate) struct Hand(AtomicValue<AtomicU64>);

const EMPTY: u64 = 0;
const STARTING: u64 = u64::MAX;
const READY: u64 = u64::MAX - 1;

impl Hand {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(AtomicValue::new(AtomicU64::new(STARTING))?))
    }

    /// The worker has this task.
    #[inline]
    pub(crate) fn show(&self, task: u64) {
        self.0.store(task + 1, Ordering::Release);
    }

    /// The worker waits for its first task.
    fn ready(&self) {
        self.0.store(READY, Ordering::Release);
    }

    /// The worker has answered its task.
    fn empty(&self) {
        self.0.store(EMPTY, Ordering::Release);
    }

    /// Another process takes the place of one that has ended.
    pub(crate) fn reset(&self) {
        self.0.store(STARTING, Ordering::Release);
    }

    /// The number of the task in hand.
    pub(crate) fn task(&self) -> Option<u64> {
        match self.stage() {
            Stage::Busy(task) => Some(task),
            _ => None,
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.0.load(Ordering::Acquire) {
            EMPTY => Stage::Idle,
            STARTING => Stage::Starting,
            READY => Stage::Ready,
            task => Stage::Busy(task - 1),
        }
    }
}
