//! Text in the columns of a terminal.
//!
//! A log is untrusted, so everything that a terminal would obey is removed from its texts. Columns
//! are those of a terminal: an accent takes none, a Chinese character two.

pub use common::clean;
use unicode_width::UnicodeWidthChar;

/// The number of columns that a character takes.
pub(crate) fn char_width(char: char) -> usize {
    char.width().unwrap_or(0)
}

/// The number of columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The cleaned text. If it takes more than `room` columns, its end is replaced by an ellipsis.
pub(crate) fn fit(text: &str, room: usize) -> String {
    let text = clean(text);
    if width(&text) <= room {
        return text;
    }
    let mut fitting = head(&text, room.saturating_sub(1)).to_owned();
    if room > 0 {
        fitting.push('…');
    }
    fitting
}

/// A cleaned name in at most `room` columns. An address keeps its end, any other name its beginning
/// and end: there the names of a run differ.
pub(crate) fn fit_name(name: &str, room: usize) -> String {
    let name = clean(name);
    let address = name.split_once("://").map(|(_, address)| address);
    let path = address.and_then(|address| address.rsplit_once('/'));
    let path = path.map(|(_, path)| path).filter(|path| !path.is_empty());
    let shorter = [
        Some(name.clone()),
        address.map(str::to_owned),
        path.map(|path| format!("…/{path}")),
    ];
    let mut fitting = shorter.into_iter().flatten();
    if let Some(name) = fitting.find(|name| width(name) <= room) {
        return name;
    }
    let first = room.saturating_sub(1) / 3;
    let last = room.saturating_sub(1) - first;
    let reversed: String = name.chars().rev().collect();
    let tail: String = head(&reversed, last).chars().rev().collect();
    let dots = if room > 0 { "…" } else { "" };
    format!("{}{dots}{tail}", head(&name, first))
}

/// The longest beginning of `text` that fits into `room` columns.
fn head(text: &str, room: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, char)| {
        taken += char_width(*char);
        taken > room
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// The first `most` characters of `text`, the last of them an ellipsis when there are more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// "1 lane", "2 lanes".
pub(crate) fn count(number: usize, one: &str) -> String {
    let ending = match number {
        1 => "",
        _ if one.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {one}{ending}", thousands(number))
}

/// Formats a number with a comma after every three digits.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left_in_a_text() {
        assert_eq!(
            clean("a\u{1b}[31m\nb\u{202e}c\u{9b}"),
            "a\u{fffd}[31m bc\u{fffd}"
        );
    }

    #[test]
    fn a_text_is_cut_at_its_end_and_a_name_where_names_are_alike() {
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("e\u{301}e\u{301}", 2), "e\u{301}e\u{301}");
        assert_eq!(fit_name("http://127.0.0.1:3280/github", 12), "…/github");
        assert_eq!(fit_name("https://www.github.com/", 16), "www.github.com/");
        assert_eq!(fit_name("from 127.0.0.1:40686", 14), "from…0.1:40686");
        for room in 0..9 {
            for text in ["from 127.0.0.1:40686", "http://漢字漢字", "漢字漢字漢字"] {
                assert!(width(&fit(text, room)) <= room);
                assert!(width(&fit_name(text, room)) <= room, "{text} in {room}");
            }
        }
    }

    #[test]
    fn numbers_and_times_are_written_for_people() {
        assert_eq!(count(1, "lane"), "1 lane");
        assert_eq!(count(1_234_567, "process"), "1,234,567 processes");
    }
}
