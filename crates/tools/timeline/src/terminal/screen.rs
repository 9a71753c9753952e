//! What a terminal can show.

use std::env;
use std::io::IsTerminal;

/// The width of a terminal, and whether it shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The width in columns. Pictures take at least 40, and at most 1,000.
    pub width: usize,
    /// Whether to use colours. They only help: nothing is lost without them.
    pub colour: bool,
}

impl Screen {
    /// A file or a pipe: 80 columns, no colours.
    pub const PLAIN: Self = Self {
        width: 80,
        colour: false,
    };

    /// The screen of standard output: as wide as `COLUMNS` says, or else as the terminal is. It has
    /// no colours if it is not a terminal, is a dumb one, or `NO_COLOR` is set.
    ///
    /// Source: ioctl_tty(2), `TIOCGWINSZ`; <https://no-color.org>.
    #[must_use]
    pub fn of_stdout() -> Self {
        let setting = env::var("COLUMNS").ok();
        let setting = setting
            .and_then(|columns| columns.parse().ok())
            .filter(|&columns| columns > 0);
        let width = setting.or_else(common::terminal_columns);
        let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self {
            width: width.unwrap_or(Self::PLAIN.width),
            colour: std::io::stdout().is_terminal() && !no_colour,
        }
    }

    /// The width for which a picture is made.
    pub(crate) fn columns(self) -> usize {
        self.width.clamp(40, 1000)
    }
}
