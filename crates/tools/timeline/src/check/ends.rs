//! Every process, thread and task is waited for, and the run comes to its end.

use std::collections::HashSet;

use common::Kind;

use super::{Finding, count, some_of};
use crate::run::{End, Lane, Run};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    children(run, findings);
    end_of_run(run, findings);
    log(run, findings);
}

fn children(run: &Run, findings: &mut Vec<Finding>) {
    let exits = run.events.iter().filter(|event| event.kind == Kind::Join);
    let exits = exits.filter_map(|event| event.cause);
    let waited_for: HashSet<usize> = exits.map(|exit| run.events[exit].lane).collect();
    let children = run.lanes.iter().enumerate();
    let children = children.filter(|(_, lane)| lane.parent.is_some());
    let (killed, others): (Vec<_>, Vec<_>) =
        children.partition(|(_, lane)| matches!(lane.end, End::Killed(_)));
    let (joined, left): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|(place, _)| waited_for.contains(place));
    let names = |lanes: &[(usize, &Lane)]| {
        let names = lanes.iter().map(|(_, lane)| lane.name.clone());
        some_of(&names.collect::<Vec<_>>())
    };
    let last = |lanes: &[(usize, &Lane)]| {
        let last = lanes.iter().map(|(_, lane)| lane.events.last().copied());
        last.flatten().collect::<Vec<_>>()
    };
    if !left.is_empty() && has_ended(run) {
        let text = format!("Nobody waited for the end of {}.", names(&left));
        findings.push(Finding::broken(text, last(&left)));
    } else if !left.is_empty() {
        let text = format!("Not waited for until then: {}.", names(&left));
        findings.push(Finding::note(text, last(&left)));
    } else if !joined.is_empty() {
        findings.push(Finding::held(match joined.len() {
            1 => "The one that was started was waited for.".to_owned(),
            number => format!("All {number} that were started were waited for."),
        }));
    }
    if !killed.is_empty() {
        let text = format!("Killed, or gone without a word: {}.", names(&killed));
        findings.push(Finding::note(text, last(&killed)));
    }
}

/// Whether the log goes to the end of the first lane, which is that of the run.
fn has_ended(run: &Run) -> bool {
    run.lanes
        .first()
        .is_some_and(|main| matches!(main.end, End::Exit(_)))
}

fn end_of_run(run: &Run, findings: &mut Vec<Finding>) {
    if !has_ended(run) {
        let text = "The log ends before the run does: it was killed, or still goes on.".to_owned();
        let last = run.events.len().checked_sub(1);
        findings.push(Finding::broken(text, last.into_iter().collect()));
    }
}

fn log(run: &Run, findings: &mut Vec<Finding>) {
    let damage = &run.damage;
    if damage.backwards > 0 {
        let text = format!(
            "{} earlier than what caused it: the clocks of this log are wrong.",
            count(damage.backwards, "event is").replace("ts is", "ts are")
        );
        findings.push(Finding::broken(text, Vec::new()));
    }
    let lines = damage.bad_lines + damage.other_versions;
    if lines > 0 {
        let text = format!("{} of the log could not be read.", count(lines, "line"));
        findings.push(Finding::note(text, Vec::new()));
    }
    if damage.headless {
        let text = "The log's first line is lost.".to_owned();
        findings.push(Finding::note(text, Vec::new()));
    }
    if damage.lost_causes > 0 {
        let text = format!(
            "{} lost: the log is not whole.",
            count(damage.lost_causes, "cause")
        );
        findings.push(Finding::note(text, Vec::new()));
    }
}
