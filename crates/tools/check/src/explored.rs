//! Runs stories over a student's body in every schedule up to a bound, and then in random schedules.
//!
//! The threads of a story meet at the stand-ins of the crate `explore`, which exist only in a build
//! with `--cfg explore`. The schedules, and so the verdict, depend on the source and the seed alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use explore::primitives::atomic::AtomicUsize as Turns;
use explore::{Body, Reach, Wrong, explore, lanes, pct, random, recorded, together, waits};

use crate::chance::seed;
use crate::fault::{Fault, Verdict};
use crate::judge::plain;

/// The number of schedules to try in order, those with the fewest preemptions first.
const IN_ORDER: usize = 10_000;
/// The number of schedules to try of a story with many steps or threads.
const FEW: usize = 200;
/// The number of random schedules of each kind: with random turns, and with priorities that change.
const AT_RANDOM: usize = 1_000;

/// Runs the story in its schedules. A story creates its threads with [`explore::together`], and
/// panics when something is wrong.
///
/// # Panics
/// With a [`Fault`]: what was wrong in the shortest failing schedule, and its steps in lanes.
pub fn explored(story: Body) {
    if let Err(fault) = tried(story) {
        fault_of(&fault).raise();
    }
}

/// Runs only the first schedules of a story, those with the fewest preemptions: for a story with many
/// steps or threads, whose faults are in nearly every schedule.
///
/// # Panics
/// Like [`explored`].
pub fn explored_briefly(story: Body) {
    if let Some(fault) = explore(story, FEW).fault {
        fault_of(&fault).raise();
    }
}

/// Like [`explored`], for a story of the explorer's program. The fault also has the command that
/// reproduces it: `command` with the schedule.
///
/// # Panics
/// Like [`explored`].
pub fn explored_again(story: Body, command: &str) {
    if let Err(fault) = tried(story) {
        let again = format!("{command} --schedule {}", fault.path);
        fault_of(&fault).again(again).raise();
    }
}

fn tried(story: Body) -> Result<(), explore::Fault> {
    let explored = explore(story, IN_ORDER);
    if let Some(fault) = explored.fault {
        return Err(fault);
    }
    if explored.reach == Reach::All {
        return Ok(());
    }
    random(story, seed(), AT_RANDOM)?;
    pct(story, seed(), 2, AT_RANDOM)
}

fn fault_of(fault: &explore::Fault) -> Fault {
    let verdict = match fault.wrong {
        Wrong::Deadlock => Verdict::Deadlock,
        Wrong::Panic | Wrong::NoEnd | Wrong::NoTurn => Verdict::Fail,
    };
    let what = plain(&fault.what);
    let mut report: Vec<String> = what.lines().map(str::to_owned).collect();
    let mut lines = Vec::new();
    if !fault.steps.is_empty() {
        lines.push("In this schedule:".to_owned());
        lines.extend(lanes(&fault.steps));
    }
    // A thread that polls repeats the same steps, so fewer of them are enough.
    let most = if fault.wrong == Wrong::NoEnd { 14 } else { 60 };
    let is_cut = lines.len() > most;
    report.extend(lines.into_iter().take(most));
    report.extend(is_cut.then(|| "   and so on".to_owned()));
    report.extend(waits(&fault.steps));
    let log = (!fault.steps.is_empty()).then(|| recorded("every schedule", fault));
    Fault {
        said: report,
        log,
        is_sure: verdict == Verdict::Deadlock,
        ..Fault::of(verdict, "")
    }
}

/// Lets `threads` threads enter and leave `times` times each, by calling `take` and `give` with the
/// number of the thread.
///
/// # Panics
/// When two of them are inside at the same time.
pub fn one_at_a_time(
    threads: usize,
    times: usize,
    take: &(dyn Fn(usize) + Sync),
    give: &(dyn Fn(usize) + Sync),
) {
    let inside = Inside::default();
    let inside = &inside;
    let visit = |thread| {
        move || {
            for _ in 0..times {
                take(thread);
                inside.visit(1);
                give(thread);
            }
        }
    };
    let visits: Vec<_> = (0..threads).map(visit).collect();
    let visits: Vec<&(dyn Fn() + Sync)> = visits.iter().map(|visit| visit as _).collect();
    together(&visits);
}

/// Counts the threads that are inside at the same time.
#[derive(Debug, Default)]
pub struct Inside(Turns);

/// The most threads that were inside at the same time in any schedule of this process.
static MOST: AtomicUsize = AtomicUsize::new(0);

impl Inside {
    /// Enters and leaves; other threads may enter in between.
    ///
    /// # Panics
    /// When more than `most` threads are inside.
    pub fn visit(&self, most: usize) {
        let inside = 1 + self.0.fetch_add(1, Ordering::SeqCst);
        MOST.fetch_max(inside, Ordering::SeqCst);
        assert!(
            inside <= most,
            "{inside} threads are inside at the same time, but only {most} may be"
        );
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    /// The most threads that [`visit`](Self::visit) has seen inside at the same time, in all schedules
    /// that this process has run.
    #[must_use]
    pub fn most_seen() -> usize {
        MOST.load(Ordering::SeqCst)
    }
}
