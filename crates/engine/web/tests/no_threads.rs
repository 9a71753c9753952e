//! The servers and clients when the system has no thread for them. In processes of their own: the
//! limit on threads counts those of a user, so these tests become a user that has no others.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use lesson_test::{Case, with_limit};
use nix::sys::resource::Resource;
use nix::unistd::{Uid, getuid, setuid};
use smol::future::yield_now;
use web::{Limits, PageServer, fetch, get};

fn main() -> ExitCode {
    // The resources that smol needs to wait stay until the end of the process.
    smol::block_on(yield_now());
    lesson_test::run_cases(CASES)
}

const CASES: &[Case] = &[
    (
        "x02_without_a_thread_no_server_starts_and_the_error_names_the_need",
        x02_without_a_thread_no_server_starts_and_the_error_names_the_need,
    ),
    (
        "x02_without_a_thread_to_block_in_a_fetch_and_a_lookup_are_errors",
        x02_without_a_thread_to_block_in_a_fetch_and_a_lookup_are_errors,
    ),
    (
        "x02_with_one_thread_to_block_in_all_pages_are_fetched",
        x02_with_one_thread_to_block_in_all_pages_are_fetched,
    ),
];

/// Calls `act` as a user that may start `more` threads. The superuser has no such limit, and
/// becomes a user that no other test is.
fn with_threads<T>(more: u64, act: impl FnOnce() -> T) -> T {
    if getuid().is_root() {
        setuid(Uid::from_raw(30_000 + common::pid() % 30_000)).unwrap();
    }
    with_limit(Resource::RLIMIT_NPROC, 1 + more, act)
}

/// Row X02.
fn x02_without_a_thread_no_server_starts_and_the_error_names_the_need() {
    let refused = with_threads(0, || PageServer::start_with([Duration::ZERO; 3]));
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("ulimit -u"), "{text}");
}

/// Row X02.
fn x02_without_a_thread_to_block_in_a_fetch_and_a_lookup_are_errors() {
    let limits = Limits::default();
    let (fetched, got) = with_threads(0, || {
        smol::block_on(async {
            let fetched = fetch("http://127.0.0.1:1/", limits).await;
            (fetched, get("http://localhost:1/", limits).await)
        })
    });
    for text in [
        fetched.unwrap_err().to_string(),
        got.unwrap_err().to_string(),
    ] {
        assert!(text.contains("ulimit -u"), "{text}");
    }
}

/// Row X02.
fn x02_with_one_thread_to_block_in_all_pages_are_fetched() {
    let is_root = getuid().is_root();
    // This server never answers, so the one thread is busy when the others come.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let limits = Limits {
        time: Duration::from_millis(50),
        ..Limits::default()
    };
    // smol's own thread is one of them.
    let failed = with_threads(2, || {
        smol::block_on(async {
            let all = smol::LocalExecutor::new();
            let tasks: Vec<_> = (0..20)
                .map(|_| all.spawn(fetch(url.clone(), limits)))
                .collect();
            all.run(async {
                let mut failed = Vec::new();
                for task in tasks {
                    failed.push(task.await.unwrap_err().to_string());
                }
                failed
            })
            .await
        })
    });
    assert_eq!(failed.len(), 20);
    if is_root {
        assert!(
            failed.iter().all(|text| text.contains("50ms")),
            "{failed:?}"
        );
    }
}
