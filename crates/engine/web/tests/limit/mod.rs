//! The limit on every test of the clients.

use std::time::Duration;

/// The longest time that a test may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Runs `main` to its end, and ends the test program if that takes too long.
pub(crate) fn run_within<T>(main: impl Future<Output = T>) -> T {
    lesson_test::limited(LIMIT, || smol::block_on(main))
}
