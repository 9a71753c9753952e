//! Mistake B44: to think that `spawn` runs a task, and that `joinall` merely "adds" it. In fact
//! `spawn` adds it, and no task runs before the program waits. This program never waits: its tasks
//! are dropped before any of them has begun.
//!
//! Right: `src/main.rs`, which waits for its tasks.

use std::process::ExitCode;

use common::say;
use coroutines::{run, spawn};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B44: tasks that are not waited for",
    )
    .run(story)
}

fn story() -> StoryResult {
    run(async {
        let _tasks = ["url_1", "url_2"].map(|url| spawn(url, visit(url)));
        say!("Two tasks were spawned. Nothing has run yet.");
    });
    say!("And now nothing will.");
    Ok(())
}

async fn visit(url: &str) {
    say!("Visit --> {url}");
}
