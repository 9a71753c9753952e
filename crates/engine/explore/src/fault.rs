//! What is found wrong in a run.

use crate::log::Step;
use crate::path::Path;

/// How a run goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The story, or one of its threads, panicked.
    Panic,
    /// Every thread that is left waits.
    Deadlock,
    /// It had not ended after many more turns than a story needs.
    NoEnd,
    /// One of its threads went on and on, and there was no more turn.
    NoTurn,
}

/// What was found wrong, and how to see it again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Of what kind it is.
    pub wrong: Wrong,
    /// What the story said when it failed.
    pub what: String,
    /// What its threads had done until then.
    pub steps: Vec<Step>,
    /// The schedule, for [`replay`](crate::replay()).
    pub path: Path,
}
