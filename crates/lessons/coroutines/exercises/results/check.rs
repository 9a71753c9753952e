//! The sizes of the pages, in the order of the addresses.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Pages, Program, Ran, main as judge, numbers, program};

fn main() -> ExitCode {
    judge(
        "coroutines/results",
        &[
            Check::new("size", "the size of a page is in the last line", size),
            Check::new("together", "it visits all addresses at once", together),
            Check::new(
                "order",
                "the sizes stand in the order of the addresses",
                order,
            ),
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
fn pages(purpose: &str, count: usize, patience: Duration) -> (Vec<usize>, Pages) {
    let sizes = numbers(purpose, count, 1..=60_000);
    let served: Vec<_> = sizes.iter().copied().map(Some).collect();
    (sizes, Pages::serve(&served, Duration::ZERO, patience))
}

fn with(pages: &Pages) -> Program {
    program!("coroutine-results-none").fetching(pages)
}

fn size() {
    let (sizes, pages) = pages("size", 1, PATIENCE);
    expect_sizes(&with(&pages).run(), &sizes);
}

/// On a busy machine visits may begin late: so a second server waits longer.
fn together() {
    let mut last = None;
    for patience in [PATIENCE, 4 * PATIENCE] {
        let (_, pages) = pages("together", 4, patience);
        let ran = with(&pages).run();
        ran.expect_code(0);
        if pages.were_together() {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        ran.fault(
            "The server was asked for the next page only after it had answered another one: the \
             visits are made one after the other.",
        )
        .raise();
    }
}

fn order() {
    for count in [2, 5, 12] {
        let (sizes, pages) = pages("order", count, PATIENCE);
        expect_sizes(&with(&pages).run(), &sizes);
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
                 and with it exit code 1. It is 0, and the last line {:?}.",
                last_line(&ran)
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
    let run = |pause| with(&Pages::serve(&served, pause, PATIENCE)).run();
    let usual = run(Duration::ZERO);
    expect_sizes(&usual, &sizes);
    let took = Duration::from_nanos(usual.run.length());
    let ran = run(Duration::from_secs(2) + took.min(Duration::from_secs(5)));
    expect_sizes(&ran, &sizes);
    ran.expect_sleeping_since(&usual);
}

fn chaos() {
    for seed in 1..=6 {
        let (sizes, pages) = pages("chaos", 4, PATIENCE);
        expect_sizes(&with(&pages).chaos(seed).run(), &sizes);
    }
}

fn bare() {
    let (sizes, pages) = pages("bare", 3, PATIENCE);
    expect_sizes(&with(&pages).bare().run(), &sizes);
}

fn expect_sizes(ran: &Ran, sizes: &[usize]) {
    ran.expect_code(0);
    let expected = format!("{sizes:?}");
    ran.expect(last_line(ran) == expected, || {
        format!(
            "The last line should be {expected}, the sizes of the pages. It is {}",
            last_line(ran)
        )
    });
}

fn last_line(ran: &Ran) -> &str {
    ran.lines().last().copied().unwrap_or_default()
}
