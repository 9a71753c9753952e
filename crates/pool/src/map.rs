//! Many tasks in one call.

use std::rc::Rc;

use common::{Message, encode_all};

use crate::iter::{Ordered, Unordered};
use crate::ledger::Stream;
use crate::{MapHandle, Pool, SubmitError, TaskError, TaskHandle};

/// The most arguments, and the most bytes, that `map` puts into one packet.
const PACKET_LEN: usize = 4096;
const PACKET_BYTES: usize = 256 << 10;

impl<A: Message, R: Message> Pool<A, R> {
    /// The values for many arguments, in their order. The arguments go out in packets: four for
    /// each worker, or more where these would be large.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    pub fn map(&self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<R>, TaskError> {
        self.map_async(arguments)?.get()
    }

    /// The same with `packet_len` arguments in a packet.
    ///
    /// # Errors
    /// The first [`TaskError`] in the order of the arguments.
    ///
    /// # Panics
    /// When `packet_len` is 0.
    pub fn map_packets(
        &self,
        arguments: impl IntoIterator<Item = A>,
        packet_len: usize,
    ) -> Result<Vec<R>, TaskError> {
        let arguments: Vec<A> = arguments.into_iter().collect();
        self.submit_packets(&arguments, packet_len)?.get()
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
        let packets = 4 * self.dispatcher.borrow().pids().len().max(1);
        let packet_len = arguments.len().div_ceil(packets).clamp(1, PACKET_LEN);
        self.submit_packets(&arguments, packet_len)
    }

    fn submit_packets(
        &self,
        arguments: &[A],
        packet_len: usize,
    ) -> Result<MapHandle<R>, TaskError> {
        let mut handles = Vec::new();
        for packet in arguments.chunks(packet_len) {
            self.submit_packet(packet, &mut handles)?;
        }
        Ok(MapHandle::new(handles))
    }

    /// Submits a packet, or its halves if it has too many bytes for one.
    fn submit_packet(
        &self,
        packet: &[A],
        handles: &mut Vec<TaskHandle<R>>,
    ) -> Result<(), TaskError> {
        let bytes =
            encode_all(packet).map_err(|error| self.refused(SubmitError::Encode((), error)))?;
        if bytes.len() > PACKET_BYTES && packet.len() > 1 {
            let (one, other) = packet.split_at(packet.len() / 2);
            self.submit_packet(one, handles)?;
            return self.submit_packet(other, handles);
        }
        let number = self.submit_bytes(packet.len(), bytes, None);
        let number = number.map_err(|error| self.refused(error))?;
        handles.push(TaskHandle::new(Rc::clone(&self.dispatcher), number));
        Ok(())
    }

    /// The values for many arguments, one after the other in the order of the arguments, each as
    /// soon as it is there.
    ///
    /// # Errors
    /// [`TaskError`] when the pool is closed or an argument has no bytes.
    pub fn imap(&self, arguments: impl IntoIterator<Item = A>) -> Result<Ordered<R>, TaskError> {
        let handles = arguments.into_iter().map(|argument| {
            self.apply_async(argument)
                .map_err(|error| self.refused(error))
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
            self.submit(&[argument], Some(&stream))
                .map_err(|error| self.refused(error))?;
            count += 1;
        }
        Ok(Unordered::new(Rc::clone(&self.dispatcher), stream, count))
    }
}
