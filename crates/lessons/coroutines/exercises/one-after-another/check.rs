//! All visits are made at the same time: while a task waits for its page, the others have the thread.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Fetching, Pages, Program, Ran, Served, main as judge, numbers, program};

fn main() -> ExitCode {
    judge(
        "coroutines/one-after-another",
        &[
            Check::new("page", "it fetches a page, and prints its size", || {
                FETCHING.any_number(&[1])
            }),
            Check::new(
                "together",
                "all visits begin before the first page has come",
                || FETCHING.together(),
            ),
            Check::new("pages", "it fetches each of several pages", || {
                FETCHING.any_number(&[4, 70]);
                FETCHING.moved();
            }),
            Check::new("empty", "an empty page is no error", || FETCHING.empty()),
            Check::new("twice", "an address may be given twice", || {
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
            Check::new(
                "goes-on",
                "while one page is on its way, the visits to the others go on",
                goes_on,
            ),
            Check::new("chaos", "it works in whatever order the tasks run", || {
                FETCHING.chaos()
            }),
            Check::new("bare", "it works when nothing is recorded", || {
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

/// Only the server knows the sizes. An address that is given twice has two lines.
fn expect_pages(ran: &Ran, sizes: &[usize], pages: &Pages) {
    ran.expect_code(0);
    let urls = pages.urls();
    for (size, url) in sizes.iter().zip(&urls) {
        let line = received(*size, url);
        let expected = urls.iter().filter(|its| *its == url).count();
        let times = ran.lines().iter().filter(|its| **its == line).count();
        ran.expect(times == expected, || {
            format!(
                "The line {line:?} was expected {expected} times, once for each time the address is \
                 given, but was printed {times} times."
            )
        });
    }
}

/// The program's line for a page that was received.
fn received(size: usize, url: &str) -> String {
    format!("{size} bytes received from {url}.")
}

/// Checks that no line reports that a page was received that could not be fetched.
fn expect_no_page(ran: &Ran, failing: usize, pages: &Pages) {
    let end = format!(" bytes received from {}.", pages.urls()[failing]);
    let is_its = |line: &&&str| {
        let size = line.strip_suffix(&end);
        size.is_some_and(|size| size.parse::<usize>().is_ok())
    };
    let lines = ran.lines();
    let line = lines.iter().find(is_its);
    ran.expect(line.is_none(), || {
        format!(
            "This page could not be fetched, but the program printed the line {:?}.",
            line.copied().unwrap_or_default()
        )
    });
}

fn goes_on() {
    goes_on_without(|program| program);
    // Then the visit to the late page begins last, perhaps inside of the others.
    goes_on_without(Program::in_opposite_order);
}

/// The first page comes long after all others. The visits to these should have ended by then.
fn goes_on_without(in_order: fn(Program) -> Program) {
    let sizes = numbers("goes on", 5, 1..=200_000);
    let mut served: Vec<_> = sizes.iter().copied().map(Served::Whole).collect();
    served[0] = Served::Late(sizes[0]);
    let pages = Pages::serve(&served, Duration::ZERO, Duration::from_secs(2));
    let ran = in_order((FETCHING.program)(&pages)).run();
    expect_pages(&ran, &sizes, &pages);
    let urls = pages.urls();
    let lines = ran.lines();
    // Whole lines: the body may print lines of its own that have these words.
    let theirs = sizes.iter().zip(&urls);
    let theirs: Vec<String> = theirs.map(|(size, url)| received(*size, url)).collect();
    let visits = lines
        .iter()
        .filter(|line| theirs.iter().any(|its| its == *line));
    let last = visits.last().copied().unwrap_or_default();
    ran.expect_in_time(last.ends_with(&format!("{}.", urls[0])), || {
        format!(
            "The page {} came a second after all others, but {last:?} was printed after it: while one visit waits \
             for its page, it keeps the thread.",
            urls[0]
        )
    });
}
