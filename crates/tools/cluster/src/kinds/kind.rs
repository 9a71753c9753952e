//! One kind of task: how words become arguments, how a task runs, and what is shown.

use scheduler::task::TaskOutcome;

/// What is shown of a batch.
pub(crate) enum Shown {
    /// A line for each task, or some lines for all.
    Lines(Vec<String>),
    /// A file, and the extension of its name.
    File(Vec<u8>, &'static str),
}

/// Turns words of the command line into the arguments of tasks.
pub(super) type Split = Box<dyn Fn(&[String]) -> Result<Vec<Vec<u8>>, String> + Send + Sync>;
pub(super) type Run = Box<dyn Fn(&[u8]) -> TaskOutcome + Send + Sync>;
pub(super) type Show = Box<dyn Fn(&[Vec<u8>]) -> Result<Shown, String> + Send + Sync>;

/// A kind of task.
pub(super) struct Kind {
    pub(super) split: Split,
    pub(super) run: Run,
    /// Gets the results of all tasks, in their order.
    pub(super) show: Show,
    /// Whether the results become a file.
    pub(super) makes_file: bool,
    pub(super) help: &'static str,
}
