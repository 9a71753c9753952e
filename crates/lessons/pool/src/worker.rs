//! What a worker process does, and with what.

use std::borrow::Cow;
use std::rc::Rc;

use common::{EventId, Kind, Message, encode, record};
use ipc_queue::PutError;
use multiprocess::{Failure, Outcome, call};

use crate::hand::Hand;
use crate::long::Long;
use crate::messages::{Arguments, Failed, News, Packet, Values};

/// What is longer than the queue goes in pieces of this size.
const PIECE_BYTES: usize = 1 << 20;

/// What a worker process is given.
pub(crate) struct Worker<R> {
    pub(crate) packets: ipc_queue::Receiver<Packet>,
    pub(crate) news: ipc_queue::Sender<News<R>>,
    pub(crate) hand: Hand,
    pub(crate) long: Rc<Long>,
}

/// The pool has gone.
struct Gone;

impl<R: Message> Worker<R> {
    /// Takes packets and answers them until the pool closes the queue, or is gone.
    pub(crate) fn serve<A, O>(&self, mut run: impl FnMut(A) -> O)
    where
        A: Message,
        O: Outcome<Value = R>,
    {
        self.hand.ready();
        let show = |packet: &Packet| self.hand.show(packet.first_task + u64::from(packet.skip));
        while let Ok(packet) = self.packets.get_with(show) {
            let name = packet.first_task;
            record(Kind::Begin, "task", format_args!("{name}"), EventId::NONE);
            let result = self.run_packet(&packet, &mut run);
            record(Kind::End, "task", format_args!("{name}"), EventId::NONE);
            if self.answer(&packet, result).is_err() {
                return;
            }
            // After the answer. The other way round we could die between the two, and nobody
            // would know what is missing.
            self.hand.empty();
        }
    }

    fn run_packet<A, O>(
        &self,
        packet: &Packet,
        run: &mut impl FnMut(A) -> O,
    ) -> Result<Values<R>, Failed>
    where
        A: Message,
        O: Outcome<Value = R>,
    {
        let arguments = self.arguments_of(packet)?;
        let mut arguments = &*arguments;
        let mut next = || {
            A::deserialize(&mut arguments).map_err(|error| {
                let wanted = std::any::type_name::<A>();
                Failure::Error(format!("cannot read its argument as {wanted}: {error}"))
            })
        };
        if packet.tasks == 1 {
            let value = next().and_then(|argument| call(|| run(argument)));
            return value.map(Values::One).map_err(|failure| Failed {
                offset: 0,
                count: 1,
                failure,
            });
        }
        let mut values = Vec::with_capacity((packet.tasks - packet.skip) as usize);
        let mut failed: Option<Failed> = None;
        for offset in 0..packet.tasks {
            let argument = next();
            if offset < packet.skip {
                continue;
            }
            self.hand.show(packet.first_task + u64::from(offset));
            match argument.and_then(|argument| call(|| run(argument))) {
                Ok(value) => values.push(value),
                Err(failure) => {
                    let first = Failed {
                        offset,
                        count: 0,
                        failure,
                    };
                    failed.get_or_insert(first).count += 1;
                }
            }
        }
        failed.map_or(Ok(Values::Many(values)), Err)
    }

    fn arguments_of<'a>(&self, packet: &'a Packet) -> Result<Cow<'a, [u8]>, Failed> {
        match &packet.arguments {
            Arguments::Here(bytes) => Ok(Cow::Borrowed(bytes)),
            Arguments::InFile(place) => self.long.read(*place).map(Cow::Owned).map_err(|error| {
                let text = format!("cannot get at its argument: {error}");
                Failed::all(packet.tasks - packet.skip, text)
            }),
        }
    }

    /// Puts the answer into the queue. It is there, whatever becomes of this process then.
    fn answer(&self, packet: &Packet, result: Result<Values<R>, Failed>) -> Result<(), Gone> {
        let done = |result| News::Done {
            place: packet.place,
            first_task: packet.first_task,
            result,
        };
        match self.news.put(done(result)) {
            Ok(()) => Ok(()),
            Err(PutError::TooLong { item, .. }) => self.answer_in_pieces(packet, &item),
            Err(PutError::Encode(_, error)) => {
                // A value without bytes is a failure of its task. A text always has some.
                let failed = Failed::all(packet.tasks - packet.skip, error.to_string());
                self.news.put(done(Err(failed))).map_err(|_| Gone)
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
                bytes: piece.to_vec(),
                is_last: pieces.peek().is_none(),
            };
            self.news.put(piece).map_err(|_| Gone)?;
        }
        Ok(())
    }
}
