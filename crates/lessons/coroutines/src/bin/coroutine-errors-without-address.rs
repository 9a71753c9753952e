//! Mistake B39: the error is printed without the address, and then ignored. The three error lines
//! are equal: which site failed? And the exit code reports success.
//!
//! Right: `src/main.rs`. The error names the address, the task returns it, and the program ends
//! with exit code 1.

use std::process::ExitCode;

use common::say;
use coroutines::{joinall, run, spawn};
use lesson::{Lesson, StoryResult};
use web::{Limits, fetch};

/// Ports of this machine where nothing listens.
const URLS: [&str; 3] = [
    "http://127.0.0.1:1/github",
    "http://127.0.0.1:2/python",
    "http://127.0.0.1:3/baidu",
];

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B39: errors that do not say whose they are",
    )
    .run(story)
}

fn story() -> StoryResult {
    run(async {
        let tasks = URLS.map(|url| spawn(url, visit(url)));
        let _nothing_in_there = joinall(tasks.into()).await;
    });
    Ok(())
}

async fn visit(url: &str) {
    say!("Visit --> {url}");
    match fetch(url, Limits::default()).await {
        Ok(page) => say!("{} bytes received from {url}.", page.len()),
        // `error` itself would name the address; the notes print only its source.
        Err(error) => say!("{}", error.source),
    }
}
