//! Which tasks are accepted: all; then only those that iterators have promised; then none.

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    Closed,
    Shut,
}

#[derive(Debug, Default)]
pub(crate) struct Door {
    stage: Stage,
    /// How many iterators may bring more tasks.
    feeds: usize,
}

impl Door {
    /// From now on only iterators that were made before may bring tasks.
    pub(crate) fn close(&mut self) {
        self.stage = Stage::Closed;
    }

    pub(crate) fn shut(&mut self) {
        self.stage = Stage::Shut;
    }

    pub(crate) fn open_feed(&mut self) {
        self.feeds += 1;
    }

    pub(crate) fn close_feed(&mut self) {
        self.feeds -= 1;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Whether a task that was promised is accepted.
    pub(crate) fn takes_promised(&self) -> bool {
        self.stage != Stage::Shut
    }

    /// Whether any task may still come.
    pub(crate) fn expects_tasks(&self) -> bool {
        match self.stage {
            Stage::Open => true,
            Stage::Closed => self.feeds > 0,
            Stage::Shut => false,
        }
    }
}
