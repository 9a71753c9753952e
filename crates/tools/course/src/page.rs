//! Draws the log of a run as a page.

use common::Kind;
use timeline::{Detail, Event, Run, Screen};

use crate::failed::Failed;

/// Draws a log as a page for a browser.
pub(crate) fn page(log: &str) -> Result<String, Failed> {
    let run = Run::read(log.as_bytes()).map_err(|error| error.to_string())?;
    Ok(timeline::Format::Html.show(&run, Screen::of_stdout(), Detail::Folded))
}

/// Returns whether a page of this log shows more than the begin and the end of a process.
pub(crate) fn is_shown(log: &str) -> bool {
    let run = Run::read(log.as_bytes()).unwrap_or_default();
    let is_shown = |event: &Event| !matches!(event.kind, Kind::Run | Kind::Exit);
    run.events.iter().any(is_shown)
}
