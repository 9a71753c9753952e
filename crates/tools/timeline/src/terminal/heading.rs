//! The text above and below a picture in the terminal: the run, what its log lacks, and the lanes
//! that still wait at its end.

use crate::fold::Shown;
use crate::run::Run;
use crate::run::hang;
use crate::terminal::signs::{fill, wrap};
use crate::text::{clean, count, thousands};
use crate::time::duration;

/// Describes the run, its size, and what is wrong with its log.
pub(crate) fn heading(shown: &Shown<'_>, room: usize) -> String {
    let run = &*shown.run;
    let program = match &*run.program {
        "" => "a run without a name",
        program => program,
    };
    let lanes = count(run.lanes.len(), "lane");
    let events = count(run.events.len(), "event");
    let length = duration(run.length());
    let heading = format!("{}: {lanes}, {events}, {length}", clean(program));
    let mut lines = wrap([heading].into_iter(), room);
    if shown.folded() > 0 {
        let parts = count(shown.folded(), "inner part");
        let folded = format!("Not shown: {parts}; --detail shows them.");
        lines.push_str(&wrap([folded].into_iter(), room));
    }
    lines.push_str(&wrap(damage(run).into_iter(), room));
    lines
}

/// What is wrong with the log, in sentences.
fn damage(run: &Run) -> Vec<String> {
    let damage = &run.damage;
    let mut flaws = Vec::new();
    if damage.headless {
        flaws.push("The log has no first line: which program it is of is not known.".to_owned());
    }
    if damage.left_out > 0 {
        let events = count(damage.left_out, "event");
        flaws.push(format!(
            "Left out: {events} in the middle; of a long log the ends are kept."
        ));
    }
    if damage.bad_lines > 0 {
        let first = damage.first_bad_line.unwrap_or_default();
        let lines = count(damage.bad_lines, "line");
        flaws.push(format!(
            "Left out: {lines} that cannot be read, the first is line {first}."
        ));
    }
    if damage.other_versions > 0 {
        let lines = count(damage.other_versions, "line");
        flaws.push(format!("Left out: {lines} of another version."));
    }
    if damage.lost_causes > 0 {
        let events = count(damage.lost_causes, "event");
        flaws.push(format!("{events} with a cause that is not in the log."));
    }
    if damage.backwards > 0 {
        let events = count(damage.backwards, "event");
        flaws.push(format!(
            "{events} earlier than their cause: the clocks were wrong."
        ));
    }
    flaws
}

/// Lists the rules that did not hold, in sentences; empty if all held.
pub(crate) fn faults(run: &Run, room: usize) -> String {
    let mut text = String::new();
    for finding in run.faults().iter().take(MOST_FAULTS) {
        let sentence = format!("WRONG: {}", finding.sentence);
        text += &fill(sentence.split(' ').map(str::to_owned), " ", room);
    }
    text
}

/// Lists which lanes wait for whom at the end of the log; empty if none waits.
pub(crate) fn still_waiting(run: &Run, room: usize) -> String {
    let waiting = hang::still_waiting(run);
    let lines = waiting.iter().take(MOST_WAITING);
    let lines = lines.map(|waits| &waits.sentence).chain(&run.stuck);
    let lines = lines.map(|line| fill(line.split(' ').map(str::to_owned), " ", room));
    let mut shown: String = lines.collect();
    let more = waiting.len().saturating_sub(MOST_WAITING);
    if more > 0 {
        shown += &format!("and {} more wait\n", thousands(more));
    }
    if shown.is_empty() {
        return shown;
    }
    format!("When the log ends:\n{shown}")
}

/// The most sentences on broken rules that are shown.
const MOST_FAULTS: usize = 8;

const MOST_WAITING: usize = 20;
