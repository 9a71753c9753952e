//! All visits are made at once: a task that waits for its page leaves the thread to the others.

use std::process::ExitCode;

use check::{Check, Fetching, Pages, Ran, main as judge, program};

fn main() -> ExitCode {
    judge(
        "coroutines/one-after-another",
        &[
            Check::new("page", "a page is fetched, and its size told", || {
                FETCHING.any_number(&[1])
            }),
            Check::new(
                "together",
                "all visits have begun before the first page is there",
                || FETCHING.together(),
            ),
            Check::new("pages", "so is each of many", || {
                FETCHING.any_number(&[4, 12])
            }),
            Check::new("failure", "it fails when a page cannot be fetched", || {
                FETCHING.failure()
            }),
            Check::new(
                "slow",
                "it waits for the pages, however long they take",
                || FETCHING.slow(),
            ),
            Check::new("chaos", "it holds in whatever order the tasks run", || {
                FETCHING.chaos()
            }),
            Check::new("bare", "it holds when nothing is recorded", || {
                FETCHING.bare()
            }),
        ],
    )
}

const FETCHING: Fetching = Fetching {
    program: |pages| program!("coroutine-one-after-another").fetching(pages),
    holds: expect_pages,
};

/// The sizes are known to the server alone.
fn expect_pages(ran: &Ran, sizes: &[usize], pages: &Pages) {
    ran.expect_code(0);
    for (size, url) in sizes.iter().zip(pages.urls()) {
        let line = format!("{size} bytes received from {url}.");
        let times = ran.lines().iter().filter(|its| **its == line).count();
        ran.expect(times == 1, || {
            format!("The line {line:?} was expected once, and is there {times} times.")
        });
    }
}
