//! One kind of task: how its arguments come from words, what is done, and what is shown.

use scheduler::task::TaskOutcome;

/// What a batch comes to.
pub(crate) enum Shown {
    /// A line for each task, or some for all.
    Lines(Vec<String>),
    /// A file, and the ending of its name.
    File(Vec<u8>, &'static str),
}

/// The words of the command line, as the arguments of tasks.
pub(super) type Split = Box<dyn Fn(&[String]) -> Result<Vec<Vec<u8>>, String> + Send + Sync>;
pub(super) type Run = Box<dyn Fn(&[u8]) -> TaskOutcome + Send + Sync>;
pub(super) type Show = Box<dyn Fn(&[Vec<u8>]) -> Result<Shown, String> + Send + Sync>;

/// A kind of task.
pub(super) struct Kind {
    pub(super) split: Split,
    pub(super) run: Run,
    /// The results of all tasks, in their order.
    pub(super) show: Show,
    pub(super) help: &'static str,
}
