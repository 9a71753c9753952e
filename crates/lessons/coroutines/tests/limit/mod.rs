//! The limit on every test of this crate, enforced by a thread of its own: it also ends a test that
//! blocks the executor, and does not depend on the code under test.

use std::time::Duration;

/// The longest time that a test may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Runs `main` to its end, and ends the test program if that takes too long.
pub(crate) fn run_within<T>(main: impl Future<Output = T>) -> T {
    lesson_test::limited(LIMIT, || coroutines::run(main))
}
