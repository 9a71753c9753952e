//! Every process, thread and task is waited for, and the run comes to its end.

use std::collections::HashSet;

use common::Kind;

use super::{Finding, count, some_of};
use crate::run::{End, Run};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    children(run, findings);
    end_of_run(run, findings);
    log(run, findings);
}

fn children(run: &Run, findings: &mut Vec<Finding>) {
    let waited_for: HashSet<usize> = run
        .events
        .iter()
        .filter(|event| event.kind == Kind::Join)
        .filter_map(|event| event.cause)
        .map(|exit| run.events[exit].lane)
        .collect();
    let mut joined = 0;
    let mut left = Vec::new();
    let mut killed = Vec::new();
    for (place, lane) in run.lanes.iter().enumerate() {
        match lane.end {
            _ if lane.parent.is_none() => {}
            End::Killed(_) => killed.push(place),
            _ if waited_for.contains(&place) => joined += 1,
            _ => left.push(place),
        }
    }
    let names = |lanes: &[usize]| {
        let name = |&lane: &usize| run.lanes[lane].name.clone();
        some_of(&lanes.iter().map(name).collect::<Vec<_>>())
    };
    let last = |lanes: &[usize]| {
        let last = |&lane: &usize| run.lanes[lane].events.last().copied();
        lanes.iter().filter_map(last).collect::<Vec<_>>()
    };
    if !left.is_empty() && has_ended(run) {
        let text = format!("Nobody waited for the end of {}.", names(&left));
        findings.push(Finding::broken(text, last(&left)));
    } else if !left.is_empty() {
        let text = format!("Not waited for until then: {}.", names(&left));
        findings.push(Finding::note(text, last(&left)));
    } else if joined > 0 {
        let text = match joined {
            1 => "The one that was started was waited for.".to_owned(),
            _ => format!("All {joined} that were started were waited for."),
        };
        findings.push(Finding::held(text));
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
