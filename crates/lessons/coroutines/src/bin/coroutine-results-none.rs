//! Mistake B40: the task prints the size and returns nothing, so map has no values to return:
//! Python's `[None, None, None]` is Rust's `[(), (), ()]`.
//!
//! Right: `src/bin/coroutine-pool.rs`. The task returns the size, and map returns the sizes.

use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;

use common::say;
use coroutines::{Pool, run};
use lesson::{Lesson, Operands, StoryResult};
use web::{Limits, PageServer, fetch};

fn main() -> ExitCode {
    let urls = Operands {
        name: "URL...",
        help: "fetch these (http or https) instead of the lesson's own three pages",
        most: 1000,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B40: tasks that return nothing",
    )
    .run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let server = PageServer::start()?;
    let urls = if urls.is_empty() { server.urls() } else { urls };
    let sizes = visit_all(urls)?;
    say!("{sizes:?}");
    Ok(())
}

/// Visits all addresses at once. Returns the sizes of their pages, as a list in the order of the
/// addresses; an error, without a panic, if a page cannot be fetched.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    // The mistake: it returns nothing.
    async fn visit(url: String) {
        say!("Visit --> {url}");
        match fetch(&url, Limits::default()).await {
            Ok(page) => say!("{} bytes received from {url}.", page.len()),
            Err(error) => say!("{error}"),
        }
    }
    Ok(run(Pool::unbounded().map(urls, visit))?)
}
