//! 2.1.2: a thread from a type.

use crate::error::StartError;
use crate::handle::{Thread, start};

/// A type whose values are work for a thread: data of its own, and a `run` that works on it.
///
/// This is what Python does by deriving from `Thread` and overriding `__init__` and `run`. Here
/// the work and the handle are two things: before [`start`](Self::start) there is no thread that
/// could be asked anything, and a second start cannot be written.
///
/// ```
/// use threads::Run;
///
/// struct Double(u32);
///
/// impl Run for Double {
///     type Output = u32;
///
///     fn name(&self) -> &str {
///         "Double"
///     }
///
///     fn run(self) -> u32 {
///         self.0 * 2
///     }
/// }
///
/// assert_eq!(Double(21).start()?.join()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Run: Sized + Send + 'static {
    /// What `run` gives, and a join hands on.
    type Output: Send + 'static;

    /// The name of the thread.
    fn name(&self) -> &str;

    /// The work, called once in the new thread.
    fn run(self) -> Self::Output;

    /// Starts a thread that calls [`run`](Self::run), and returns at once.
    ///
    /// # Errors
    /// As [`start`](crate::start()).
    fn start(self) -> Result<Thread<Self::Output>, StartError> {
        start(self.name().to_owned(), || self.run())
    }
}
