//! The calls by which lessons record events: a pipe's message, a lock's owner, a lane's begin.
//!
//! A lesson records an event in the words of its idea (`trace.sends(&message)`); only this module knows
//! the event's kind, its cause, and how it is written. Switched off, each call costs a branch.

use std::borrow::Cow;
use std::fmt::{self, Debug};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::log::{Event, EventId, Kind, what};
use crate::message::{DecodeError, EncodeError, Message, decode, encode_into};
use crate::names::{GivenName, next_name, next_own_name, own_name};
use crate::record::{is_recording, record_event};

/// The length of the event id that precedes a message in a recorded run: the event that sent it.
const CAUSE_BYTES: usize = 8;

/// Records the events of one thing that lanes share (a pipe, a lock, a value).
///
/// Each method is called *around* its act, so that a cause is earlier than its effect: events that
/// others may notice (`sends`, `closes_sending_end`, `releases`) before the act, events that were
/// noticed (`receives`, `ended`, `acquired`) after it.
#[derive(Debug)]
pub struct Trace {
    kind: &'static str,
    name: OnceLock<Cow<'static, str>>,
    /// For a thing with a name of its own, in a recorded run. Its drop frees the name.
    _given: Option<GivenName>,
    /// The thing of which this is an inner part, if it is one.
    of: OnceLock<Cow<'static, str>>,
    /// For a thing that is counted, how many lanes may have it at a time; else 0.
    room: u32,
    /// Whether each process has its own copy, which does not exclude another process.
    is_own: bool,
    /// The last release, for a lock that lives in this process.
    released: LastEvent,
}

impl Trace {
    /// The trace of the next thing of its kind in this process: `pipe`, `pipe 2`, `pipe 3`. It is
    /// named now, so that it has the same name in every process that is forked later.
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self::named(next_name(kind))
    }

    /// The trace of a thing with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: OnceLock::from(name.into()),
            is_own: false,
            ..Self::at_first_use("")
        }
    }

    /// The trace of the next thing of its kind that lives in one process, such as a lock between
    /// threads: `lock 1`, `lock 2`, in the order of their first uses. A forked process has its own
    /// copy, under another name in the log.
    #[must_use]
    pub const fn at_first_use(kind: &'static str) -> Self {
        Self {
            kind,
            name: OnceLock::new(),
            _given: None,
            of: OnceLock::new(),
            room: 0,
            is_own: true,
            released: LastEvent::new(),
        }
    }

    /// Like [`at_first_use`](Self::at_first_use), with a name of its own. In a recorded run, a
    /// number is appended if another live thing has that name.
    #[must_use]
    pub fn named_own(name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        let given = is_recording().then(|| GivenName::take(&name));
        let name = given.as_ref().map_or(name, |given| given.text().into());
        Self {
            is_own: true,
            _given: given,
            ..Self::named(name)
        }
    }

    /// Makes the trace of an inner part of this thing, such as the lock of a queue's readers:
    /// pictures show it with `--detail` only.
    #[must_use]
    pub fn part(&self, part: &str) -> Self {
        Self {
            of: OnceLock::from(Cow::from(self.name().to_owned())),
            ..Self::named(format!("{}: {part}", self.name()))
        }
    }

    /// Makes this thing an inner part of another one; it keeps its own name.
    #[must_use]
    pub fn inside(self, other: &Self) -> Self {
        Self {
            of: OnceLock::from(Cow::from(other.name().to_owned())),
            ..self
        }
    }

    /// Makes this the inner part `part` of `whole`; both are named [at first
    /// use](Self::at_first_use). Called before each use; only the first call has an effect.
    #[inline]
    pub fn is_part(&self, part: &str, whole: &Self) {
        if crate::is_watched() {
            self.name_after(part, whole);
        }
    }

    #[cold]
    fn name_after(&self, part: &str, whole: &Self) {
        let whole = whole.name();
        self.name.get_or_init(|| format!("{whole}: {part}").into());
        self.of.get_or_init(|| whole.to_owned().into());
    }

    /// Marks the thing as counted: `room` lanes may have it at a time, and any lane may give it
    /// back, such as a place in a pool of tasks.
    #[must_use]
    pub fn with_room(self, room: usize) -> Self {
        Self {
            room: u32::try_from(room).unwrap_or(u32::MAX),
            ..self
        }
    }

    /// The name in the pictures.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.get_or_init(|| next_own_name(self.kind).into())
    }

    // Waits.

    /// Records that a wait without a time limit begins.
    #[inline]
    pub fn waits(&self) {
        self.record(Kind::Wait, EventId::NONE);
    }

    /// Records that a wait with a time limit begins. (No lane in it can be part of a deadlock.)
    #[inline]
    pub fn waits_for_a_time(&self) {
        self.record(Kind::WaitLimit, EventId::NONE);
    }

    /// Records that a wait for room begins, in the middle of a send: the message does not fit in
    /// yet. When it does, the lane [goes on](crate::life::resumes).
    pub fn waits_for_room(&self, has_limit: bool) {
        let kind = if has_limit {
            Kind::WaitLimit
        } else {
            Kind::Wait
        };
        self.record_what(kind, format_args!("{}", what::ROOM), EventId::NONE);
    }

    /// Records that a wait has ended without success.
    #[inline]
    pub fn gives_up(&self) {
        self.record(Kind::GiveUp, EventId::NONE);
    }

    // Messages.

    /// Encodes a message, with room in front for the id that [`sends`](Self::sends) writes. `bytes`
    /// is emptied first.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    #[inline]
    pub fn pack<T: Message>(message: &T, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
        bytes.clear();
        if is_recording() {
            bytes.extend_from_slice(&[0; CAUSE_BYTES]);
        }
        encode_into(message, bytes)
    }

    /// Records that the message is about to be sent, as `bytes` from [`pack`](Self::pack).
    #[inline]
    pub fn sends(&self, message: &impl Debug, bytes: &mut [u8]) -> EventId {
        let sent = self.record_what(Kind::Send, format_args!("{message:?}"), EventId::NONE);
        if sent != EventId::NONE
            && let Some(cause) = bytes.first_chunk_mut()
        {
            *cause = sent.to_bytes();
        }
        sent
    }

    /// Records that the message of [`sends`](Self::sends) was not sent, and goes back to the caller.
    pub fn gives_back(&self, message: &impl Debug, sent: EventId) {
        self.record_what(Kind::GiveUp, format_args!("{message:?}"), sent);
    }

    /// The number of bytes that [`pack`](Self::pack) puts before a message.
    #[must_use]
    pub fn cause_bytes() -> usize {
        if is_recording() { CAUSE_BYTES } else { 0 }
    }

    /// Decodes a message that has been received, and records it.
    ///
    /// # Errors
    /// When the bytes are not a `T`.
    pub fn receives<T: Message>(&self, bytes: &[u8]) -> Result<T, DecodeError> {
        let (message, sent) = Self::unpack(bytes)?;
        self.received(&message, sent);
        Ok(message)
    }

    /// The inverse of [`pack`](Self::pack): the message, and the event that sent it, for a lane
    /// that will record later that it was [`received`](Self::received).
    ///
    /// # Errors
    /// When the bytes are not a `T`.
    pub fn unpack<T: Message>(bytes: &[u8]) -> Result<(T, EventId), DecodeError> {
        let (sent, bytes) = match bytes.split_first_chunk() {
            Some((sent, bytes)) if is_recording() => (EventId::from_bytes(*sent), bytes),
            _ => (EventId::NONE, bytes),
        };
        Ok((decode(bytes)?, sent))
    }

    /// Records that a message has been received; `sent` is the event that sent it.
    pub fn received(&self, message: &impl Debug, sent: EventId) {
        self.record_what(Kind::Recv, format_args!("{message:?}"), sent);
    }

    /// Records that the end into which messages are sent is about to be closed. The event is the
    /// cause of [`ended`](Self::ended).
    #[inline]
    pub fn closes_sending_end(&self) -> EventId {
        self.record_what(
            Kind::Close,
            format_args!("{}", what::SENDING_END),
            EventId::NONE,
        )
    }

    /// Records that the end from which messages are received is about to be closed.
    #[inline]
    pub fn closes_receiving_end(&self) -> EventId {
        self.record_what(
            Kind::Close,
            format_args!("{}", what::RECEIVING_END),
            EventId::NONE,
        )
    }

    /// Records that both ends of a line in both directions are about to be closed. Messages on their
    /// way then are not received; that is no loss in a run, since both sides have to expect it.
    pub fn hangs_up(&self) {
        let side = format_args!("{}", what::SIDE);
        self.record_what(Kind::Close, side, EventId::NONE);
    }

    /// Records that the end of the messages was received.
    #[inline]
    pub fn ended(&self, close: EventId) {
        self.record(Kind::Eof, close);
    }

    // Things that are taken and given back.

    /// Records that the thing was taken; called by the new owner.
    #[inline]
    pub fn acquired(&self) {
        self.acquired_after(&self.released);
    }

    /// Records that the thing is about to be given back.
    #[inline]
    pub fn releases(&self) {
        self.releases_before(&self.released);
    }

    /// Like [`acquired`](Self::acquired), for a lock whose last release is kept in memory that
    /// other processes share.
    #[inline]
    pub fn acquired_after(&self, released: &LastEvent) {
        self.record(Kind::Acquire, released.get());
    }

    /// Like [`releases`](Self::releases), for such a lock.
    #[inline]
    pub fn releases_before(&self, released: &LastEvent) {
        released.set(self.record(Kind::Release, EventId::NONE));
    }

    // Values, and pieces of work.

    /// Records that the thing has a new value.
    #[inline]
    pub fn is_now(&self, value: &impl Debug) {
        self.record_what(Kind::Set, format_args!("{value:?}"), EventId::NONE);
    }

    /// Records a change that other lanes may wait for.
    #[inline]
    pub fn changes(&self) {
        self.record(Kind::Set, EventId::NONE);
    }

    /// Records that a piece of work begins on this lane.
    #[inline]
    pub fn begins(&self, work: impl fmt::Display) {
        self.record_what(Kind::Begin, format_args!("{work}"), EventId::NONE);
    }

    /// Records that a piece of work ends on this lane.
    #[inline]
    pub fn ends(&self, work: impl fmt::Display) {
        self.record_what(Kind::End, format_args!("{work}"), EventId::NONE);
    }

    #[inline]
    fn record(&self, kind: Kind, cause: EventId) -> EventId {
        self.record_what(kind, format_args!(""), cause)
    }

    #[inline]
    fn record_what(&self, kind: Kind, what: fmt::Arguments<'_>, cause: EventId) -> EventId {
        if !crate::is_watched() {
            return EventId::NONE;
        }
        self.write_down(kind, what, cause)
    }

    #[cold]
    fn write_down(&self, kind: Kind, what: fmt::Arguments<'_>, cause: EventId) -> EventId {
        let called = |name| match self.is_own {
            true => own_name(name),
            false => Cow::from(name),
        };
        record_event(Event {
            on: &called(self.name()),
            of: &self.of.get().map_or(Cow::from(""), |of| called(of)),
            room: self.room,
            what,
            cause,
            ..Event::new(kind)
        })
    }
}

/// The event that will be the cause of the next one: kept beside a lock, in the memory that its
/// users share, or in the header of a pipe.
#[derive(Debug)]
#[repr(transparent)]
pub struct LastEvent(AtomicU64);

impl LastEvent {
    /// No event yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Keeps the event, if there is one.
    #[inline]
    pub fn set(&self, event: EventId) {
        if event != EventId::NONE {
            let bits = u64::from_le_bytes(event.to_bytes());
            self.0.store(bits, Ordering::Relaxed);
        }
    }

    /// The event that was kept last.
    #[inline]
    #[must_use]
    pub fn get(&self) -> EventId {
        EventId::from_bytes(self.0.load(Ordering::Relaxed).to_le_bytes())
    }
}

impl Default for LastEvent {
    fn default() -> Self {
        Self::new()
    }
}
