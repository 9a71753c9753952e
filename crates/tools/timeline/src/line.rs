//! One line of a log: the JSON object that `common::record` writes.

use std::borrow::Cow;
use std::fmt;

use common::{EventId, Kind};
use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// The version of the lines that this crate reads.
pub(crate) const VERSION: u64 = 2;

/// A line as it stands there; its texts are borrowed where nothing in them is escaped.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Line<'a> {
    pub(crate) v: u64,
    /// `CLOCK_MONOTONIC`, in nanoseconds.
    pub(crate) t: u64,
    pub(crate) pid: u32,
    pub(crate) ppid: u32,
    pub(crate) tid: u32,
    pub(crate) n: u32,
    pub(crate) lane: Cow<'a, str>,
    pub(crate) k: Cow<'a, str>,
    pub(crate) on: Cow<'a, str>,
    /// The thing of which that one is an inner part.
    pub(crate) of: Cow<'a, str>,
    /// How many may have the thing at a time; 0 when the line does not say, which is 1.
    pub(crate) room: u32,
    pub(crate) what: Cow<'a, str>,
    pub(crate) c: Cow<'a, str>,
    pub(crate) say: Cow<'a, str>,
}

impl<'a> Line<'a> {
    /// The line's object; `None` when it is damaged.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        // Cut off first: the padding is most of the line.
        serde_json::from_slice(bytes.trim_ascii_end()).ok()
    }

    pub(crate) fn id(&self) -> EventId {
        let &Self { pid, n, .. } = self;
        EventId { pid, n }
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        Kind::from_name(&self.k)
    }

    /// The event that caused this one. Nothing, when nothing did or it cannot be read.
    pub(crate) fn cause(&self) -> EventId {
        self.c.parse().unwrap_or(EventId::NONE)
    }
}

/// What serde's derive would write, without a lesson's first build paying for the derive.
impl<'de: 'a, 'a> Deserialize<'de> for Line<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Line<'de>, M::Error> {
        let mut line = Line::default();
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "v" => line.v = map.next_value()?,
                "t" => line.t = map.next_value()?,
                "pid" => line.pid = map.next_value()?,
                "ppid" => line.ppid = map.next_value()?,
                "tid" => line.tid = map.next_value()?,
                "n" => line.n = map.next_value()?,
                "lane" => line.lane = map.next_value::<Text<'_>>()?.0,
                "k" => line.k = map.next_value::<Text<'_>>()?.0,
                "room" => line.room = map.next_value()?,
                "of" => line.of = map.next_value::<Text<'_>>()?.0,
                "on" => line.on = map.next_value::<Text<'_>>()?.0,
                "what" => line.what = map.next_value::<Text<'_>>()?.0,
                "c" => line.c = map.next_value::<Text<'_>>()?.0,
                "say" => line.say = map.next_value::<Text<'_>>()?.0,
                // A later version may say more.
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(line)
    }
}

/// A text that is borrowed if it can be. (`Cow` alone is always owned.)
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_what_is_escaped_in_it() {
        let text = br#"{"v":2,"t":7,"pid":1,"ppid":2,"tid":3,"n":4,"lane":"main","k":"say","on":"",
            "what":"\"a\"","c":"1.3","say":"tab\u0009", "later": [1]}     "#;
        let line = Line::parse(text).unwrap();
        assert_eq!((line.t, line.kind()), (7, Some(Kind::Say)));
        assert_eq!((&*line.what, &*line.say), ("\"a\"", "tab\t"));
        assert_eq!(line.cause(), EventId { pid: 1, n: 3 });
    }

    #[test]
    fn a_damaged_line_is_none() {
        for text in ["", "{", "[]", "{\"v\":\"one\"}", "\0\0\0", "{\"v\":2} x"] {
            assert_eq!(Line::parse(text.as_bytes()), None, "{text:?}");
        }
    }
}
