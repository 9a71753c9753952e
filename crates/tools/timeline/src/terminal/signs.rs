//! The signs of the pictures in the terminal, and the legend of the signs in use.

use crate::text::width;

/// What a cell of a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    Start,
    Fork,
    Join,
    Exit,
    Killed,
    Open,
    Kill,
    Works,
    Sleeps,
    Waits,
    Holds,
    HoldsAgain,
    Work,
    Message,
    Sends,
    Receives,
    Lost,
    Several,
    Prints,
    Eof,
    Level,
    Owner,
    Owners,
    Value,
    Notified,
    Branch,
    Leaves,
    Runs,
    Rests,
    Owns,
    Does,
    Text,
}

impl Sign {
    /// The character; for a sign that differs from cell to cell, an example.
    pub(crate) fn char(self) -> char {
        self.describe().0.chars().next().unwrap_or(' ')
    }

    /// The sign and its meaning, as in the legend.
    fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("├", "starts"),
            Self::Fork => ("┬", "starts another"),
            Self::Join => ("┴", "has waited for another's end"),
            Self::Exit => ("┤", "ends"),
            Self::Killed => ("×", "was killed"),
            Self::Open => ("╌", "its end is not in the log"),
            Self::Kill => ("!", "sends a signal"),
            Self::Works => ("─", "runs"),
            Self::Sleeps => ("·", "pauses"),
            Self::Waits => ("░", "waits"),
            Self::Holds => ("▄", "holds a lock"),
            Self::HoldsAgain => ("█", "holds it twice or more"),
            Self::Work => ("[══]", "works on"),
            Self::Message => (
                "0 1 2…",
                "a message is sent, and received under the same sign",
            ),
            Self::Sends => ("●", "sends"),
            Self::Receives => ("○", "receives"),
            Self::Lost => ("?", "receives what the log does not tell the sending of"),
            Self::Several => ("+", "several things at once"),
            Self::Prints => ("'", "prints"),
            Self::Eof => ("∅", "sees the end of the messages"),
            Self::Level => ("▁▄█", "messages in it: █ is the number behind ≤"),
            Self::Owner => ("m", ""),
            Self::Owners => ("*", "several have it"),
            Self::Value => (".", "keeps its value"),
            Self::Notified => ("•", "is told of a change"),
            Self::Branch => ("├", "starts another (╮), or has waited for its end (╯)"),
            Self::Leaves => ("┴", "ends"),
            Self::Runs => ("│", "runs"),
            Self::Rests => ("┊", "waits or pauses"),
            Self::Owns => ("█", "has a lock"),
            Self::Does => ("•", "does what the text says"),
            Self::Text => ("(…)", "what happened; all else was printed"),
        }
    }
}

/// The legend of a picture: `entries` and its signs, in lines of at most `room` columns.
pub(crate) fn legend(signs: &[Sign], entries: &[String], room: usize) -> String {
    let mut signs = signs.to_vec();
    signs.sort_unstable();
    signs.dedup();
    let described = signs.iter().map(|sign| sign.describe());
    let in_words = described.filter(|(_, meaning)| !meaning.is_empty());
    let in_words = in_words.map(|(sign, meaning)| format!("{sign} {meaning}"));
    wrap(in_words.chain(entries.iter().cloned()), room)
}

/// Puts pieces into lines of at most `room` columns, with three blanks between them.
pub(crate) fn wrap(pieces: impl Iterator<Item = String>, room: usize) -> String {
    fill(pieces, "   ", room)
}

/// Puts pieces into lines of at most `room` columns, with `gap` between them.
pub(crate) fn fill(pieces: impl Iterator<Item = String>, gap: &str, room: usize) -> String {
    let mut lines = String::new();
    let mut taken = 0;
    for piece in pieces {
        let piece = crate::text::fit(&piece, room);
        let gap = if taken == 0 { "" } else { gap };
        if taken > 0 && taken + gap.len() + width(&piece) > room {
            lines.push('\n');
            taken = 0;
        } else {
            lines.push_str(gap);
            taken += gap.len();
        }
        lines.push_str(&piece);
        taken += width(&piece);
    }
    if taken > 0 {
        lines.push('\n');
    }
    lines
}

/// A sign for each lane that names it in one column: the last digit of its name, a letter of it, or
/// else any letter or digit, whichever no other lane has.
pub(crate) fn lane_signs<'a>(names: impl Iterator<Item = &'a str>) -> Vec<char> {
    let mut taken = std::collections::HashSet::new();
    let sign = |name: &str| {
        let digit = name.chars().last().filter(char::is_ascii_digit);
        let letters = name.chars().filter(char::is_ascii_alphabetic);
        let others = ('a'..='z').chain('A'..='Z').chain('0'..='9');
        let mut wanted = digit.into_iter().chain(letters).chain(others);
        wanted.find(|&sign| taken.insert(sign)).unwrap_or('#')
    };
    names.map(sign).collect()
}

/// The sign of the message with this number. The signs repeat after 62.
pub(crate) fn message_sign(number: usize) -> char {
    const SIGNS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char::from(SIGNS[number % SIGNS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lane_has_a_sign_of_its_own() {
        let names = ["main", "Thread_1", "Thread_2", "m", "worker 1", "漢字"];
        let signs = lane_signs(names.into_iter());
        assert_eq!(signs, ['m', '1', '2', 'a', 'w', 'b']);
        assert_eq!(lane_signs(std::iter::repeat_n("x", 99)).last(), Some(&'#'));
    }

    #[test]
    fn a_legend_has_only_the_signs_in_use_and_fits() {
        let lines = legend(
            &[Sign::Waits, Sign::Exit, Sign::Waits],
            &["m main".into()],
            20,
        );
        assert_eq!(lines, "┤ ends   ░ waits\nm main\n");
    }
}
