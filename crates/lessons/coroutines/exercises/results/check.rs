//! The sizes of the pages, in the order of the addresses.

use std::process::ExitCode;

use check::{Check, Fetching, Pages, Ran, main as judge, program};

fn main() -> ExitCode {
    judge(
        "coroutines/results",
        &[
            Check::new("size", "the size of a page is in the last line", || {
                FETCHING.any_number(&[1])
            }),
            Check::new("together", "it visits all addresses at once", || {
                FETCHING.together()
            }),
            Check::new(
                "order",
                "the sizes are in the order of the addresses",
                || FETCHING.any_number(&[2, 5, 70]),
            ),
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
    program: |pages| program!("coroutine-results-none").fetching(pages),
    holds: |ran, sizes, _| expect_sizes(ran, sizes),
    fails: expect_its_address,
};

/// An error need not name an address; but if it names some, the one of the page that failed is among them.
fn expect_its_address(ran: &Ran, failing: usize, pages: &Pages) {
    let urls = pages.urls();
    let begin = ran
        .err
        .rfind("coroutine-results-none: ")
        .unwrap_or_default();
    let complaint = &ran.err[begin..];
    let is_named = |url: &String| complaint.contains(url.as_str());
    ran.expect(
        is_named(&urls[failing]) || !urls.iter().any(is_named),
        || {
            format!(
                "The page {} could not be fetched, but the error names another one:\n  {complaint}",
                urls[failing]
            )
        },
    );
}

fn expect_sizes(ran: &Ran, sizes: &[usize]) {
    ran.expect_code(0);
    let expected = format!("{sizes:?}");
    ran.expect(last_line(ran) == expected, || {
        format!(
            "The last line should be {expected}, the sizes of the pages in bytes. It is {}",
            last_line(ran)
        )
    });
}

fn last_line(ran: &Ran) -> &str {
    ran.lines().last().copied().unwrap_or_default()
}
