//! A program without a thread or a descriptor for its waits. In processes of their own: smol's
//! resources stay until the end of a process, and the limit on threads counts those of a user.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::panic::catch_unwind;

use coroutines::run;
use lesson_test::with_limit;
use nix::sys::resource::Resource;
use nix::unistd::{Uid, getuid, setuid};

lesson_test::forking_tests![
    without_a_thread_to_wait_with_run_panics_and_names_the_remedy,
    without_a_descriptor_to_wait_with_run_panics_and_names_the_remedy,
];

/// Runs a program at a limit: it has to end by one panic, which can be caught.
fn refused(resource: Resource, limit: u64) -> String {
    let panicked = with_limit(resource, limit, || catch_unwind(|| run(async {})));
    let text = panicked.unwrap_err().downcast::<String>();
    *text.unwrap()
}

fn without_a_thread_to_wait_with_run_panics_and_names_the_remedy() {
    if getuid().is_root() {
        // The superuser has no such limit, and becomes a user that no other test is.
        setuid(Uid::from_raw(30_000 + common::pid() % 30_000)).unwrap();
    }
    let text = refused(Resource::RLIMIT_NPROC, 1);
    assert!(text.contains("ulimit -u"), "{text}");
}

fn without_a_descriptor_to_wait_with_run_panics_and_names_the_remedy() {
    let text = refused(Resource::RLIMIT_NOFILE, 6);
    assert!(text.contains("-n"), "{text}");
}
