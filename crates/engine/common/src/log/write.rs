//! Writes one event as 512 bytes of JSON.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::event::{EventId, Kind, what};
use super::parse::Line;

/// The version of the lines. A reader reports a line of another version.
pub const VERSION: u64 = 2;

/// The length of every line. A page holds a whole number of them, so none straddles two pages.
pub const LINE_BYTES: usize = 512;

/// Something that happened on the calling lane.
pub(crate) struct Event<'a> {
    /// Its kind.
    pub(crate) kind: Kind,
    /// The thing that it happened to, such as a pipe or a lock; or empty.
    pub(crate) on: &'a str,
    /// The thing of which that one is an inner part; or empty.
    pub(crate) of: &'a str,
    /// For a thing that is counted, how many lanes may have it at a time; else 0.
    pub(crate) room: u32,
    /// A message, a value, the name of another lane.
    pub(crate) what: fmt::Arguments<'a>,
    pub(crate) cause: EventId,
    /// The printed line, of a [`Kind::Say`].
    pub(crate) say: &'a str,
}

impl Event<'_> {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            on: "",
            of: "",
            room: 0,
            what: format_args!(""),
            cause: EventId::NONE,
            say: "",
        }
    }
}

/// Room, in bytes of JSON, for each text; `say` has the rest of the line.
pub(crate) const NAME_BYTES: usize = 48;
const WHAT_BYTES: usize = 96;

/// The longest text that may follow `what`: the longest numbers, and a little room for `say`.
const AFTER_WHAT_BYTES: usize =
    r#"","room":4294967295,"c":"4294967295.4294967295","say":""}_"#.len() + 4 * r"\u001b".len();

/// The name as the log writes it everywhere: a name that is too long ends with a hash of the whole,
/// so that two names that begin alike stay different.
pub(crate) fn short(name: &str) -> Cow<'_, str> {
    const HASH_BYTES: usize = "~123456".len();
    let (mut len, mut kept) = (0, 0);
    for (place, char) in name.char_indices() {
        if len <= NAME_BYTES - HASH_BYTES {
            kept = place;
        }
        len += json_len(char);
        if len > NAME_BYTES {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            let hash = hasher.finish() & 0xff_ffff;
            return format!("{}~{hash:06x}", &name[..kept]).into();
        }
    }
    name.into()
}

/// How many bytes of JSON a character takes.
fn json_len(char: char) -> usize {
    match char {
        '"' | '\\' => 2,
        '\0'..' ' | '\x7f' => 6,
        _ => char.len_utf8(),
    }
}

/// A line that is being written.
pub(crate) struct Writing {
    bytes: [u8; LINE_BYTES],
    len: usize,
}

impl Writing {
    /// Writes the part that every event has. `ids` are those of the parent process, of the thread,
    /// and of the task or 0.
    pub(crate) fn start(t: u64, id: EventId, ids: [u32; 3], lane: &str) -> Self {
        let mut line = Self {
            bytes: [b' '; LINE_BYTES],
            len: 0,
        };
        let (EventId { pid, n }, [ppid, tid, task]) = (id, ids);
        line.raw(format_args!(
            r#"{{"v":{VERSION},"t":{t},"pid":{pid},"ppid":{ppid},"tid":{tid},"n":{n},"#
        ));
        if task != 0 {
            line.raw(format_args!(r#""task":{task},"#));
        }
        line.raw(format_args!(r#""lane":""#));
        line.name(lane);
        line
    }

    /// Writes the rest, and the padding. `inside` is the thing of which the lane is an inner part,
    /// or empty.
    pub(crate) fn finish(mut self, event: Event<'_>, inside: &str) -> [u8; LINE_BYTES] {
        if !inside.is_empty() {
            self.raw(format_args!(r#"","in":""#));
            self.name(inside);
        }
        self.raw(format_args!(r#"","k":"{}","on":""#, event.kind.name()));
        self.name(event.on);
        if !event.of.is_empty() {
            self.raw(format_args!(r#"","of":""#));
            self.name(event.of);
        }
        self.raw(format_args!(r#"","what":""#));
        let room = WHAT_BYTES.min(LINE_BYTES - self.len - AFTER_WHAT_BYTES);
        match event.on.is_empty() && event.kind.names_a_lane() {
            true => self.words_or_name(&event.what.to_string(), room),
            false => self.text(event.what, room),
        }
        self.raw(format_args!(r#"","#));
        if event.room != 0 {
            self.raw(format_args!(r#""room":{},"#, event.room));
        }
        self.raw(format_args!(r#""c":"{}","say":""#, event.cause));
        let left = LINE_BYTES - self.len - "\"}\n".len();
        self.text(format_args!("{}", event.say), left);
        self.raw(format_args!("\"}}"));
        self.bytes[LINE_BYTES - 1] = b'\n';
        self.bytes
    }

    fn name(&mut self, name: &str) {
        self.text(format_args!("{}", short(name)), NAME_BYTES);
    }

    fn words_or_name(&mut self, what: &str, room: usize) {
        match what::is_one_name(what) {
            true => self.name(what),
            false => self.text(format_args!("{what}"), room),
        }
    }

    /// Writes numbers and punctuation, which always fit.
    fn raw(&mut self, text: fmt::Arguments<'_>) {
        let _fits = self.write_fmt(text);
    }

    /// Writes the content of a JSON string, cut at a character when `room` bytes are used up.
    fn text(&mut self, text: fmt::Arguments<'_>, room: usize) {
        let end = self.len + room;
        // An error here only means that the text was cut.
        let _cut = Escaped { line: self, end }.write_fmt(text);
    }
}

impl Write for Writing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let place = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl Line<'_> {
    /// This line as it stands in a log, with each text cut to its room there. `None` if its
    /// [`Kind`] is unknown.
    #[must_use]
    pub fn bytes(&self) -> Option<[u8; LINE_BYTES]> {
        let event = Event {
            on: &self.on,
            of: &self.of,
            room: self.room,
            what: format_args!("{}", self.what),
            cause: self.cause(),
            say: &self.say,
            ..Event::new(self.kind()?)
        };
        let ids = [self.ppid, self.tid, self.task];
        let start = Writing::start(self.t, self.id(), ids, &self.lane);
        Some(start.finish(event, &self.inside))
    }
}

struct Escaped<'a> {
    line: &'a mut Writing,
    end: usize,
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| self.write_char(char))
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        if self.line.len + json_len(char) > self.end {
            return Err(fmt::Error);
        }
        match char {
            '"' | '\\' => write!(self.line, "\\{char}"),
            '\0'..' ' | '\x7f' => write!(self.line, "\\u{:04x}", u32::from(char)),
            _ => self.line.write_char(char),
        }
    }
}
