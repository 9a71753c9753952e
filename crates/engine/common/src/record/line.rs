//! One event as 512 bytes of JSON.

use std::fmt::{self, Write};

use nix::unistd::gettid;

use super::{Event, EventId};
use crate::ids::ppid;

/// Of the lines. A reader says so when it meets another one.
pub(super) const VERSION: u64 = 2;

/// A page holds a whole number of lines, so none straddles two pages.
pub(super) const LINE_BYTES: usize = 512;

/// Room, in bytes of JSON, for each text; `say` gets what is left.
const NAME_BYTES: usize = 48;
const WHAT_BYTES: usize = 96;

pub(super) struct Line {
    bytes: [u8; LINE_BYTES],
    len: usize,
}

impl Line {
    /// The part that every event has.
    pub(super) fn start(t: u64, id: EventId, lane: &str) -> Self {
        let mut line = Self {
            bytes: [b' '; LINE_BYTES],
            len: 0,
        };
        let (EventId { pid, n }, ppid, tid) = (id, ppid(), gettid());
        line.raw(format_args!(
            r#"{{"v":{VERSION},"t":{t},"pid":{pid},"ppid":{ppid},"tid":{tid},"n":{n},"lane":""#
        ));
        line.text(format_args!("{lane}"), NAME_BYTES);
        line
    }

    /// The rest, and the padding.
    pub(super) fn finish(mut self, event: Event<'_>) -> [u8; LINE_BYTES] {
        self.raw(format_args!(r#"","k":"{}","on":""#, event.kind.name()));
        self.text(format_args!("{}", event.on), NAME_BYTES);
        if !event.of.is_empty() {
            self.raw(format_args!(r#"","of":""#));
            self.text(format_args!("{}", event.of), NAME_BYTES);
        }
        self.raw(format_args!(r#"","what":""#));
        self.text(event.what, WHAT_BYTES);
        self.raw(format_args!(r#"","#));
        if event.room != 1 {
            self.raw(format_args!(r#""room":{},"#, event.room));
        }
        self.raw(format_args!(r#""c":"{}","say":""#, event.cause));
        let left = LINE_BYTES - self.len - "\"}\n".len();
        self.text(format_args!("{}", event.say), left);
        self.raw(format_args!("\"}}"));
        self.bytes[LINE_BYTES - 1] = b'\n';
        self.bytes
    }

    /// Numbers and punctuation: always fits.
    fn raw(&mut self, text: fmt::Arguments<'_>) {
        let _fits = self.write_fmt(text);
    }

    /// A JSON string's inside, cut at a character when `room` bytes are used up.
    fn text(&mut self, text: fmt::Arguments<'_>, room: usize) {
        let end = self.len + room;
        // An error here only means "cut".
        let _cut = Escaped { line: self, end }.write_fmt(text);
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let place = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

struct Escaped<'a> {
    line: &'a mut Line,
    end: usize,
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| self.write_char(char))
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        let len = match char {
            '"' | '\\' => 2,
            '\0'..' ' | '\x7f' => 6,
            _ => char.len_utf8(),
        };
        if self.line.len + len > self.end {
            return Err(fmt::Error);
        }
        match char {
            '"' | '\\' => write!(self.line, "\\{char}"),
            '\0'..' ' | '\x7f' => write!(self.line, "\\u{:04x}", u32::from(char)),
            _ => self.line.write_char(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn line(lane: &str, what: &str, say: &str) -> String {
        let id = EventId {
            pid: u32::MAX,
            n: u32::MAX,
        };
        let event = Event {
            on: lane,
            of: lane,
            room: u32::MAX,
            what: format_args!("{what}"),
            cause: id,
            say,
            ..Event::new(Kind::WaitLimit)
        };
        let bytes = Line::start(u64::MAX, id, lane).finish(event);
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn a_line_is_512_bytes_however_long_its_texts_are() {
        for text in ["", "a \"quote\" and a \\", "\n\t\0", "é漢字🦀"] {
            let line = line(&text.repeat(99), &text.repeat(99), &text.repeat(999));
            assert_eq!(line.len(), LINE_BYTES);
            assert!(line.trim_end().ends_with("\"}"), "{line}");
            assert!(line.contains("\"say\":\""), "{line}");
            assert!(line.ends_with('\n'));
        }
    }

    #[test]
    fn control_characters_and_quotes_are_escaped() {
        let line = line("main", "a\"b", "one\ntwo\\");
        assert!(line.contains(r#""what":"a\"b""#), "{line}");
        assert!(line.contains(r#""say":"one\u000atwo\\""#), "{line}");
    }
}
