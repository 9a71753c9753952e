//! The ways in which a run can be shown.

use std::fmt;
use std::str::FromStr;

use crate::export::{chrome, svg};
use crate::fold::{Detail, Shown};
use crate::page;
use crate::run::Run;
use crate::terminal::screen::Screen;
use crate::terminal::{lanes, steps};

/// A way in which a run can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page for the browser.
    Html,
    /// The page's picture alone.
    Svg,
    /// One line for each lane; time goes to the right.
    Lanes,
    /// One line for each event; time goes down.
    Steps,
    /// A trace for Perfetto and chrome://tracing.
    Chrome,
}

impl Format {
    /// All formats and their names on the command line.
    pub const NAMES: [(Self, &str); 5] = [
        (Self::Html, "html"),
        (Self::Svg, "svg"),
        (Self::Lanes, "lanes"),
        (Self::Steps, "steps"),
        (Self::Chrome, "chrome"),
    ];

    /// Shows the run in this format, with as much of it as `detail` says. Formats for a terminal
    /// fit `screen`.
    #[must_use]
    pub fn show(self, run: &Run, screen: Screen, detail: Detail) -> String {
        let run = &Shown::new(run, detail);
        match self {
            Self::Html => page::html(run),
            Self::Svg => svg::svg(&run.run),
            Self::Lanes => lanes::lanes(run, screen),
            Self::Steps => steps::steps(run, screen),
            Self::Chrome => chrome::chrome(&run.run),
        }
    }
}

/// Parses the name of a format. The error lists all formats.
impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let its = |(_, other): &&(Self, &str)| *other == name;
        let found = Self::NAMES.iter().find(its).map(|(format, _)| *format);
        found.ok_or_else(|| {
            let names = Self::NAMES.map(|(_, name)| name).join(", ");
            format!("there is no format '{name}'; there are {names}")
        })
    }
}

/// Writes its name on the command line.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let its = |(format, _): &&(Self, &str)| format == self;
        f.write_str(Self::NAMES.iter().find(its).map_or("", |(_, name)| name))
    }
}
