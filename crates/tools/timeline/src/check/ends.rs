//! Checks that every process, thread and task is waited for, and that the run reaches its end.

use std::collections::HashSet;

use common::Kind;

use super::finding::{Finding, Verdict};
use crate::run::hang::still_waiting;
use crate::run::leaving::{called_exit, has_ended};
use crate::run::{End, Event, Role, Run};
use crate::words::{number_of, some_of};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    children(run, findings);
    end_of_run(run, findings);
    waiting(run, findings);
    log(run, findings);
}

fn children(run: &Run, findings: &mut Vec<Finding>) {
    let joined = run.joined();
    let mut of: [Vec<usize>; 7] = Default::default();
    let fates = Fates::new(run);
    for lane in 0..run.lanes.len() {
        if run.lanes[lane].parent.is_some() {
            of[fates.of(lane, joined.contains(&lane)) as usize].push(lane);
        }
    }
    // If the exit of a lane is known, so is its join; other joins may belong to a namesake.
    let is_known = |&lane: &usize| match run.lanes[lane].end {
        End::Exit(exit) => run.damage.is_whole_from(exit),
        _ => !run.damage.has_gaps(),
    };
    let left = of[Fate::Left as usize].iter().copied();
    let (known, unknown): (Vec<_>, Vec<_>) = left.partition(is_known);
    findings.extend(finding(run, Fate::Left, &known));
    findings.extend(finding(run, Fate::Left, &unknown).map(|finding| finding.since(0)));
    for fate in [
        Fate::Unseen,
        Fate::Killed,
        Fate::Dropped,
        Fate::Unread,
        Fate::Orphaned,
    ] {
        findings.extend(finding(run, fate, &of[fate as usize]));
    }
    findings.extend(all_waited_for(run, &of));
}

/// The finding on the lanes that were waited for, unless one of the others may not have been.
fn all_waited_for(run: &Run, of: &[Vec<usize>; 7]) -> Option<Finding> {
    let [left, unseen] = [Fate::Left, Fate::Unseen].map(|fate| &of[fate as usize]);
    if !left.is_empty() || !unseen.is_empty() {
        return None;
    }
    let joined = [Fate::Joined, Fate::Killed].map(|fate| of[fate as usize].len());
    // A task that never got a turn has no lane.
    let is_fork = |event: &&Event| event.kind == Kind::Fork;
    let forks = run.events.iter().filter(is_fork).count();
    let started = of.iter().map(Vec::len).sum::<usize>().max(forks);
    let text = match (joined.iter().sum::<usize>(), started) {
        (0, _) => return None,
        (1, 1) => "The one that was started was waited for.".to_owned(),
        (joined, _) if joined == started => {
            format!("All {started} that were started were waited for.")
        }
        (1, _) => format!("One of the {started} that were started was waited for."),
        (joined, _) => format!("{joined} of the {started} that were started were waited for."),
    };
    Some(Finding::held(text))
}

/// The finding on the lanes of one fate, if there are any.
fn finding(run: &Run, fate: Fate, lanes: &[usize]) -> Option<Finding> {
    if lanes.is_empty() {
        return None;
    }
    let lanes = lanes.iter().map(|&lane| &run.lanes[lane]);
    let names: Vec<_> = lanes.clone().map(|lane| lane.name.clone()).collect();
    let names = some_of(&names);
    let last = lanes
        .filter_map(|lane| lane.events.last().copied())
        .collect();
    let text = match fate {
        Fate::Left | Fate::Unseen if has_ended(run) => {
            let verdict = match fate {
                Fate::Left => Verdict::Broken,
                _ => Verdict::Doubtful,
            };
            let text = format!("No lane waited for the end of {names}.");
            return Some(Finding::new(verdict, text, last));
        }
        Fate::Left | Fate::Unseen | Fate::Unread | Fate::Joined => "Not waited for until then",
        Fate::Killed => "Killed, or gone without a word",
        Fate::Dropped => "Ended before they were done",
        Fate::Orphaned => "Left by a parent that was killed",
    };
    Some(Finding::note(format!("{text}: {names}."), last))
}

/// How a lane that another lane has started ended, and whether that was noticed.
#[derive(Clone, Copy)]
enum Fate {
    /// It was waited for.
    Joined,
    /// It was not waited for, although its parent could have done so.
    Left,
    /// A process of a run that was not watched: its parent may have waited by a call that is not recorded.
    Unseen,
    /// It was killed, and then waited for.
    Killed,
    /// A task that was ended before it was done, by a kill or because its handle was dropped.
    Dropped,
    /// A task that has ended and whose result was not read, which is allowed; or a thread of a
    /// process that called `exit`.
    Unread,
    /// Its parent was killed, so it could not wait.
    Orphaned,
}

/// The data on which the fate of a lane depends.
struct Fates<'a> {
    run: &'a Run,
    /// The processes in which any thread ended the process by a call of `exit`.
    called_exit: HashSet<u32>,
    /// Whether each lane, or an ancestor of it, was killed.
    killed: Vec<Option<()>>,
}

impl<'a> Fates<'a> {
    fn new(run: &'a Run) -> Self {
        let is_killed = |lane: usize| matches!(run.lanes[lane].end, End::Killed(_)).then_some(());
        Self {
            run,
            called_exit: called_exit(run).collect(),
            killed: run.nearest(is_killed),
        }
    }

    fn of(&self, lane: usize, is_joined: bool) -> Fate {
        let its = &self.run.lanes[lane];
        let killed = matches!(its.end, End::Exit(exit) if self.run.events[exit].is_killed());
        let is_orphaned = its
            .parent
            .is_some_and(|parent| self.killed[parent].is_some());
        match its.end {
            _ if killed => Fate::Dropped,
            _ if is_joined => Fate::Joined,
            End::Killed(_) => Fate::Killed,
            _ if is_orphaned => Fate::Orphaned,
            // A call of `exit` ends all threads of its process on purpose.
            _ if its.role != Role::Process && self.called_exit.contains(&its.pid) => Fate::Unread,
            // A task cannot outlive its handle, and the owner of the handle may ignore the result.
            _ if its.role == Role::Task => Fate::Unread,
            _ if its.role != Role::Process => Fate::Left,
            _ => match &self.run.unwaited {
                Some(unwaited) if unwaited.contains(&its.pid) => Fate::Left,
                Some(_) => Fate::Joined,
                None => Fate::Unseen,
            },
        }
    }
}

fn end_of_run(run: &Run, findings: &mut Vec<Finding>) {
    if has_ended(run) {
        return;
    }
    let text = match &*run.found {
        "" => "The log ends before the run does: it was killed, or still goes on.".to_owned(),
        found => {
            let found = found.trim_end_matches('.');
            format!("The schedule is shown up to the fault that was found: {found}.")
        }
    };
    let last = run.events.len().checked_sub(1);
    // An event of the first lane after a gap shows that the lane's end is not in the gap.
    let mains_last = run.lanes.first().and_then(|main| main.events.last());
    let broken = Finding::broken(text, last.into_iter().collect());
    findings.push(broken.since(mains_last.copied().unwrap_or(0)));
}

/// Reports what a run that hangs waits for.
fn waiting(run: &Run, findings: &mut Vec<Finding>) {
    let waiting = still_waiting(run).into_iter();
    for waits in waiting.filter(|waits| !waits.is_killed) {
        let text = format!("When the log ends, {}.", waits.sentence);
        findings.push(Finding::note(text, vec![waits.event]));
    }
    for stuck in &run.stuck {
        findings.push(Finding::note(format!("At the end, {stuck}."), Vec::new()));
    }
}

fn log(run: &Run, findings: &mut Vec<Finding>) {
    let damage = &run.damage;
    if damage.backwards > 0 {
        let are = match damage.backwards {
            1 => "is",
            _ => "are",
        };
        let text = format!(
            "{} {are} earlier than what caused it: the clocks of this log are wrong.",
            number_of(damage.backwards, "event")
        );
        findings.push(Finding::broken(text, Vec::new()));
    }
    let unread = damage.bad_lines + damage.other_versions;
    let in_the_middle = " in its middle: of a long log the ends are kept.";
    let by_numbers = ", by the numbers of the others of a process.";
    for (number, of, before, after) in [
        (unread, "line", "", " of the log could not be read."),
        (damage.left_out, "event", "The log lacks ", in_the_middle),
        (damage.missing, "event", "The log lacks ", by_numbers),
        (
            damage.lost_causes,
            "cause",
            "",
            " lost: the log is not whole.",
        ),
    ] {
        if number > 0 {
            let text = format!("{before}{}{after}", number_of(number, of));
            findings.push(Finding::note(text, Vec::new()));
        }
    }
    if damage.headless {
        let text = "The log's first line is lost.".to_owned();
        findings.push(Finding::note(text, Vec::new()));
    }
}
