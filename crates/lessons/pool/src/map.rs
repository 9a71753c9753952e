//! Many tasks in one call: packets of them, each answered as a whole.

use std::collections::VecDeque;
use std::mem;

use common::{EncodeError, Message, encode_into};

use crate::handle::{Gathered, MapHandle, Promise, Shared, turn};
use crate::owner::TURN;
use crate::{SubmitError, TaskError};

/// How many packets for each worker: a quick one takes one more.
const PACKETS_EACH: usize = 4;

/// The most arguments that `map` puts into one packet, and the most bytes, unless it is one
/// argument.
const PACKET_LEN: usize = 4096;
const PACKET_BYTES: usize = 256 << 10;

pub(crate) fn map<A: Message, R: Message>(
    owner: &Shared<R>,
    arguments: impl Iterator<Item = A>,
) -> Result<Vec<R>, TaskError> {
    match packet_len(owner, &arguments) {
        Some(packet_len) => map_packets(owner, arguments, packet_len),
        None => map(owner, arguments.collect::<Vec<A>>().into_iter()),
    }
}

pub(crate) fn map_packets<A: Message, R: Message>(
    owner: &Shared<R>,
    arguments: impl Iterator<Item = A>,
    packet_len: usize,
) -> Result<Vec<R>, TaskError> {
    let mut packer = Packer::new(arguments, packet_len);
    let mut gathered = Gathered::with_capacity(packer.arguments.size_hint().0);
    let mut under_way = VecDeque::new();
    while let Some(packet) = submit_next(owner, &mut packer)? {
        under_way.push_back(packet);
        while owner.borrow().has_backlog() {
            turn(owner, TURN);
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

pub(crate) fn map_async<A: Message, R: Message>(
    owner: &Shared<R>,
    arguments: impl Iterator<Item = A>,
) -> Result<MapHandle<R>, TaskError> {
    let Some(packet_len) = packet_len(owner, &arguments) else {
        return map_async(owner, arguments.collect::<Vec<A>>().into_iter());
    };
    let mut packer = Packer::new(arguments, packet_len);
    let mut packets = Vec::new();
    while let Some(packet) = submit_next(owner, &mut packer)? {
        packets.push(packet);
    }
    Ok(MapHandle::new(packets))
}

/// How many arguments to put into one packet; `None` when their number is not known.
fn packet_len<R: Message>(owner: &Shared<R>, arguments: &impl Iterator) -> Option<usize> {
    let (least, most) = arguments.size_hint();
    let packets = PACKETS_EACH * owner.borrow().workers();
    (most == Some(least)).then(|| least.div_ceil(packets).clamp(1, PACKET_LEN))
}

fn submit_next<A: Message, R: Message>(
    owner: &Shared<R>,
    packer: &mut Packer<impl Iterator<Item = A>>,
) -> Result<Option<Promise<R>>, TaskError> {
    let packet = packer.next_packet();
    let mut borrowed = owner.borrow_mut();
    let submitted = match packet {
        Ok((0, _)) => return Ok(None),
        Ok((tasks, bytes)) => borrowed.submit_packet(tasks, bytes),
        Err(error) => Err(SubmitError::Encode((), error)),
    };
    match submitted {
        Ok(place) => Ok(Some(Promise::new(owner, place))),
        Err(error) => Err(borrowed.refused(&error)),
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
        Self {
            arguments,
            packet_len: u32::try_from(packet_len.max(1)).unwrap_or(u32::MAX),
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
