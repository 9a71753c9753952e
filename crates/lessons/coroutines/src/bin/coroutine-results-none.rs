//! Mistake B40: the task prints what it found and returns nothing, so map has nothing to give:
//! Python's `[None, None, None]` is Rust's `[(), (), ()]`.
//!
//! Right: `src/bin/coroutine-pool.rs`. The task returns the size, and map gives the sizes.

use std::process::ExitCode;

use common::say;
use coroutines::{Pool, run};
use lesson::{Lesson, StoryResult};
use web::{Limits, PageServer, fetch};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B40: tasks that return nothing",
    )
    .run(story)
}

fn story() -> StoryResult {
    let server = PageServer::start()?;
    let results = run(Pool::unbounded().map(server.urls(), visit))?;
    say!("{results:?}");
    Ok(())
}

async fn visit(url: String) {
    say!("Visit --> {url}");
    match fetch(&url, Limits::default()).await {
        Ok(page) => say!("{} bytes received from {url}.", page.len()),
        Err(error) => say!("{error}"),
    }
}
