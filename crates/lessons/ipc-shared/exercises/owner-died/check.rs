//! The process after a dead owner looks at what it left, puts it right, and only then lets others in.

use std::process::ExitCode;

use check::{Check, Program, Ran, main as judge, numbers, program};
use ipc_shared::LockError;

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
            Check::new(
                "held",
                "a caller that holds the lock itself gets an error",
                held,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

/// What the accounts hold when their owner is killed, and what should be in them in total.
#[derive(Clone, Copy)]
struct Left {
    accounts: [usize; 2],
    total: usize,
}

/// An owner that is killed when it has taken `amount` from the first account. The second one has `second`.
fn left(total: usize, amount: usize, second: usize) -> Left {
    let accounts = [total - second - amount, second];
    Left { accounts, total }
}

/// `menders` children put the accounts right, and `others` only look.
fn with(left: Left, menders: usize, others: usize) -> Program {
    with_holders(left, menders, others, 0)
}

/// After them, `holders` children each put the accounts right while they hold the lock.
fn with_holders(left: Left, menders: usize, others: usize, holders: usize) -> Program {
    let Left { accounts, total } = left;
    let amount = total - accounts[0] - accounts[1];
    let words = [total, amount, menders, others, accounts[1], holders];
    program!("value-owner-died").with(words.map(|number| number.to_string()))
}

fn right() {
    let most = u32::MAX as usize;
    let mut all = vec![left(1000, 100, 0), left(700, 700, 0), left(700, 300, 400)];
    all.extend([left(most, most / 2, 70_000), left(70_000, 66_000, 3)]);
    let totals = numbers("right", 3, 500..=5000).into_iter();
    all.extend(totals.map(|total| left(total, total / 3, total / 7)));
    for left in all {
        expect_right(&with(left, 1, 0).run(), left);
    }
}

fn found() {
    let mut totals = numbers("found", 3, 500..=5000);
    totals.push(u32::MAX as usize);
    for total in totals {
        let left = left(total, total / 4, total / 5);
        let ran = with(left, 1, 0).run();
        expect_right(&ran, left);
        expect_found(&ran, left);
    }
}

fn nothing_missing() {
    for (total, second) in [(0, 0), (1, 0), (800, 0), (800, 300)] {
        let left = left(total, 0, second);
        let ran = with(left, 1, 0).run();
        expect_right(&ran, left);
        let found = found_in(&ran, total).len();
        ran.expect(found == 0, || {
            "The owner was killed before it had changed anything, but something was found missing."
                .to_owned()
        });
    }
}

fn once() {
    for seed in 1..=10 {
        let left = left(900, 90, 200);
        let ran = with(left, 4, 0).chaos(seed).run();
        expect_right(&ran, left);
        expect_found(&ran, left);
    }
}

/// The others try to take the lock all the time, until they get it.
fn others() {
    for seed in 1..=20 {
        let left = left(600, 50, 0);
        let ran = with(left, 2, 3).chaos(seed).run();
        expect_right(&ran, left);
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

fn held() {
    let left = left(300, 20, 50);
    let ran = with_holders(left, 1, 0, 2).run();
    expect_right(&ran, left);
    let lines = said(&ran).into_iter();
    let got: Vec<_> = lines
        .filter_map(|line| line.strip_prefix("A process that holds the lock gets: "))
        .collect();
    let expected = LockError::AlreadyHeld.to_string();
    ran.expect(got == [&expected; 2], || {
        format!(
            "Two processes called it while they held the lock themselves. Each should get \
             LockError::AlreadyHeld: \"{expected}\". They got: {got:?}."
        )
    });
}

/// Without a log, a line of the student's own may be the same as one of the parent's.
fn bare() {
    let left = left(400, 30, 100);
    let ran = with(left, 2, 2).bare().run();
    expect_right(&ran, left);
    let mut found = found_in(&ran, left.total);
    found.dedup();
    expect_one(&ran, left, &found);
}

/// Checks the last line, for which the parent reads the accounts once more.
fn expect_right(ran: &Ran, left: Left) {
    let Left { accounts, total } = left;
    let [one, other] = accounts;
    let expected = format!("Total:{total} of {one} + {}", total - one);
    let last = said(ran).last().copied().unwrap_or_default().to_owned();
    ran.expect(ran.code == Some(0) && last == expected, || {
        let said = if ran.code == Some(0) { &last } else { &ran.err };
        format!(
            "When the owner is killed, the accounts hold {one} and {other}, but the total is {total}. \
             So the last line should be \"{expected}\". The program printed: {}",
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

/// The values that the calls returned, as the parent prints them. Without a log, its lines are known by their
/// whole form.
fn found_in(ran: &Ran, total: usize) -> Vec<&str> {
    let end = format!(", which is not {total}.");
    let lines = said(ran).into_iter();
    lines
        .filter_map(|line| line.strip_prefix("Found ")?.strip_suffix(&end))
        .collect()
}

fn expect_found(ran: &Ran, left: Left) {
    expect_one(ran, left, &found_in(ran, left.total));
}

fn expect_one(ran: &Ran, left: Left, found: &[&str]) {
    let [one, other] = left.accounts;
    let expected = format!("{one} + {other}");
    ran.expect(found == [expected.as_str()], || {
        format!("One call was expected to return {expected:?}. The calls returned: {found:?}.")
    });
}
