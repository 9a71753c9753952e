//! Messages of a type in a ring, and their events in the log of a run.

use std::cell::{Ref, RefCell, RefMut};
use std::fmt::Debug;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use child::Patience;
use common::{DecodeError, EventId, Message, Trace, is_recording, life};

use crate::error::{ReadError, WriteError};
use crate::reader::Reader;
use crate::writer::Writer;

/// The writing side of a ring of messages of type `T`, or of plain bytes (`[u8]`). Drop closes it.
#[derive(Debug)]
pub struct MessageWriter<T: ?Sized> {
    trace: Arc<Trace>,
    /// The ring, and a buffer that is reused for each message.
    writer: RefCell<(Writer, Vec<u8>)>,
    messages: PhantomData<fn(&T)>,
}

impl<T: ?Sized> MessageWriter<T> {
    pub(crate) fn new(writer: Writer, trace: Arc<Trace>) -> Self {
        Self {
            trace,
            writer: RefCell::new((writer, Vec::new())),
            messages: PhantomData,
        }
    }

    /// Encodes a message. Does not wait, and writes nothing yet.
    ///
    /// # Errors
    /// [`WriteError::NotHeld`] and [`WriteError::Encode`].
    #[inline]
    pub fn pack<'a>(&'a self, message: &'a T) -> Result<Packed<'a, T>, WriteError>
    where
        T: Message + Sized,
    {
        let mut writer = self.writer.borrow_mut();
        writer.0.check_held()?;
        Trace::pack(message, &mut writer.1).map_err(WriteError::Encode)?;
        Ok(Packed {
            message,
            writer,
            trace: &self.trace,
        })
    }

    /// The ring.
    #[must_use]
    pub fn writer(&self) -> Ref<'_, Writer> {
        Ref::map(self.writer.borrow(), |(writer, _)| writer)
    }

    /// For the log: takes each message that is left in a ring without a reader out, and records
    /// that its sender has it back. Does nothing while a reader is left. With several handles, only
    /// one may call this at a time, and none may write meanwhile.
    pub fn give_back_rest(&self)
    where
        T: Message + Sized,
    {
        let Some(mut reader) = self.writer().reader_of_rest() else {
            return;
        };
        while let Ok(unpacked) = reader.peek(Patience::None, Trace::unpack::<T>) {
            if let Ok((message, sent)) = unpacked {
                self.trace.gives_back(&message, sent);
            }
            reader.remove();
        }
    }

    /// Whether the run is recorded, so that the rest of the messages has to be given back.
    #[must_use]
    pub fn gives_back_rest(&self) -> bool {
        is_recording()
    }

    /// Its name in the log.
    #[must_use]
    pub fn name(&self) -> &str {
        self.trace.name()
    }

    /// Whether no reader is left. Unlike writing, any process may call this at any time.
    #[must_use]
    pub fn has_no_reader(&self) -> bool {
        self.writer().has_no_reader()
    }

    /// Another handle of the writing side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached, or when this process was not given the end.
    ///
    /// # Safety
    /// Only one handle may write at a time; a lock has to ensure that.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: the caller vouches for it.
        let writer = unsafe { self.writer().try_clone() }?;
        Ok(Self::new(writer, Arc::clone(&self.trace)))
    }
}

impl MessageWriter<[u8]> {
    /// Writes these bytes as one message, in pieces if it is long. Blocks while there is no room.
    ///
    /// # Errors
    /// [`WriteError::NotHeld`] and [`WriteError::Disconnected`].
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), WriteError> {
        let writer = &mut self.writer.borrow_mut().0;
        writer.check_held()?;
        let shown = format_args!("{} bytes", bytes.len());
        // They are sent without the event id in front.
        let sent = self.trace.sends(&shown, &mut []);
        if sent != EventId::NONE {
            let room = writer.check_room(bytes.len());
            record_full(&self.trace, &room, Patience::Forever);
        }
        let written = writer.write(bytes, Patience::Forever);
        record_written(&self.trace, &shown, sent, &written);
        written
    }
}

impl<T: ?Sized> Drop for MessageWriter<T> {
    fn drop(&mut self) {
        let writer = &self.writer.get_mut().0;
        if writer.check_held().is_ok() {
            writer.note_close(self.trace.closes_sending_end());
        }
    }
}

/// A message that is ready to be sent.
#[derive(Debug)]
#[must_use = "it is sent by `send`"]
pub struct Packed<'a, T> {
    message: &'a T,
    writer: RefMut<'a, (Writer, Vec<u8>)>,
    trace: &'a Trace,
}

impl<T: Debug> Packed<'_, T> {
    /// Sends a message of any length, in pieces if it is long. Blocks while there is no room, for
    /// as long as the patience allows.
    ///
    /// # Errors
    /// [`WriteError::Full`] and [`WriteError::Disconnected`].
    #[inline]
    pub fn send(self, patience: Patience) -> Result<(), WriteError> {
        self.send_by(Writer::check_room, Writer::write, patience)
    }

    /// Sends a message in one piece: it is in the ring as a whole or not at all.
    ///
    /// # Errors
    /// Those of [`send`](Self::send), and [`WriteError::TooLong`] if the ring is smaller.
    #[inline]
    pub fn send_whole(self, patience: Patience) -> Result<(), WriteError> {
        let sent = self.send_by(Writer::check_room_whole, Writer::write_whole, patience);
        sent.map_err(|error| match error {
            WriteError::TooLong { most_bytes } => WriteError::TooLong {
                most_bytes: most_bytes - Trace::cause_bytes(),
            },
            other => other,
        })
    }

    #[inline]
    fn send_by(
        mut self,
        check_room: impl Fn(&mut Writer, usize) -> Result<(), WriteError>,
        write: impl FnOnce(&mut Writer, &[u8], Patience) -> Result<(), WriteError>,
        patience: Patience,
    ) -> Result<(), WriteError> {
        let (writer, bytes) = &mut *self.writer;
        if let Patience::None = patience {
            // A message that is refused at once is not in the log.
            check_room(writer, bytes.len())?;
        }
        let sent = self.trace.sends(self.message, bytes);
        if sent != EventId::NONE {
            record_full(self.trace, &check_room(writer, bytes.len()), patience);
        }
        let written = write(writer, bytes, patience);
        record_written(self.trace, self.message, sent, &written);
        written
    }
}

/// Called before a message is written: if there is no room for all of it, records that the writer waits.
#[cold]
fn record_full(trace: &Trace, room: &Result<(), WriteError>, patience: Patience) {
    if let Err(WriteError::Full) = room {
        trace.waits_for_room(matches!(patience, Patience::Until(_)));
    }
}

#[inline]
fn record_written(
    trace: &Trace,
    message: &impl Debug,
    sent: EventId,
    written: &Result<(), WriteError>,
) {
    if sent != EventId::NONE {
        match written {
            Ok(()) => life::resumes(),
            Err(_) => trace.gives_back(message, sent),
        }
    }
}

/// The reading side of a ring of messages of type `T`, or of plain bytes (`[u8]`). Drop closes it.
#[derive(Debug)]
pub struct MessageReader<T: ?Sized> {
    trace: Arc<Trace>,
    pub(crate) reader: RefCell<Reader>,
    messages: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> MessageReader<T> {
    pub(crate) fn new(reader: Reader, trace: Arc<Trace>) -> Self {
        Self {
            trace,
            reader: RefCell::new(reader),
            messages: PhantomData,
        }
    }

    /// Returns the next message, which stays in the ring until [`remove`](Self::remove). Blocks
    /// while there is none, for as long as the patience allows.
    ///
    /// # Errors
    /// The outer error if there is no message; the inner one if it is not of the type.
    #[inline]
    pub fn peek(&self, patience: Patience) -> Result<Result<T, DecodeError>, ReadError>
    where
        T: Message + Sized,
    {
        let mut reader = self.reader.borrow_mut();
        if is_recording() {
            self.record_wait(&mut reader, patience);
        }
        let peeked = reader.peek(patience, |bytes| self.trace.receives(bytes));
        peeked.inspect_err(|error| self.record_none(*error, &reader, patience))
    }

    /// Removes the message that [`peek`](Self::peek) has returned.
    #[inline]
    pub fn remove(&self) {
        self.reader.borrow_mut().remove();
    }

    /// Takes the next message: [`peek`](Self::peek) and [`remove`](Self::remove).
    ///
    /// # Errors
    /// Those of `peek`; a message that is not of the type is removed as well.
    #[inline]
    pub fn recv(&self, patience: Patience) -> Result<Result<T, DecodeError>, ReadError>
    where
        T: Message + Sized,
    {
        let message = self.peek(patience)?;
        self.remove();
        Ok(message)
    }

    #[cold]
    fn record_wait(&self, reader: &mut Reader, patience: Patience) {
        if reader.wait_for_message(Patience::None) == Err(ReadError::Empty) {
            match patience {
                Patience::None => {}
                Patience::Until(_) => self.trace.waits_for_a_time(),
                Patience::Forever => self.trace.waits(),
            }
        }
    }

    #[cold]
    fn record_none(&self, error: ReadError, reader: &Reader, patience: Patience) {
        match (error, patience) {
            (ReadError::Disconnected, _) => self.trace.ended(reader.close_event()),
            (ReadError::Empty, Patience::Until(_)) => self.trace.gives_up(),
            _ => {}
        }
    }

    /// The ring.
    #[must_use]
    #[inline]
    pub fn reader(&self) -> Ref<'_, Reader> {
        self.reader.borrow()
    }

    /// Its name in the log.
    pub(crate) fn name(&self) -> &str {
        self.trace.name()
    }

    /// Whether there is a whole message, or an error, within `patience`. It stays in the ring.
    #[must_use]
    pub fn is_ready(&self, patience: Patience) -> bool {
        let mut reader = self.reader.borrow_mut();
        if is_recording() {
            self.record_wait(&mut reader, patience);
        }
        let is_ready = reader.wait_for_message(patience) != Err(ReadError::Empty);
        match is_ready {
            true => life::resumes(),
            false => self.record_none(ReadError::Empty, &reader, patience),
        }
        is_ready
    }

    /// Another handle of the reading side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached, or when this process was not given the end.
    ///
    /// # Safety
    /// Only one handle may read at a time; a lock has to ensure that.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: the caller vouches for it.
        let reader = unsafe { self.reader().try_clone() }?;
        Ok(Self::new(reader, Arc::clone(&self.trace)))
    }
}

impl MessageReader<[u8]> {
    /// Takes the next message into `buffer`, and returns its length. Blocks until there is one, or
    /// the sender has gone.
    ///
    /// # Errors
    /// The outer error at the end of the stream. The inner one if the buffer is too short; it
    /// contains the message.
    pub fn recv_into(&self, buffer: &mut [u8]) -> Result<Result<usize, Vec<u8>>, ReadError> {
        let mut reader = self.reader.borrow_mut();
        if is_recording() && !reader.has_piece() {
            self.trace.waits();
        }
        let read = reader.read_into(buffer);
        match &read {
            Ok(read) => {
                let len = read.as_ref().map_or_else(Vec::len, |len| *len);
                let shown = format_args!("{len} bytes");
                self.trace.received(&shown, EventId::NONE);
            }
            Err(error) => self.record_none(*error, &reader, Patience::Forever),
        }
        read
    }
}

impl<T: ?Sized> Drop for MessageReader<T> {
    fn drop(&mut self) {
        if self.reader.get_mut().check_held().is_ok() {
            self.trace.closes_receiving_end();
        }
    }
}
