//! No addition is lost when several children add at once, and each addition is a step of its own.

use std::iter;
use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Program, Ran, main as judge, numbers, program};
use common::Kind;

/// The least time that an addition takes.
const ADDITION: Duration = Duration::from_millis(1);

fn main() -> ExitCode {
    judge(
        "ipc-shared/lost-updates",
        &[
            Check::new("number", "no addition is lost", number),
            Check::new(
                "steps",
                "each addition is a step of its own, from the number before it",
                steps,
            ),
            Check::new("pause", "each addition takes its time", pause),
            Check::new(
                "any-number",
                "it works with other numbers of children and additions",
                any,
            ),
            Check::new(
                "stopped",
                "no addition is lost when a child is stopped in the middle of one",
                stopped,
            ),
            Check::new(
                "chaos",
                "it works in whatever order the children run",
                chaos,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

/// The addition of a run.
#[derive(Clone, Copy)]
struct Plus {
    by: usize,
    /// How much more is added to an odd number.
    more: usize,
}

const ONE: Plus = Plus { by: 1, more: 0 };

impl Plus {
    /// The numbers that the value takes after 0, one after the other.
    fn numbers(self) -> impl Iterator<Item = usize> {
        let next = move |number: &usize| Some(number + self.by + number % 2 * self.more);
        iter::successors(Some(0), next).skip(1)
    }

    /// The number after this number of additions.
    fn sum(self, additions: usize) -> usize {
        let mut numbers = iter::once(0).chain(self.numbers());
        numbers.nth(additions).unwrap_or_default()
    }
}

fn with(adders: usize, times: usize) -> Program {
    adding(adders, times, ONE)
}

fn adding(adders: usize, times: usize, plus: Plus) -> Program {
    let words = [adders, times, plus.by, plus.more];
    program!("value-lost-updates").with(words.map(|number| number.to_string()))
}

fn number() {
    expect_number(with(4, 20).run().expect_code(0), 80);
}

/// Odd and even numbers take turns, so what `plus` adds to one number is wrong for the next one.
fn steps() {
    let [by, more] = numbers("how much", 2, 1..=4)[..] else {
        unreachable!("two were asked for");
    };
    let plus = Plus {
        by: 2 * by + 1,
        more: 2 * more,
    };
    let ran = adding(3, 12, plus).run();
    expect_number(ran.expect_code(0), plus.sum(36));
    expect_steps(&ran, 3, 12, plus);
}

/// A child that makes all of its additions runs for at least as long as they take.
fn pause() {
    let ran = with(3, 30).run();
    expect_number(ran.expect_code(0), 90);
    for lane in ran.run.lanes.iter().filter(|lane| lane.parent == Some(0)) {
        let times = lane.events.iter().map(|&event| ran.run.events[event].t);
        let lasted = times
            .clone()
            .max()
            .zip(times.min())
            .map(|(end, start)| end - start);
        let lasted = Duration::from_nanos(lasted.unwrap_or_default());
        ran.expect(lasted >= 30 * ADDITION, || {
            format!(
                "{} ran for {} ms, but 30 calls of `plus` take 30 ms or more. Without these pauses, \
                 even a wrong program usually prints the right number.",
                lane.name,
                lasted.as_millis()
            )
        });
    }
}

fn any() {
    let [adders, times] = numbers("any number", 2, 5..=9)[..] else {
        unreachable!("two were asked for");
    };
    // Of a hundred children, one that tries again often finds that another one was quicker.
    for (adders, times) in [(1, 1), (adders, times), (2, 60), (2, 0), (100, 3)] {
        let ran = with(adders, times).run();
        expect_number(ran.expect_code(0), adders * times);
        expect_steps(&ran, adders, times, ONE);
    }
}

/// Stops a child when it has written a number, for longer than a whole run takes. It has nearly always read
/// the next number then, and is adding to it.
fn stopped() {
    let usual = with(4, 10).run();
    for nth in [2, 12, 22] {
        let program = with(4, 10).when_recorded(Kind::Set, nth, usual.longer());
        let ran = program.run();
        expect_number(ran.expect_code(0), 40);
        expect_steps(&ran, 4, 10, ONE);
    }
}

fn chaos() {
    for seed in 1..=12 {
        let ran = with(6, 6).chaos(seed).run();
        expect_number(ran.expect_code(0), 36);
        expect_steps(&ran, 6, 6, ONE);
    }
}

fn bare() {
    for _ in 0..5 {
        expect_number(with(8, 8).bare().run().expect_code(0), 64);
    }
}

/// The parent prints the number when all children have ended; the student's code does not run there.
fn expect_number(ran: &Ran, sum: usize) {
    let last = ran.lines().last().copied().unwrap_or_default().to_owned();
    let number = last
        .strip_prefix("Number:")
        .and_then(|rest| rest.split(' ').next());
    ran.expect(number == Some(&sum.to_string()), || {
        format!("The children add {sum} in total, but the last line is {last:?}.")
    });
}

/// Checks the writes that the value itself records: each is the next number, and each child makes `times` of
/// them. A write that leaves the number as it is does not count as a step, such as an attempt that finds a
/// number other than the one that `plus` was called with.
fn expect_steps(ran: &Ran, adders: usize, times: usize, plus: Plus) {
    let events = ran.run.events.iter();
    let sets: Vec<_> = events.filter(|event| event.kind == Kind::Set).collect();
    let before = iter::once("0").chain(sets.iter().map(|set| &*set.what));
    let steps = sets.iter().zip(before);
    let sets: Vec<_> = steps
        .filter_map(|(set, before)| (*set.what != *before).then_some(*set))
        .collect();
    for (number, set) in plus.numbers().zip(&sets) {
        ran.expect(*set.what == number.to_string(), || {
            format!(
                "The value should become {}, {}, {} and so on. Where {number} should be written, {} \
                 writes {}.",
                plus.sum(1),
                plus.sum(2),
                plus.sum(3),
                ran.run.lanes[set.lane].name,
                set.what
            )
        });
    }
    for lane in 1..=adders {
        let its = sets.iter().filter(|set| set.lane == lane).count();
        let name = ran.run.lanes.get(lane).map_or("a child", |lane| &lane.name);
        ran.expect(its == times, || {
            format!(
                "{name} should write {times} times, each time the next number. It writes {its} times."
            )
        });
    }
}
