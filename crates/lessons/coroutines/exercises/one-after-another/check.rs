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
            Check::new("empty", "an empty page is a page, too", || FETCHING.empty()),
            Check::new("twice", "an address may be there twice", || {
                FETCHING.twice()
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
    fails: expect_no_page,
};

/// The sizes are known to the server alone. An address that is there twice has two lines.
fn expect_pages(ran: &Ran, sizes: &[usize], pages: &Pages) {
    ran.expect_code(0);
    let urls = pages.urls();
    for (size, url) in sizes.iter().zip(&urls) {
        let line = format!("{size} bytes received from {url}.");
        let expected = urls.iter().filter(|its| *its == url).count();
        let times = ran.lines().iter().filter(|its| **its == line).count();
        ran.expect(times == expected, || {
            format!(
                "The line {line:?} was expected {expected} times, once for each time the address is \
                 given, and is there {times} times."
            )
        });
    }
}

/// No line reports that a page was received that was not.
fn expect_no_page(ran: &Ran, url: &str) {
    let end = format!(" bytes received from {url}.");
    let is_its = |line: &&&str| {
        let size = line.strip_suffix(&end);
        size.is_some_and(|size| size.parse::<usize>().is_ok())
    };
    let lines = ran.lines();
    let line = lines.iter().find(is_its);
    ran.expect(line.is_none(), || {
        format!(
            "The server does not have this page, so nothing was received, and yet there is the line \
             {:?}.",
            line.copied().unwrap_or_default()
        )
    });
}
