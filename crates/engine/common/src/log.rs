//! The format of a log, written (`write.rs`) and parsed (`parse.rs`).
//!
//! A log is a file of lines of 512 bytes, each one event as a JSON object, padded with blanks:
//!
//! | field | what it holds |
//! |---|---|
//! | `v` | the version of the line |
//! | `t` | the time of `CLOCK_MONOTONIC`, in nanoseconds |
//! | `pid`, `ppid`, `tid` | the process, its parent, the thread |
//! | `n` | the number of the event in its process: `pid.n` is its name |
//! | `task` | only of a task, which has its thread together with others: the number of its fork |
//! | `lane` | the process, thread or task that the event happened on |
//! | `in` | only once, of an inner lane: the thing it belongs to |
//! | `k` | the [`Kind`] |
//! | `on` | the thing it happened to, such as a pipe; of a `run` the boot of the machine |
//! | `of` | only of an inner thing: the thing it belongs to |
//! | `room` | only of a thing that is counted: how many lanes may have it at a time; any may release it |
//! | `what` | a message, a value, the name of another lane; or one of the words in [`what`] |
//! | `c` | the event that caused this one |
//! | `say` | the printed line; for the `run` of an explored schedule, the fault with which it ends |
//!
//! A text that is too long is cut; a name then ends with a hash, which is the same wherever the name
//! appears, so names that begin alike stay different. A reader skips fields that it does not know.

mod event;
mod parse;
mod write;

pub use event::{EventId, Kind, what};
pub use parse::Line;
pub(crate) use write::{Event, NAME_BYTES, Writing, short};
pub use write::{LINE_BYTES, VERSION};

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const ID: EventId = EventId {
        pid: u32::MAX,
        n: u32::MAX,
    };

    /// The largest ids: on Linux, `pid_max` is at most the first of them.
    const LARGEST_IDS: [u32; 3] = [1 << 22, 1 << 22, u32::MAX];

    /// The longest possible line, apart from its texts.
    fn line(lane: &str, [inside, on, of, what, say]: [&str; 5]) -> String {
        let event = Event {
            on,
            of,
            room: u32::MAX,
            what: format_args!("{what}"),
            cause: ID,
            say,
            ..Event::new(Kind::WaitLimit)
        };
        let bytes = Writing::start(u64::MAX, ID, LARGEST_IDS, lane).finish(event, inside);
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A random text of quotes, control characters, and characters of one to four bytes.
    fn any_text(random: &mut StdRng) -> String {
        let length = random.random_range(0..60);
        let char = |_| match random.random_range(0..5) {
            0 => char::from(random.random_range(0..128)),
            1 => ['"', '\\', '/', '\n', '\x7f'][random.random_range(0..5)],
            2 => char::from_u32(random.random_range(0..0x11_0000)).unwrap_or('\u{fffd}'),
            _ => ['a', 'é', '漢', '🦀'][random.random_range(0..4)],
        };
        (0..length).map(char).collect()
    }

    #[test]
    fn a_line_is_512_bytes_however_long_its_texts_are() {
        for text in ["", "a \"quote\" and a \\", "\n\t\0", "é漢字🦀"] {
            let (short, long) = (text.repeat(99), text.repeat(999));
            let line = line(&short, [&short, &short, &short, &short, &long]);
            assert_eq!(line.len(), LINE_BYTES);
            assert!(line.trim_end().ends_with("\"}"), "{line}");
            assert!(line.contains("\"say\":\""), "{line}");
            assert!(line.ends_with('\n'));
        }
    }

    #[test]
    fn control_characters_and_quotes_are_escaped() {
        let line = line("main", ["", "", "", "a\"b", "one\ntwo\\"]);
        assert!(line.contains(r#""what":"a\"b""#), "{line}");
        assert!(line.contains(r#""say":"one\u000atwo\\""#), "{line}");
    }

    #[test]
    fn a_line_that_was_written_is_parsed_with_any_texts() {
        for seed in 0..2_000 {
            let mut random = StdRng::seed_from_u64(seed);
            let texts = [(); 6].map(|()| any_text(&mut random));
            let [lane, rest @ ..] = texts.each_ref().map(String::as_str);
            let line = line(lane, rest);
            let parsed = Line::parse(line.as_bytes()).unwrap();
            let numbers = (parsed.v, parsed.t, parsed.id(), parsed.cause());
            assert_eq!(numbers, (VERSION, u64::MAX, ID, ID));
            let (kind, room) = (parsed.kind(), parsed.room);
            assert_eq!((kind, room), (Some(Kind::WaitLimit), u32::MAX));
            assert_eq!(parsed.task, u32::MAX);
            for (place, (text, whole)) in texts_of(&parsed).into_iter().zip(&texts).enumerate() {
                // A text is cut where its room ends; a name that is cut ends with a hash.
                let may_be_name = place < 5;
                let is_short = may_be_name && text == short(whole);
                assert!(whole.starts_with(text) || is_short, "{text:?} of {whole:?}");
                let is_cut = text.len() < whole.len();
                assert!(!is_cut || text.len() >= 4, "{text:?} of {whole:?}");
            }
        }
    }

    #[test]
    fn a_long_name_is_short_where_it_stands_and_keeps_apart_from_others() {
        let names = [1, 2].map(|number| format!("{}{number}", "é漢🦀\"".repeat(9)));
        let [one, other] = names.each_ref().map(|name| short(name));
        assert_ne!(one, other);
        assert_eq!(short(&one), one);
        for (name, short) in names.iter().zip([one, other]) {
            let line = line(name, ["", "", "", name, ""]);
            let parsed = Line::parse(line.as_bytes()).unwrap();
            assert_eq!([&*parsed.lane, &*parsed.what], [&*short, &*short]);
        }
    }

    #[test]
    fn a_line_that_is_written_again_stays_as_it_is() {
        for seed in 0..200 {
            let mut random = StdRng::seed_from_u64(seed);
            let texts = [(); 6].map(|()| any_text(&mut random));
            let [lane, rest @ ..] = texts.each_ref().map(String::as_str);
            let line = line(lane, rest);
            let again = Line::parse(line.as_bytes()).unwrap().bytes().unwrap();
            assert_eq!(str::from_utf8(&again).unwrap(), line);
        }
        assert_eq!(Line::default().bytes(), None);
    }

    fn texts_of<'a>(line: &'a Line<'_>) -> [&'a str; 6] {
        [
            &line.lane,
            &line.inside,
            &line.on,
            &line.of,
            &line.what,
            &line.say,
        ]
        .map(|text| &**text)
    }

    #[test]
    fn short_texts_are_parsed_as_they_were() {
        for text in [
            "",
            "one",
            "a \"quote\"",
            "\\",
            "\0\n\x7f",
            "é漢🦀",
            "\u{2028}/",
        ] {
            let line = line(text, [text; 5]);
            let parsed = Line::parse(line.as_bytes()).unwrap();
            assert_eq!(texts_of(&parsed), [text; 6]);
        }
    }
}
