//! 2.1.2: a thread from a type.

use crate::error::StartError;
use crate::handle::{Thread, start};

/// A type whose values are work for a thread: data, and a `run` that works on it.
///
/// In Python a class derives from `Thread` and overrides `__init__` and `run`. Here the work and
/// the handle are separate values: before [`start`](Self::start) there is no thread whose methods
/// could be called, and a second start does not compile.
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
    /// The type of the value that `run` returns and a join passes on.
    type Output: Send + 'static;

    /// The name of the thread.
    fn name(&self) -> &str;

    /// The work, called once in the new thread.
    fn run(self) -> Self::Output;

    /// Starts a thread that calls [`run`](Self::run), and returns at once.
    ///
    /// # Errors
    /// Those of [`start`](crate::start()).
    fn start(self) -> Result<Thread<Self::Output>, StartError> {
        // No `move` is needed: `run` takes `self` by value, so the closure owns it.
        start(self.name().to_owned(), || self.run())
    }
}
