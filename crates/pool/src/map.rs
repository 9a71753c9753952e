//! Many tasks in one call.

use std::rc::Rc;

use common::{EncodeError, Message, encode_into};

use crate::dispatcher::turn;
use crate::handle::Promise;
use crate::iter::{Ordered, Unordered};
use crate::ledger::{State, Stream};
use crate::pool::TURN;
use crate::{MapHandle, Pool, SubmitError, TaskError};

/// So many packets for each worker: who is quick takes one more.
const PACKETS_EACH: usize = 4;

/// The most arguments that `map` puts into one packet, and the most bytes, unless it is one
/// argument.
const PACKET_LEN: usize = 4096;
const PACKET_BYTES: usize = 256 << 10;

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// The values for many arguments, in their order. The arguments go out in packets: four for
    /// each worker, or more where these would be large.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments. The tasks behind it are run all the
    /// same.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        let packet_len = self.packet_len(arguments.len());
        self.submit_packets(&arguments, packet_len, true)?.get()
    }

    /// The same with `packet_len` arguments in a packet.
    ///
    /// # Errors
    /// As [`map`](Self::map).
    ///
    /// # Panics
    /// When `packet_len` is 0.
    pub fn map_packets(
        &self,
        arguments: impl IntoIterator<Item = A>,
        packet_len: usize,
    ) -> Result<Vec<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        self.submit_packets(&arguments, packet_len, true)?.get()
    }

    /// [`map`](Self::map) without waiting.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn map_async(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<MapHandle<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        let packet_len = self.packet_len(arguments.len());
        self.submit_packets(&arguments, packet_len, false)
    }

    fn packet_len(&self, arguments: usize) -> usize {
        let packets = PACKETS_EACH * self.dispatcher.borrow().hands.len();
        arguments.div_ceil(packets).clamp(1, PACKET_LEN)
    }

    /// Submits all; if `may_wait`, no faster than the queue has room for them.
    fn submit_packets(
        &self,
        arguments: &[A],
        packet_len: usize,
        may_wait: bool,
    ) -> Result<MapHandle<R>, TaskError> {
        let mut packets = Vec::new();
        let mut rest = arguments;
        while !rest.is_empty() {
            let (tasks, bytes) = encode_some(&rest[..packet_len.min(rest.len())])
                .map_err(|error| self.refused(&SubmitError::Encode((), error)))?;
            rest = &rest[tasks..];
            let tasks = u32::try_from(tasks).expect("a packet has a limit");
            let place = self
                .dispatcher
                .borrow_mut()
                .submit(tasks, bytes, State::Waiting);
            let place = place.map_err(|error| self.refused(&error))?;
            packets.push(Promise::new(Rc::clone(&self.dispatcher), place));
            while may_wait && !self.dispatcher.borrow().backlog.is_empty() {
                turn(&self.dispatcher, TURN);
            }
        }
        Ok(MapHandle::new(packets))
    }

    /// The values for many arguments, one after the other in the order of the arguments, each as
    /// soon as it is there.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn imap(&self, arguments: impl IntoIterator<Item = A>) -> Result<Ordered<R>, TaskError> {
        let handles = arguments.into_iter().map(|argument| {
            self.apply_async(argument)
                .map_err(|error| self.refused(&error))
        });
        Ok(Ordered::new(handles.collect::<Result<_, _>>()?))
    }

    /// The same in the order in which the tasks are done.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn imap_unordered(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Unordered<R>, TaskError> {
        let stream = Stream::default();
        let mut count = 0;
        for argument in arguments {
            self.submit(&argument, State::Streamed(Rc::clone(&stream)))
                .map_err(|error| self.refused(&error))?;
            count += 1;
        }
        Ok(Unordered::new(Rc::clone(&self.dispatcher), stream, count))
    }
}

/// The bytes of the first arguments: all of them, or as many as a packet may have bytes for.
fn encode_some<A: Message>(arguments: &[A]) -> Result<(usize, Vec<u8>), EncodeError> {
    let mut bytes = Vec::with_capacity(size_of_val(arguments).min(PACKET_BYTES));
    let mut tasks = 0;
    for argument in arguments {
        let len_bytes = bytes.len();
        encode_into(argument, &mut bytes)?;
        if bytes.len() > PACKET_BYTES && tasks > 0 {
            bytes.truncate(len_bytes);
            break;
        }
        tasks += 1;
    }
    Ok((tasks, bytes))
}
