//! The faults that are found in a run.

use crate::log::Step;
use crate::path::Path;

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The story, or one of its threads, panicked.
    Panic,
    /// Every thread that has not ended waits.
    Deadlock,
    /// The run had not ended after many more turns than a story needs.
    NoEnd,
    /// One of its threads went on and on without another turn.
    NoTurn,
}

/// A fault, with the steps to it and the schedule that shows it again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The kind of the fault.
    pub wrong: Wrong,
    /// The text of the panic, or of the fault.
    pub what: String,
    /// The steps of the threads until then.
    pub steps: Vec<Step>,
    /// The schedule, for [`replay`](crate::replay()).
    pub path: Path,
}
