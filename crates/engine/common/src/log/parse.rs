//! Parses one line of a log.
//!
//! A line is a flat JSON object of whole numbers and texts. It is parsed by hand, since a library
//! for all of JSON would more than double the time of a lesson's first build.

use std::borrow::Cow;

use super::event::{EventId, Kind};

/// A line of the log; its texts are borrowed where nothing in them is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the module has a table of them; `inside` is `in`"
)]
pub struct Line<'a> {
    pub v: u64,
    pub t: u64,
    pub pid: u32,
    pub ppid: u32,
    pub tid: u32,
    pub task: u32,
    pub n: u32,
    pub lane: Cow<'a, str>,
    pub inside: Cow<'a, str>,
    pub k: Cow<'a, str>,
    pub on: Cow<'a, str>,
    pub of: Cow<'a, str>,
    pub room: u32,
    pub what: Cow<'a, str>,
    pub c: Cow<'a, str>,
    pub say: Cow<'a, str>,
}

impl<'a> Line<'a> {
    /// Parses a line; `None` if the bytes are not a whole line. A field that is missing has its
    /// value in [`Line::default`].
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        // Cut off first: the padding is most of the line.
        let text = str::from_utf8(bytes.trim_ascii_end()).ok()?;
        let mut line = Self::default();
        let mut json = Json { rest: text };
        json.expect('{')?;
        while !json.take('}') {
            let key = json.text()?;
            json.expect(':')?;
            line.field(&key, &mut json)?;
            if !json.take(',') {
                json.expect('}')?;
                break;
            }
        }
        json.is_at_its_end().then_some(line)
    }

    fn field(&mut self, key: &str, json: &mut Json<'a>) -> Option<()> {
        match key {
            "v" => self.v = json.number()?,
            "t" => self.t = json.number()?,
            "pid" => self.pid = json.number()?.try_into().ok()?,
            "ppid" => self.ppid = json.number()?.try_into().ok()?,
            "tid" => self.tid = json.number()?.try_into().ok()?,
            "task" => self.task = json.number()?.try_into().ok()?,
            "n" => self.n = json.number()?.try_into().ok()?,
            "room" => self.room = json.number()?.try_into().ok()?,
            "lane" => self.lane = json.text()?,
            "in" => self.inside = json.text()?,
            "k" => self.k = json.text()?,
            "on" => self.on = json.text()?,
            "of" => self.of = json.text()?,
            "what" => self.what = json.text()?,
            "c" => self.c = json.text()?,
            "say" => self.say = json.text()?,
            // A later version may have more fields.
            _ => json.skip()?,
        }
        Some(())
    }

    /// The id of the event.
    #[must_use]
    pub fn id(&self) -> EventId {
        let &Self { pid, n, .. } = self;
        EventId { pid, n }
    }

    /// The kind of the event; `None` if this version does not know it.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_name(&self.k)
    }

    /// The event that caused this one; [`EventId::NONE`] if there is none or it cannot be parsed.
    #[must_use]
    pub fn cause(&self) -> EventId {
        self.c.parse().unwrap_or(EventId::NONE)
    }
}

/// The values of missing fields: 0 or empty.
impl Default for Line<'_> {
    fn default() -> Self {
        const NOTHING: Cow<'static, str> = Cow::Borrowed("");
        Self {
            v: 0,
            t: 0,
            pid: 0,
            ppid: 0,
            tid: 0,
            task: 0,
            n: 0,
            lane: NOTHING,
            inside: NOTHING,
            k: NOTHING,
            on: NOTHING,
            of: NOTHING,
            room: 0,
            what: NOTHING,
            c: NOTHING,
            say: NOTHING,
        }
    }
}

/// The rest of a JSON text. Its methods return `None` if the next characters are not what they expect.
struct Json<'a> {
    rest: &'a str,
}

impl<'a> Json<'a> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn take(&mut self, sign: char) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, sign: char) -> Option<()> {
        self.take(sign).then_some(())
    }

    fn is_at_its_end(&mut self) -> bool {
        self.skip_blanks();
        self.rest.is_empty()
    }

    /// Takes the characters before the first one that is not one of `these`.
    fn take_while(&mut self, these: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|char| !these(char));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Option<u64> {
        self.skip_blanks();
        self.take_while(|char| char.is_ascii_digit()).parse().ok()
    }

    fn text(&mut self) -> Option<Cow<'a, str>> {
        self.expect('"')?;
        let plain = self.take_while(is_plain);
        if self.rest.starts_with('"') {
            self.rest = &self.rest[1..];
            return Some(plain.into());
        }
        let mut text = plain.to_owned();
        loop {
            let mut rest = self.rest.chars();
            let first = rest.next()?;
            self.rest = rest.as_str();
            match first {
                '"' => return Some(text.into()),
                '\\' => text.push(self.escaped()?),
                // A control character has to be escaped.
                _ => return None,
            }
            text.push_str(self.take_while(is_plain));
        }
    }

    /// The character of an escape, after its backslash.
    fn escaped(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let name = rest.next()?;
        self.rest = rest.as_str();
        match name {
            '"' | '\\' | '/' => Some(name),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => self.of_code_units(),
            _ => None,
        }
    }

    /// The character of one UTF-16 unit, or of two, the second of which is escaped too.
    fn of_code_units(&mut self) -> Option<char> {
        let first = self.code_unit()?;
        if let Some(char) = char::from_u32(first.into()) {
            return Some(char);
        }
        self.rest = self.rest.strip_prefix("\\u")?;
        let second = self.code_unit()?;
        char::decode_utf16([first, second]).next()?.ok()
    }

    fn code_unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }

    /// Skips a value of any kind.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            self.skip_blanks();
            let first = self.rest.chars().next()?;
            match first {
                '"' => drop(self.text()?),
                '[' | '{' => depth += 1,
                ']' | '}' => depth -= 1,
                _ => {}
            }
            if first != '"' {
                self.rest = &self.rest[first.len_utf8()..];
                if !"[]{},:".contains(first) {
                    self.take_while(|char| !"[]{},:\" ".contains(char));
                }
            }
            if depth <= 0 {
                return (depth == 0).then_some(());
            }
        }
    }
}

/// Whether the character stands for itself in a JSON text.
fn is_plain(char: char) -> bool {
    !matches!(char, '"' | '\\' | '\0'..' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_of_a_line_are_read_back() {
        let text = br#"{"v":2,"t":7,"pid":1,"ppid":2,"tid":3,"n":4,"lane":"main","k":"say","on":"",
            "what":"\"a\"","c":"1.3","say":"tab\u0009", "later": [1]}     "#;
        let line = Line::parse(text).unwrap();
        assert_eq!((line.t, line.kind()), (7, Some(Kind::Say)));
        assert_eq!((&*line.what, &*line.say), ("\"a\"", "tab\t"));
        assert_eq!(line.cause(), EventId { pid: 1, n: 3 });
        assert_eq!(line.room, 0);
    }

    #[test]
    fn a_line_that_another_program_has_written_again_is_read() {
        let text = r#" { "say" : "\u00e9\ud83e\udd80\n\/", "later" : {"a": [1, -2.5e3, "]", null]},
            "no": true, "n": 4 } "#;
        let line = Line::parse(text.as_bytes()).unwrap();
        assert_eq!((&*line.say, line.n), ("é🦀\n/", 4));
    }

    #[test]
    fn a_damaged_line_is_none() {
        for text in [
            "",
            "{",
            "[]",
            "{\"v\":\"one\"}",
            "\0\0\0",
            "{\"v\":2} x",
            "{\"v\":2",
            "{\"v\":2,\"k\"}",
            "{\"v\":-1}",
            "{\"pid\":4294967296}",
            "{\"say\":\"\n\"}",
            "{\"say\":\"\\ud83e\"}",
            "{\"say\":\"\\u+123\"}",
            "{\"later\":[}",
            "{\"later\":]}",
        ] {
            assert_eq!(Line::parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(Line::parse(b"{\"say\":\"\xff\"}"), None);
    }
}
