//! 1.4 with the value in one file, `src/tiny.rs`: a number in shared memory, with a lock of its own.
//!
//! Try: remove the calls of `lock` and `unlock` from `update`, and run it a few times: the number
//! is below 80000. Put them back, print the error of `join` instead of using `?`, sleep in `update`
//! and kill the adder that sleeps (`kill -9`): the others wait forever. `Value` returns an error.

use std::process::ExitCode;

use common::{pid, say};
use ipc_shared::tiny::Value;
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

const CHILDREN: i64 = 4;
const TIMES: i64 = 20_000;

fn main() -> ExitCode {
    let about = "1.4 Value as a number and a lock in shared memory, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = Value::new(0)?;
    let mut children = Vec::new();
    for child in 0..CHILDREN {
        let number = number.clone();
        children.push(Process::start(format!("adder {child}"), move || {
            add(&number);
        })?);
    }
    for child in children {
        child.join()?;
    }
    say!("Number:{} of {}", number.get(), CHILDREN * TIMES);
    Ok(())
}

/// The target of each child.
fn add(number: &Value) {
    say!("Process ({}) adds {TIMES} times...", pid());
    for _ in 0..TIMES {
        number.update(|number| number + 1);
    }
    say!("Process ({}) is done.", pid());
}
