//! What a terminal can show.

use std::io::IsTerminal;

/// How wide a terminal is, and whether it shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// In columns.
    pub width: usize,
    /// Colours are a help only: without them everything is there as well.
    pub colour: bool,
}

impl Screen {
    /// 80 columns without colours: a file, or a pipe.
    pub const PLAIN: Self = Self {
        width: 80,
        colour: false,
    };

    /// That of standard output. No colours if it is no terminal, or if `NO_COLOR` is set.
    #[must_use]
    pub fn of_stdout() -> Self {
        if !std::io::stdout().is_terminal() {
            return Self::PLAIN;
        }
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            width: Self::PLAIN.width,
            colour: !no_colour,
        }
    }
}
