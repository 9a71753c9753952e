//! The limit on every test of this crate, kept by a thread of its own: a test that blocks the
//! executor is ended too, and the limit does not stand on the code under test.

use std::time::Duration;

/// No test waits longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Runs `main` to its end, and ends the test program if that takes too long.
pub(crate) fn run_within<T>(main: impl Future<Output = T>) -> T {
    lesson_test::limited(LIMIT, || coroutines::run(main))
}
