//! Many tasks in one call: packets of them, and each answered as a whole.

use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;

use common::{EncodeError, Message, encode_into};

use crate::done::Gathered;
use crate::handle::Promise;
use crate::ledger::State;
use crate::turn::{TURN, turn};
use crate::{MapHandle, Pool, SubmitError, TaskError};

/// So many packets for each worker: who is quick takes one more.
const PACKETS_EACH: usize = 4;

/// The most arguments that `map` puts into one packet, and the most bytes, unless it is one
/// argument.
const PACKET_LEN: usize = 4096;
const PACKET_BYTES: usize = 256 << 10;

impl<A: Message, R: Message + 'static> Pool<A, R> {
    /// The values for many arguments, in their order. The arguments go out in packets: four for
    /// each worker, or more where these would be large, and no faster than the queue has room for
    /// them.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments. The tasks behind it are run all the
    /// same.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        let arguments = arguments.into_iter();
        match self.packet_len(&arguments) {
            Some(packet_len) => self.map_packets(arguments, packet_len),
            None => self.map(arguments.collect::<Vec<A>>()),
        }
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
        let mut packer = Packer::new(arguments.into_iter(), packet_len);
        let mut gathered = Gathered::with_capacity(packer.arguments.size_hint().0);
        let mut under_way = VecDeque::new();
        while let Some(packet) = self.submit_next(&mut packer)? {
            under_way.push_back(packet);
            while !self.dispatcher.borrow().backlog.is_empty() {
                turn(&self.dispatcher, TURN);
            }
            // What is done is taken at once, so that its memory serves for the next.
            while let Some(packet) = under_way.pop_front_if(|packet| packet.is_done()) {
                gathered.add(packet.get());
            }
        }
        under_way
            .into_iter()
            .for_each(|packet| gathered.add(packet.get()));
        gathered.finish()
    }

    /// [`map`](Self::map) without waiting.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn map_async(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<MapHandle<R>, TaskError> {
        let arguments = arguments.into_iter();
        let Some(packet_len) = self.packet_len(&arguments) else {
            return self.map_async(arguments.collect::<Vec<A>>());
        };
        let mut packer = Packer::new(arguments, packet_len);
        let mut packets = Vec::new();
        while let Some(packet) = self.submit_next(&mut packer)? {
            packets.push(packet);
        }
        Ok(MapHandle::new(packets))
    }

    /// How many arguments to put into one packet; `None` when nobody knows how many there are.
    fn packet_len(&self, arguments: &impl Iterator) -> Option<usize> {
        let (least, most) = arguments.size_hint();
        let packets = PACKETS_EACH * self.dispatcher.borrow().hands.len();
        (most == Some(least)).then(|| least.div_ceil(packets).clamp(1, PACKET_LEN))
    }

    fn submit_next(
        &self,
        packer: &mut Packer<impl Iterator<Item = A>>,
    ) -> Result<Option<Promise<R>>, TaskError> {
        let refused = |error: SubmitError<()>| self.refused(&error);
        let packet = packer.next_packet();
        let (tasks, bytes) = packet.map_err(|error| refused(SubmitError::Encode((), error)))?;
        if tasks == 0 {
            return Ok(None);
        }
        let mut dispatcher = self.dispatcher.borrow_mut();
        let place = dispatcher.submit(tasks, bytes, State::Waiting);
        drop(dispatcher);
        let place = place.map_err(refused)?;
        Ok(Some(Promise::new(Rc::clone(&self.dispatcher), place)))
    }
}

/// Puts the bytes of arguments together.
struct Packer<I> {
    arguments: I,
    packet_len: u32,
    /// The bytes of an argument for which the last packet had no room.
    left_over: Vec<u8>,
    /// How many bytes the last packet had: the next one will have as many.
    last_len: usize,
}

impl<A: Message, I: Iterator<Item = A>> Packer<I> {
    fn new(arguments: I, packet_len: usize) -> Self {
        assert!(packet_len > 0, "a packet of 0 tasks would never be full");
        Self {
            arguments,
            packet_len: u32::try_from(packet_len).unwrap_or(u32::MAX),
            left_over: Vec::new(),
            last_len: 0,
        }
    }

    /// The next arguments, and their number: 0 when there are no more.
    fn next_packet(&mut self) -> Result<(u32, Vec<u8>), EncodeError> {
        let mut bytes = mem::take(&mut self.left_over);
        bytes.reserve(self.last_len);
        let mut tasks = u32::from(!bytes.is_empty());
        while tasks < self.packet_len
            && let Some(argument) = self.arguments.next()
        {
            let len_bytes = bytes.len();
            encode_into(&argument, &mut bytes)?;
            if bytes.len() > PACKET_BYTES && tasks > 0 {
                self.left_over = bytes.split_off(len_bytes);
                break;
            }
            tasks += 1;
        }
        self.last_len = bytes.len();
        Ok((tasks, bytes))
    }
}
