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
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4 Mistake B25: four children add 20 times each, and most is lost";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = Value::new(0_usize)?;
    let mut children = Vec::new();
    for child in 0..4 {
        let number = number.clone();
        children.push(Process::start(format!("adder {child}"), move || {
            add(&number)
        })?);
    }
    for child in children {
        child.join()?;
    }
    say!("Number:{} instead of 80", number.get()?);
    Ok(())
}

fn add(number: &Value<usize>) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds 20 times...", pid());
    for _ in 0..20 {
        let before = number.get()?;
        // The mistake is that anything can happen here. The pause makes it happen surely.
        sleep(Duration::from_millis(1));
        number.set(before + 1)?;
    }
    Ok(())
}
