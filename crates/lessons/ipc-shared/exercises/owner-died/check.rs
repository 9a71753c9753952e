//! The process after a dead owner looks at what it left, puts it right, and only then lets others in.

use std::process::ExitCode;

use check::{Check, Program, Ran, main as judge, numbers, program};

fn main() -> ExitCode {
    judge(
        "ipc-shared/owner-died",
        &[
            Check::new(
                "right",
                "the accounts have their total again, and the lock is free",
                right,
            ),
            Check::new("found", "what the dead owner left is returned", found),
            Check::new(
                "nothing-missing",
                "if nothing is missing, nothing is found, and the lock is free",
                nothing_missing,
            ),
            Check::new("once", "only one process finds something", once),
            Check::new(
                "others",
                "no other process can read the accounts before they are right",
                others,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

/// Its numbers: the total, the amount moved, how many children put it right, and how many only look.
fn with(all: [usize; 4]) -> Program {
    program!("value-owner-died").with(all.map(|number| number.to_string()))
}

fn right() {
    expect_right(&with([1000, 100, 1, 0]).run(), 1000, 100);
    for total in numbers("right", 3, 500..=5000) {
        expect_right(&with([total, total / 3, 1, 0]).run(), total, total / 3);
    }
    expect_right(&with([700, 700, 1, 0]).run(), 700, 700);
}

fn found() {
    for total in numbers("found", 3, 500..=5000) {
        let ran = with([total, total / 4, 1, 0]).run();
        expect_right(&ran, total, total / 4);
        expect_found(&ran, total, total / 4);
    }
}

fn nothing_missing() {
    for total in [0, 1, 800] {
        let ran = with([total, 0, 1, 0]).run();
        expect_right(&ran, total, 0);
        let found = found_in(&ran).len();
        ran.expect(found == 0, || {
            "The owner was killed before it had changed anything, but something was found missing."
                .to_owned()
        });
    }
}

fn once() {
    for seed in 1..=10 {
        let ran = with([900, 90, 4, 0]).chaos(seed).run();
        expect_right(&ran, 900, 90);
        expect_found(&ran, 900, 90);
    }
}

/// The others try to take the lock all the time, until they get it.
fn others() {
    for seed in 1..=20 {
        let ran = with([600, 50, 2, 3]).chaos(seed).run();
        expect_right(&ran, 600, 50);
        let lines = said(&ran).into_iter();
        let seen = lines.filter_map(|line| line.strip_prefix("Another process sees "));
        for seen in seen {
            ran.expect(seen == "550 + 50.", || {
                format!(
                    "Another process got the lock without an error, and read {seen} The total is \
                     600: the lock has to be held from the first look at the accounts until they \
                     are right."
                )
            });
        }
    }
}

fn bare() {
    let ran = with([400, 30, 2, 2]).bare().run();
    expect_right(&ran, 400, 30);
    expect_found(&ran, 400, 30);
}

/// Checks the last line, for which the parent reads the accounts once more.
fn expect_right(ran: &Ran, total: usize, amount: usize) {
    let expected = format!("Total:{total} of {} + {amount}", total - amount);
    let last = said(ran).last().copied().unwrap_or_default().to_owned();
    ran.expect(ran.code == Some(0) && last == expected, || {
        let said = if ran.code == Some(0) { &last } else { &ran.err };
        format!(
            "When the owner is killed, the accounts hold {} and 0, but the total is {total}. \
             So the last line should be \"{expected}\". The program printed: {}",
            total - amount,
            said.trim_end()
        )
    });
}

/// The lines of the parent, in which the student's code does not run.
fn said(ran: &Ran) -> Vec<&str> {
    if ran.run.events.is_empty() {
        return ran.lines();
    }
    let of_parent = ran.run.events.iter().filter(|event| event.lane == 0);
    of_parent
        .map(|event| &*event.say)
        .filter(|say| !say.is_empty())
        .collect()
}

/// The values that the calls returned, as the parent prints them.
fn found_in(ran: &Ran) -> Vec<&str> {
    let lines = said(ran).into_iter();
    lines
        .filter_map(|line| line.strip_prefix("Found "))
        .collect()
}

fn expect_found(ran: &Ran, total: usize, amount: usize) {
    let expected = format!("{} + 0, which is not {total}.", total - amount);
    let found = found_in(ran);
    ran.expect(found == [expected.as_str()], || {
        format!("One call was expected to return {expected:?}. The calls returned: {found:?}.")
    });
}
