//! Mistake B25: `value += 1` as a read and a write, each under the lock, but not both
//! together.
//!
//! In Python `v.value += 1` looks like one step and is these two. Between them the others read
//! the same number, and all but one of the additions are lost. Right: `main.rs`, where `update`
//! holds the lock over both.

use std::error::Error;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use ipc_shared::Value;
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4 Mistake B25: four children add 20 times each, and most is lost";
    let numbers = Operands {
        name: "CHILDREN TIMES",
        help: "how many children, and how often each adds (4 20)",
        most: 2,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(numbers, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let mut numbers = words.iter().map(|word| word.parse::<usize>());
    let adders = numbers.next().unwrap_or(Ok(4))?;
    let times = numbers.next().unwrap_or(Ok(20))?;
    let number = Value::new(0_usize)?;
    let mut children = Vec::new();
    for child in 0..adders {
        let number = number.clone();
        children.push(Process::start(format!("adder {child}"), move || {
            add(&number, times)
        })?);
    }
    for child in children {
        child.join()?;
    }
    say!("Number:{} instead of {}", number.get()?, adders * times);
    Ok(())
}

/// Replaces the number by what `plus_one` makes of it, `times` times. What the others add meanwhile
/// is not lost.
fn add(number: &Value<usize>, times: usize) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        let before = number.get()?;
        // The mistake is that anything can happen here.
        number.set(plus_one(before))?;
    }
    Ok(())
}

/// An addition that takes its time, so that it happens surely.
fn plus_one(number: usize) -> usize {
    sleep(Duration::from_millis(1));
    number + 1
}
