//! Where a run begins and ends.

use std::path::PathBuf;

use crate::pause::{self, Pauses};
use crate::record::{self, EventId, Kind};
use crate::{lane, output};

/// What the command line says of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The notes' pauses times this: 1 as in the notes, 0 none.
    pub pace: f64,
    /// The same pauses again; `None` draws a seed.
    pub seed: Option<u64>,
    /// Disturb the run at every event, by this seed.
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
    lane::enter("main");
    pause::set(Pauses {
        pace: settings.pace,
        seed: settings.seed.unwrap_or_else(pause::random_seed),
    });
    if let Some(path) = &settings.record {
        record::start(path, program)?;
    }
    if let Some(seed) = settings.chaos {
        record::start_chaos(seed);
    }
    Ok(())
}

/// Ends what [`begin`] began, and gives the first failure to write a line or an event.
pub fn end() -> Option<String> {
    record::record(Kind::Exit, "", format_args!(""), EventId::NONE);
    output::take_failure()
}
