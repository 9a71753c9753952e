//! Replays a schedule.

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use crate::path::Path;

/// One schedule, turn by turn. If the story has changed since, and the thread of a turn cannot go
/// on, another thread does.
#[derive(Debug)]
pub(crate) struct Replay {
    path: Path,
    depth: usize,
    done: bool,
}

impl Replay {
    pub(crate) fn new(path: Path) -> Self {
        Self {
            path,
            depth: 0,
            done: false,
        }
    }
}

impl Scheduler for Replay {
    fn new_execution(&mut self) -> Option<Schedule> {
        let first = !std::mem::replace(&mut self.done, true);
        first.then(|| Schedule::new(0))
    }

    fn next_task(&mut self, can_go: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        let wanted = self.path.turns().get(self.depth);
        self.depth += 1;
        let mut tasks = can_go.iter().map(|task| task.id());
        let found = tasks.find(|&task| Some(&usize::from(task)) == wanted);
        found.or_else(|| can_go.first().map(|task| task.id()))
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
