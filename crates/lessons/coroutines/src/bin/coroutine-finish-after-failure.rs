//! Mistake B41: "finish" stands after the `match`, instead of in its branch for success. So a page
//! that never came is reported as finished.
//!
//! Right: `src/bin/coroutine-pool.rs`. There `?` leaves the task before that line.

use std::process::ExitCode;

use common::say;
use coroutines::run;
use lesson::{Lesson, StoryResult};
use web::{Limits, fetch};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B41: finish is printed after a failure",
    )
    .run(story)
}

fn story() -> StoryResult {
    // A port of this machine where nothing listens.
    run(visit("http://127.0.0.1:1/github"));
    Ok(())
}

async fn visit(url: &str) {
    say!("Visit --> {url}");
    match fetch(url, Limits::default()).await {
        Ok(page) => say!("{} bytes received from {url}.", page.len()),
        Err(error) => say!("{error}"),
    }
    say!("url:{url} --->finish");
}
