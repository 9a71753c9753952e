//! Encodes the arguments of many tasks into few packets.

use std::mem;

use common::{EncodeError, Message, encode_into};

/// The most bytes in a packet, unless it has only one argument.
const PACKET_BYTES: usize = 256 << 10;

/// The most arguments in a packet, unless the caller asks for more.
const PACKET_LEN: usize = 4096;

/// Packets, each as the number of its arguments and their bytes.
type Packets<'a> = Box<dyn Iterator<Item = Result<(u32, Vec<u8>), EncodeError>> + 'a>;

/// Packs the arguments in packets of `len`; or, without it, in about `packets` packets of one length,
/// or more if they are many or long. (They are collected first if their number is not known.)
pub fn pack<'a, A: Message + 'a>(
    arguments: impl Iterator<Item = A> + 'a,
    len: Option<usize>,
    packets: usize,
) -> Packets<'a> {
    let (least, most) = arguments.size_hint();
    match len {
        Some(len) => Packer::boxed(arguments, len),
        None if most == Some(least) => {
            Packer::boxed(arguments, least.div_ceil(packets).min(PACKET_LEN))
        }
        None => pack(arguments.collect::<Vec<A>>().into_iter(), len, packets),
    }
}

/// An iterator that encodes arguments into packets.
struct Packer<I> {
    arguments: I,
    packet_len: u32,
    /// The bytes of an argument for which the last packet had no room.
    left_over: Vec<u8>,
    /// Why the argument after the last packet cannot be encoded, until the next call reports it.
    refused: Option<EncodeError>,
    /// The length of the last packet in bytes: the next one will have about as many.
    last_len: usize,
}

impl<'a, A: Message, I: Iterator<Item = A> + 'a> Packer<I> {
    fn boxed(arguments: I, packet_len: usize) -> Packets<'a> {
        Box::new(Self {
            arguments,
            packet_len: u32::try_from(packet_len.max(1)).unwrap_or(u32::MAX),
            left_over: Vec::new(),
            refused: None,
            last_len: 0,
        })
    }
}

impl<A: Message, I: Iterator<Item = A>> Iterator for Packer<I> {
    type Item = Result<(u32, Vec<u8>), EncodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.refused.take() {
            return Some(Err(error));
        }
        let mut bytes = mem::take(&mut self.left_over);
        bytes.reserve(self.last_len);
        let mut tasks = u32::from(!bytes.is_empty());
        while tasks < self.packet_len
            && let Some(argument) = self.arguments.next()
        {
            let len_bytes = bytes.len();
            if let Err(error) = encode_into(&argument, &mut bytes) {
                // The arguments before it are good and come first: so the failed one keeps its number.
                bytes.truncate(len_bytes);
                self.refused = Some(error);
                break;
            }
            if bytes.len() > PACKET_BYTES && tasks > 0 {
                self.left_over = bytes.split_off(len_bytes);
                break;
            }
            tasks += 1;
        }
        self.last_len = bytes.len();
        match tasks {
            0 => self.refused.take().map(Err),
            _ => Some(Ok((tasks, bytes))),
        }
    }
}
