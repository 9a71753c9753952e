//! Which tasks are accepted: all; later only those that iterators have promised; at last none.

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
    /// How many iterators may submit more tasks.
    feeds: usize,
}

impl Door {
    /// From now on only iterators that already exist may submit tasks.
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

    /// Whether a promised task is accepted.
    pub(crate) fn takes_promised(&self) -> bool {
        self.stage != Stage::Shut
    }

    /// Whether more tasks may come.
    pub(crate) fn expects_tasks(&self) -> bool {
        match self.stage {
            Stage::Open => true,
            Stage::Closed => self.feeds > 0,
            Stage::Shut => false,
        }
    }
}
