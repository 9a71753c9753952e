//! The kinds of events, and their ids.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The run begins: the first line, with the machine's boot id. For a schedule that was explored
    /// up to a fault, `say` is that fault; otherwise it is empty.
    Run,
    /// A process, thread or task begins; its cause is the fork.
    Start,
    /// A process, thread or task is about to be made.
    Fork,
    /// The end of a process, thread or task was waited for; its cause is the exit.
    Join,
    /// A process, thread or task ends. For a task that was ended before it was done (its handle was
    /// dropped, or it was killed) `what` is [`what::KILLED`]; for a process that called `exit` it
    /// is [`what::CALLED_EXIT`], and for one that ended itself without a return from `main` and
    /// without `exit` it is [`what::AT_ONCE`]; otherwise it is empty.
    Exit,
    /// A signal is about to be sent.
    Kill,
    /// A message is about to be sent.
    Send,
    /// A message was received; its cause is the send.
    Recv,
    /// An end of a pipe or a queue is about to be closed: `what` is [`what::SENDING_END`] or
    /// [`what::RECEIVING_END`], or [`what::SIDE`] for a line in both directions.
    Close,
    /// The end of the stream was received; its cause is the close.
    Eof,
    /// A wait without a limit begins: for the thing (a lock, a condition, a message to read), or,
    /// without a thing, for the end of the lane that `what` names, by its name or its process id.
    /// With neither, a task is suspended. A sender that waits in the middle of its send has
    /// [`what::ROOM`]. The lane's next event ends the wait.
    Wait,
    /// A wait with a time limit begins; otherwise it is like [`Wait`](Self::Wait). Because of the
    /// limit, no lane can be deadlocked in it.
    WaitLimit,
    /// A wait ended without success: its limit was over, or it was dropped. The thing and `what`
    /// are those of the wait. With a send as its cause, the message was not sent but returned to
    /// its sender.
    GiveUp,
    /// A task that was suspended goes on.
    Resume,
    /// A lock was taken; its cause is the release before.
    Acquire,
    /// A lock is about to be released.
    Release,
    /// A shared value has changed.
    Set,
    /// A piece of work begins.
    Begin,
    /// A piece of work ends.
    End,
    /// A line was printed.
    Say,
}

impl Kind {
    /// Every kind, with its name in the log.
    const NAMES: [(Self, &str); 20] = [
        (Self::Run, "run"),
        (Self::Start, "start"),
        (Self::Fork, "fork"),
        (Self::Join, "join"),
        (Self::Exit, "exit"),
        (Self::Kill, "kill"),
        (Self::Send, "send"),
        (Self::Recv, "recv"),
        (Self::Close, "close"),
        (Self::Eof, "eof"),
        (Self::Wait, "wait"),
        (Self::WaitLimit, "wait-limit"),
        (Self::GiveUp, "give-up"),
        (Self::Resume, "resume"),
        (Self::Acquire, "acquire"),
        (Self::Release, "release"),
        (Self::Set, "set"),
        (Self::Begin, "begin"),
        (Self::End, "end"),
        (Self::Say, "say"),
    ];

    /// Its name in the log: `acquire`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let its = |(kind, _): &&(Self, &str)| *kind == self;
        Self::NAMES.iter().find(its).map_or("", |(_, name)| name)
    }

    /// Whether `what` names a lane in an event of this kind without a thing.
    #[must_use]
    pub fn names_a_lane(self) -> bool {
        use Kind::{Fork, GiveUp, Join, Kill, Wait, WaitLimit};
        matches!(self, Fork | GiveUp | Join | Kill | Wait | WaitLimit)
    }

    /// Whether a wait begins, with a limit or without.
    #[must_use]
    pub fn is_wait(self) -> bool {
        matches!(self, Self::Wait | Self::WaitLimit)
    }

    /// Returns the kind with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let its = |(_, other): &&(Self, &str)| *other == name;
        Self::NAMES.iter().find(its).map(|(kind, _)| *kind)
    }
}

/// The fixed texts of the field `what`, for the writer and the reader of a log.
pub mod what {
    /// Of a [`Close`](super::Kind::Close): the end into which messages are sent.
    pub const SENDING_END: &str = "sending end";
    /// Of a [`Close`](super::Kind::Close): the end from which messages are received.
    pub const RECEIVING_END: &str = "receiving end";
    /// Of a [`Close`](super::Kind::Close): one side of a line in both directions is closed.
    pub const SIDE: &str = "side";
    /// Of a [`Wait`](super::Kind::Wait) at a pipe or a queue: the lane waits to send, not to receive.
    pub const ROOM: &str = "room";
    /// Of an [`Exit`](super::Kind::Exit): the task was ended before it was done.
    pub const KILLED: &str = "killed";
    /// Of an [`Exit`](super::Kind::Exit): the process called `exit`, on any of its threads.
    pub const CALLED_EXIT: &str = "exit";
    /// Of an [`Exit`](super::Kind::Exit): the process called `_exit`, so its `main` did not return.
    pub const AT_ONCE: &str = "at once";
    /// Of a [`Wait`](super::Kind::Wait), before the names of things or lanes: for the first of them.
    pub const ANY_OF: &str = "any of ";
    /// Of a [`Wait`](super::Kind::Wait), before the name of a connection: for a message over it.
    pub const MESSAGE_OVER: &str = "a message over ";
    /// Of a [`Wait`](super::Kind::Wait), before the name of a queue: until every item has been handled.
    pub const EVERY_ITEM_OF: &str = "every item of ";

    /// Whether the text is the name of one lane, and does not begin with one of these phrases.
    #[must_use]
    pub fn is_one_name(what: &str) -> bool {
        let words = [ANY_OF, MESSAGE_OVER, EVERY_ITEM_OF];
        !words.iter().any(|words| what.starts_with(words))
    }

    /// Returns [`ANY_OF`] and these names: the first three, and the number of the others.
    #[must_use]
    pub fn any_of<'a>(mut names: impl ExactSizeIterator<Item = &'a str>) -> String {
        const MOST: usize = 3;
        let first: Vec<_> = names.by_ref().take(MOST).collect();
        let more = match names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{ANY_OF}{}{more}", first.join(", "))
    }
}

/// The id of an event: its process, and its number there. It travels with a message or is kept
/// beside a lock, so that the effect can name its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventId {
    /// The process.
    pub pid: u32,
    /// Its number in the process.
    pub n: u32,
}

impl EventId {
    /// No event: nothing is recorded, or the cause is not known.
    pub const NONE: Self = Self { pid: 0, n: 0 };

    /// As bytes, for the header of a message.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        (u64::from(self.n) << 32 | u64::from(self.pid)).to_le_bytes()
    }

    /// The inverse of [`to_bytes`](Self::to_bytes).
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "cut into its two parts")]
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let both = u64::from_le_bytes(bytes);
        Self {
            pid: both as u32,
            n: (both >> 32) as u32,
        }
    }
}

/// The inverse of [`Display`](fmt::Display); an empty text is [`EventId::NONE`].
impl FromStr for EventId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::NONE);
        }
        let (pid, n) = text.split_once('.').unwrap_or((text, ""));
        Ok(Self {
            pid: pid.parse()?,
            n: n.parse()?,
        })
    }
}

/// `pid.n`, or nothing for [`EventId::NONE`].
impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return Ok(());
        }
        let Self { pid, n } = self;
        write!(f, "{pid}.{n}")
    }
}
