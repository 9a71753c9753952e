//! Where a run begins and ends.

use std::path::{Path, PathBuf};

use crate::pause::{self, Pauses};
use crate::record;
use crate::{failure, lane, names, output};

/// What the command line says of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The notes' pauses times this: 1 as in the notes, 0 none.
    pub pace: f64,
    /// The seed of the random pauses; `None` draws one.
    pub seed: Option<u64>,
    /// Disturb the run at events chosen by this seed.
    pub chaos: Option<u64>,
    /// Where to write what happened.
    pub record: Option<PathBuf>,
}

/// Begins the run of `program`: the calling thread is on the lane "main" from here on. To be
/// called once, before any other process, thread or event.
///
/// # Errors
/// When the log cannot be written.
pub fn begin(program: &str, settings: &Settings) -> Result<(), String> {
    begin_with(program, "main", settings, record::start)
}

/// As [`begin`], on a lane of this name, of a process that others have not forked and that has a part
/// in their run: it goes on with the log that one of them may have started.
///
/// # Errors
/// When the log cannot be written, or is none.
pub fn join(program: &str, lane: &str, settings: &Settings) -> Result<(), String> {
    begin_with(program, lane, settings, record::join)
}

fn begin_with(
    program: &str,
    lane: &str,
    settings: &Settings,
    start: fn(&Path, &str) -> Result<(), String>,
) -> Result<(), String> {
    lane::enter(lane);
    pause::set(Pauses {
        pace: settings.pace,
        seed: settings.seed.unwrap_or_else(pause::random_number),
    });
    if let Some(path) = &settings.record {
        start(path, program)?;
        record::exit_at_the_end();
    }
    if let Some(seed) = settings.chaos {
        record::start_chaos(seed);
    }
    Ok(())
}

/// How often a loop of a lesson turns: `full` times, or 20 times at most when the run is recorded: a
/// picture has no room for more.
#[must_use]
pub fn turns(full: usize) -> usize {
    match record::is_recording() {
        true => full.min(20),
        false => full,
    }
}

/// Ends what [`begin`] began, and gives the first failure to write a line or an event.
pub fn end() -> Option<String> {
    output::flush_stdout();
    record::record_end("");
    failure::take()
}

/// In a new child process, before anything else: puts back what it has inherited of the run of its
/// parent and what is not its own. A line that the parent could not print is the parent's failure;
/// the things that it makes have other names than the parent's. (Pace, seed and log are those of
/// the whole run, and stay.)
pub fn begin_child() {
    output::forget_failure();
    names::begin_child();
}
