//! 1.2 of the notes (the Python study notes that this course follows; see its README): a parent
//! starts five children and waits for each of them.

use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult}; // The command line of every lesson; a story: what a program does.
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.2 Process: a parent starts five children, and waits for each of them";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Parent Process {}.", pid());
    let mut children = Vec::new();
    for number in 0..5 {
        say!("Process will start");
        let name = number.to_string();
        children.push(Process::start(name.clone(), move || run_child(&name))?);
    }
    for child in children {
        // A failure ends the story here; the remaining handles are dropped, which kills their children.
        child.join()?;
    }
    say!("Process end.");
    Ok(())
}

/// The target of each child.
fn run_child(name: &str) {
    say!("Child process {name} ({}) Running...", pid());
}
