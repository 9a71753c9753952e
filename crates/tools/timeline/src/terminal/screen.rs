//! What a terminal can show.

use std::env;
use std::io::IsTerminal;

/// How wide a terminal is, and whether it shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// In columns. Pictures take at least 40, and at most 1,000.
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

    /// That of standard output: as wide as `COLUMNS` says, or else as the terminal is. No
    /// colours if it is no terminal, or a dumb one, or if `NO_COLOR` is set.
    ///
    /// Source: ioctl_tty(2), `TIOCGWINSZ`; <https://no-color.org>.
    #[must_use]
    pub fn of_stdout() -> Self {
        let said = env::var("COLUMNS").ok();
        let said = said
            .and_then(|columns| columns.parse().ok())
            .filter(|&columns| columns > 0);
        let width = said.or_else(common::terminal_columns);
        let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self {
            width: width.unwrap_or(Self::PLAIN.width),
            colour: std::io::stdout().is_terminal() && !no_colour,
        }
    }

    /// The width that a picture is made for.
    pub(crate) fn columns(self) -> usize {
        self.width.clamp(40, 1000)
    }
}
