//! Mistake B25: `value += 1` as a read and a write, each under the lock, but not both
//! together.
//!
//! In Python `v.value += 1` looks like one step, but is these two. Between them the others read the
//! same number, and all but one of the additions are lost. Right: `main.rs`, where `update` holds
//! the lock over both.

use std::error::Error;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use ipc_shared::Value;
use lesson::{Lesson, Operands, StoryResult, number};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4 Mistake B25: four children add 20 times each, and most is lost";
    let numbers = Operands {
        name: "CHILDREN TIMES BY MORE",
        help: "how many children, how often each adds, how much, how much more to an odd number (4 20 1 0)",
        most: 4,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(numbers, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let adders: usize = number(words.first(), 4, 100)?;
    let times = number(words.get(1), 20, 10_000)?;
    let by = number(words.get(2), 1, 1_000_000)?;
    let more = number(words.get(3), 0, 1_000_000)?;
    let plus = plus(by, more);
    let number = Value::new(0_usize)?;
    let mut children = Vec::new();
    for child in 0..adders {
        let number = number.clone();
        children.push(Process::start(format!("adder {child}"), move || {
            add(&number, times, slowly(plus))
        })?);
    }
    for child in children {
        child.join()?;
    }
    let sum = (0..adders * times).fold(0, |number, _| plus(number));
    say!("Number:{} instead of {sum}", number.get()?);
    Ok(())
}

/// Replaces the number by the result of `plus`, `times` times. Should lose no addition that another
/// process makes meanwhile.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        let before = number.get()?;
        // The mistake: other processes can change the number here.
        number.set(plus(before))?;
    }
    Ok(())
}

/// Returns an addition of `by`, and of `more` to an odd number.
fn plus(by: usize, more: usize) -> impl Fn(usize) -> usize + Copy {
    move |number| number + by + number % 2 * more
}

/// Makes an addition slow, so that the mistake shows in every run.
fn slowly(plus: impl Fn(usize) -> usize) -> impl Fn(usize) -> usize {
    move |number| {
        sleep(Duration::from_millis(1));
        plus(number)
    }
}
