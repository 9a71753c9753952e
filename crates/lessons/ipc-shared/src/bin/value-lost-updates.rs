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
        name: "CHILDREN TIMES BY",
        help: "how many children, how often each adds, and how much (4 20 1)",
        most: 3,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(numbers, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let adders: usize = number(words.first(), 4, 100)?;
    let times = number(words.get(1), 20, 10_000)?;
    let by = number(words.get(2), 1, 1_000_000)?;
    let plus = slowly_plus(by);
    let number = Value::new(0_usize)?;
    let mut children = Vec::new();
    for child in 0..adders {
        let number = number.clone();
        children.push(Process::start(format!("adder {child}"), move || {
            add(&number, times, plus)
        })?);
    }
    for child in children {
        child.join()?;
    }
    say!(
        "Number:{} instead of {}",
        number.get()?,
        adders * times * by
    );
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

/// Returns a slow addition, so that the mistake shows in every run.
fn slowly_plus(by: usize) -> impl Fn(usize) -> usize + Copy {
    move |number| {
        sleep(Duration::from_millis(1));
        number + by
    }
}
