//! The record that the supervisor in the box writes at the end: one line of text.
//!
//! `NONCE HOW NUMBER LEFT...`. HOW is `exit`, `signal` or `start` (the program could not be
//! started); LEFT are the names of processes that were still running when the program had ended.

/// The descriptor from which the supervisor reads the nonce.
pub const ORDERS_FD: i32 = 3;
/// The descriptor to which the supervisor writes the record.
pub const RECORD_FD: i32 = 4;

/// How the program ended, as the kernel reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It exited with this code.
    Exit(i32),
    /// It was ended by this signal.
    Signal(i32),
    /// It could not be started; the number is the errno.
    NotStarted(i32),
}

/// The end of a program: how it ended, and the processes that outlived it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// How the program ended.
    pub how: How,
    /// The names of the processes that were still running then; they have been killed.
    pub left: Vec<String>,
}

impl Record {
    /// Formats the record as a line with this nonce.
    #[must_use]
    pub fn write(&self, nonce: &str) -> String {
        let (word, number) = match self.how {
            How::Exit(code) => ("exit", code),
            How::Signal(signal) => ("signal", signal),
            How::NotStarted(errno) => ("start", errno),
        };
        let mut line = format!("{nonce} {word} {number}");
        for name in &self.left {
            line.push(' ');
            line.extend(name.chars().map(|char| match char {
                ' ' | '\n' | '\0'..'\x20' => '_',
                char => char,
            }));
        }
        line.push('\n');
        line
    }

    /// Parses what [`write`](Self::write) has written; `None` unless the line is complete and has
    /// this nonce.
    #[must_use]
    pub fn parse(line: &str, nonce: &str) -> Option<Self> {
        let line = line.strip_suffix('\n')?;
        let rest = line.strip_prefix(nonce)?.strip_prefix(' ')?;
        let mut words = rest.split(' ');
        let (word, number) = (words.next()?, words.next()?.parse().ok()?);
        let how = match word {
            "exit" => How::Exit(number),
            "signal" => How::Signal(number),
            "start" => How::NotStarted(number),
            _ => return None,
        };
        let left = words.map(str::to_owned).collect();
        Some(Self { how, left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_as_it_was_written_and_only_with_its_nonce() {
        for how in [How::Exit(0), How::Signal(9), How::NotStarted(2)] {
            let left = vec!["sleep".to_owned(), "a_b".to_owned()];
            let record = Record { how, left };
            let line = record.write("abc");
            assert_eq!(Record::parse(&line, "abc"), Some(record));
            assert_eq!(Record::parse(&line, "abd"), None);
            assert_eq!(Record::parse(line.trim_end(), "abc"), None, "cut off");
        }
        assert_eq!(Record::parse("exit 0\n", ""), None);
    }
}
