//! The number of `main.rs` without a lock: one integer can be changed in one step.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{pid, say};
use ipc_shared::AtomicValue;
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

const TIMES: usize = 20_000;

fn main() -> ExitCode {
    let about = "1.4 Value without a lock: four children add to one atomic integer";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = AtomicValue::new(AtomicUsize::new(0))?;
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
    say!("Number:{}", number.load(Ordering::Relaxed));
    Ok(())
}

fn add(number: &AtomicUsize) {
    say!("Process ({}) adds {TIMES} times...", pid());
    for _ in 0..TIMES {
        // Relaxed: no process concludes from the number that something else has been written. The
        // joins in `story` order the last load after all adds.
        number.fetch_add(1, Ordering::Relaxed);
    }
}
