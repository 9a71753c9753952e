//! 1.4 of the notes, which names Value and Array but never shows them: four children share one
//! number and one array.

use std::error::Error;
use std::process::ExitCode;

use common::{pid, say, turns};
use ipc_shared::{Array, Value};
use lesson::{Lesson, StoryResult}; // `Lesson` is the command line; the story is what the program does.
use multiprocess::Process;

const CHILDREN: usize = 4;
/// Additions of each child; fewer in a recorded run, because a picture has no room for 20,000.
const TIMES: usize = 20_000;

fn main() -> ExitCode {
    let about = "1.4 Value and Array: four children share one number and one array";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = Value::new(0_usize)?;
    let counts = Array::zeroed(CHILDREN)?;
    let mut children = Vec::new();
    for child in 0..CHILDREN {
        // `move` takes a handle each, all to the same memory; an ordinary number would be copied.
        let (number, counts) = (number.clone(), counts.clone());
        let name = format!("adder {child}");
        children.push(Process::start(name, move || add(child, &number, &counts))?);
    }
    for child in children {
        child.join()?;
    }
    say!("Number:{}, counts:{:?}", number.get()?, counts.to_vec()?);
    Ok(())
}

/// The target of each child.
fn add(child: usize, number: &Value<usize>, counts: &Array<usize>) -> Result<(), Box<dyn Error>> {
    let times = turns(TIMES);
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        number.update(|number| *number += 1)?;
    }
    counts.set(child, times)?;
    say!("Process ({}) is done.", pid());
    Ok(())
}
