//! Decides which thread goes next: all schedules, those with the fewest preemptions first.
//!
//! A preemption takes the turn from a thread that could go on. Most faults need one or two of them,
//! however long the program is. So all schedules with none are tried, then all with at most one,
//! and so on: the first fault found has as few preemptions as any fault.
//!
//! Source: Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing of
//! Multithreaded Programs", PLDI 2007.

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

/// The search through all schedules with at most `most_preemptions` preemptions, depth first.
#[derive(Debug)]
pub(crate) struct Bounded {
    most_preemptions: usize,
    most_schedules: usize,
    schedules: usize,
    left_out: bool,
    /// The decisions of this run, each with its other choices.
    decisions: Vec<Decision>,
    depth: usize,
    preemptions: usize,
}

#[derive(Debug)]
struct Decision {
    choices: Vec<TaskId>,
    chosen: usize,
}

impl Bounded {
    pub(crate) fn new(most_preemptions: usize, most_schedules: usize) -> Self {
        Self {
            most_preemptions,
            most_schedules,
            schedules: 0,
            left_out: false,
            decisions: Vec::new(),
            depth: 0,
            preemptions: 0,
        }
    }

    pub(crate) fn schedules(&self) -> usize {
        self.schedules
    }

    /// Whether every schedule within the bound was tried.
    pub(crate) fn is_done(&self) -> bool {
        self.schedules > 0 && self.decisions.iter().all(Decision::is_last)
    }

    /// Whether there are schedules with more preemptions than the bound.
    pub(crate) fn left_out(&self) -> bool {
        self.left_out
    }

    /// The threads that may go next. If the thread that had the last turn can go on, it comes
    /// first: any other choice is a preemption.
    fn choices(&mut self, can_go: &[&Task], goes_on: Option<TaskId>) -> Vec<TaskId> {
        let mut choices: Vec<_> = can_go.iter().map(|task| task.id()).collect();
        if let Some(goes_on) = goes_on {
            choices.sort_by_key(|&task| task != goes_on);
            if self.preemptions == self.most_preemptions {
                self.left_out |= choices.len() > 1;
                choices.truncate(1);
            }
        }
        choices
    }
}

impl Decision {
    fn is_last(&self) -> bool {
        self.chosen + 1 == self.choices.len()
    }
}

impl Scheduler for Bounded {
    /// The next schedule differs from the last one as late as possible.
    fn new_execution(&mut self) -> Option<Schedule> {
        if self.is_done() || self.schedules == self.most_schedules {
            return None;
        }
        while self.decisions.pop_if(|last| last.is_last()).is_some() {}
        if let Some(last) = self.decisions.last_mut() {
            last.chosen += 1;
        }
        self.schedules += 1;
        self.depth = 0;
        self.preemptions = 0;
        Some(Schedule::new(0))
    }

    fn next_task(
        &mut self,
        can_go: &[&Task],
        last: Option<TaskId>,
        yields: bool,
    ) -> Option<TaskId> {
        let goes_on = last.filter(|&last| !yields && can_go.iter().any(|task| task.id() == last));
        if self.depth == self.decisions.len() {
            let choices = self.choices(can_go, goes_on);
            self.decisions.push(Decision { choices, chosen: 0 });
        }
        let decision = &self.decisions[self.depth];
        let next = decision.choices[decision.chosen];
        assert!(
            can_go.iter().any(|task| task.id() == next),
            "two runs began with the same turns, and went on in different ways: something is kept from \
             one run to the next, perhaps in a `static`"
        );
        self.preemptions += usize::from(goes_on.is_some_and(|goes_on| goes_on != next));
        self.depth += 1;
        Some(next)
    }

    /// Not used: no story asks for a random number.
    fn next_u64(&mut self) -> u64 {
        0
    }
}
