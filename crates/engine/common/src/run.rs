//! The begin and the end of a run.

use std::path::{Path, PathBuf};

use crate::pause::{self, Pauses};
use crate::record;
use crate::{failure, lane, names, output};

/// The command line's settings for a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The factor for the notes' pauses: 1 as in the notes, 0 for none.
    pub pace: f64,
    /// The seed of the random pauses; `None` draws one.
    pub seed: Option<u64>,
    /// Disturb the run at events, with choices drawn from this seed.
    pub chaos: Option<u64>,
    /// The file for the log.
    pub record: Option<PathBuf>,
}

/// Begins the run of `program`: from here on the calling thread is on the lane "main". To be called
/// once, before any other process, thread or event.
///
/// # Errors
/// When the log cannot be written.
pub fn begin(program: &str, settings: &Settings) -> Result<(), String> {
    begin_with(program, "main", settings, record::start)
}

/// Like [`begin`], on a lane of this name, for a process that takes part in the run of processes
/// that have not forked it: it continues the log that one of them may have started.
///
/// # Errors
/// When the log cannot be written, or the file is not a log.
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

/// How many rounds a loop of a lesson makes: `full`, or 20 at most when the run is recorded, since
/// a picture has no room for more.
#[must_use]
pub fn turns(full: usize) -> usize {
    match record::is_recording() {
        true => full.min(20),
        false => full,
    }
}

/// Ends what [`begin`] began, and returns the first failure to write a line or an event.
pub fn end() -> Option<String> {
    output::flush_stdout();
    record::record_end("");
    failure::take()
}

/// In a new child process, before anything else: resets the parts of the parent's run that are not
/// its own. A line that the parent could not print is the parent's failure; the child's things have
/// other names than the parent's. (Pace, seed and log belong to the whole run, and stay.)
pub fn begin_child() {
    output::forget_failure();
    names::begin_child();
}
