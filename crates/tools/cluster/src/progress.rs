//! How far a batch is: a changing line on a terminal, else a line now and then.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Prints to standard error, because results go to standard output.
pub(crate) struct Progress {
    what: String,
    begun: Instant,
    shown: Instant,
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: String) -> Self {
        let now = Instant::now();
        let is_terminal = io::stderr().is_terminal();
        Self {
            what,
            begun: now,
            shown: now,
            is_terminal,
        }
    }

    /// Shows `done` of `all`, if the last time is long enough ago.
    pub(crate) fn is_at(&mut self, done: u64, all: u64) {
        let pause = Duration::from_millis(if self.is_terminal { 100 } else { 5000 });
        if self.shown.elapsed() >= pause {
            self.shown = Instant::now();
            self.show(done, all);
        }
    }

    fn show(&self, done: u64, all: u64) {
        let what = &self.what;
        let rate = u128::from(done) * 1000 / self.begun.elapsed().as_millis().max(1);
        let line = format!("{done} of {all} {what}, {rate} a second");
        if !self.is_terminal {
            return common::complain(&line);
        }
        const WIDTH: u64 = 30;
        let part = usize::try_from(done * WIDTH / all.max(1)).unwrap_or_default();
        let bar: String = (0..30)
            .map(|at| if at < part { '#' } else { '.' })
            .collect();
        // Only for the eye, so an error does not matter.
        let _no_matter = io::stderr().write_all(format!("\r{bar} {line}\x1b[K").as_bytes());
    }
}

impl Drop for Progress {
    /// Clears the terminal's line.
    fn drop(&mut self) {
        if self.is_terminal {
            let _no_matter = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}
