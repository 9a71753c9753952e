//! All visits are made at once: a task that waits for its page leaves the thread to the others.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Pages, Program, Ran, main as judge, numbers, program};

fn main() -> ExitCode {
    judge(
        "coroutines/one-after-another",
        &[
            Check::new("page", "a page is fetched, and its size told", page),
            Check::new(
                "together",
                "all visits have begun before the first page is there",
                together,
            ),
            Check::new("pages", "so is each of many", pages),
            Check::new("failure", "it fails when a page cannot be fetched", failure),
            Check::new(
                "slow",
                "it waits for the pages, however long they take",
                slow,
            ),
            Check::new("chaos", "it holds in whatever order the tasks run", chaos),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

/// How long a server waits for the rest of the visits when one has been made.
const PATIENCE: Duration = Duration::from_secs(2);

/// Pages of sizes that no program can guess.
fn serve(purpose: &str, count: usize, patience: Duration) -> (Vec<usize>, Pages) {
    let sizes = numbers(purpose, count, 1..=60_000);
    let served: Vec<_> = sizes.iter().copied().map(Some).collect();
    (sizes, Pages::serve(&served, Duration::ZERO, patience))
}

fn with(pages: &Pages) -> Program {
    program!("coroutine-one-after-another").fetching(pages)
}

/// What does not wait for it has ended before the page comes.
fn page() {
    let sizes = numbers("page", 1, 1..=60_000);
    let pages = Pages::serve(&[Some(sizes[0])], Duration::from_millis(300), PATIENCE);
    expect_pages(&with(&pages).run(), &sizes, &pages);
}

/// The server's word. On a busy machine visits may begin late: so a second server waits longer.
fn together() {
    let mut last = None;
    for patience in [PATIENCE, 4 * PATIENCE] {
        let (_, pages) = serve("together", 3, patience);
        let ran = with(&pages).run();
        ran.expect_code(0);
        if pages.were_together() {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        ran.fault(
            "The server was asked for the next page only after it had answered another one: while \
             a task waits for its page, no other task has a turn.",
        )
        .raise();
    }
}

fn pages() {
    for count in [4, 12] {
        let (sizes, pages) = serve("pages", count, PATIENCE);
        expect_pages(&with(&pages).run(), &sizes, &pages);
    }
}

fn failure() {
    for failing in 0..3 {
        let mut sizes = [Some(10), Some(20), Some(30)];
        sizes[failing] = None;
        let pages = Pages::serve(&sizes, Duration::ZERO, PATIENCE);
        let ran = with(&pages).run();
        ran.expect(ran.code != Some(0), || {
            format!(
                "The server does not have page {failing} of 0, 1 and 2, so an error was expected, \
                 and with it exit code 1. It is 0."
            )
        });
        ran.expect_code(1);
    }
}

/// Compares a run with one in which the pages come later than the whole first one took: what waits has
/// no more to do, and what sleeps instead of waiting sleeps too short.
fn slow() {
    let sizes = numbers("slow", 3, 1..=60_000);
    let served: Vec<_> = sizes.iter().copied().map(Some).collect();
    let run = |pause| {
        let pages = Pages::serve(&served, pause, PATIENCE);
        let ran = with(&pages).run();
        expect_pages(&ran, &sizes, &pages);
        ran
    };
    let usual = run(Duration::ZERO);
    let took = Duration::from_nanos(usual.run.length());
    let ran = run(Duration::from_secs(2) + took.min(Duration::from_secs(5)));
    ran.expect_sleeping_since(&usual);
}

fn chaos() {
    for seed in 1..=6 {
        let (sizes, pages) = serve("chaos", 4, PATIENCE);
        expect_pages(&with(&pages).chaos(seed).run(), &sizes, &pages);
    }
}

fn bare() {
    let (sizes, pages) = serve("bare", 3, PATIENCE);
    expect_pages(&with(&pages).bare().run(), &sizes, &pages);
}

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
