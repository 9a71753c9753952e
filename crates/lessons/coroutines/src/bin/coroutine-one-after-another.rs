//! Mistake B42: the tasks call a client that blocks. All tasks share one thread, so no other task
//! has a turn meanwhile: the visits are made one after the other, and the times add up. Python's
//! `monkey.patch_all` hides this, until a programmer forgets it.
//!
//! See: three pages that take 0.1 s each take 0.3 s. Right: `src/main.rs`. There `fetch(...).await`
//! shows where the task waits.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::say;
use coroutines::{Task, joinall, run, spawn};
use lesson::{Lesson, Operands, StoryResult};
use web::{FetchError, Limits, PageServer, fetch_blocking};

/// How long the server takes for each page, at any --pace.
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let urls = Operands {
        name: "URL...",
        help: "fetch these (http or https) instead of the lesson's own three pages",
        most: 1000,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B42: tasks that block their thread",
    )
    .run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let server = PageServer::start_with([PAUSE; 3])?;
    let urls = if urls.is_empty() { server.urls() } else { urls };
    let begin = Instant::now();
    let visits = urls
        .iter()
        .map(|url| -> Task<_> { spawn(url.as_str(), visit(url.clone())) });
    for result in run(joinall(visits.collect())) {
        result??;
    }
    let (count, took) = (urls.len(), begin.elapsed().as_secs_f64());
    say!("The visits to {count} pages took {took:.1} s.");
    Ok(())
}

/// Fetches one page. Other tasks should have their turns meanwhile.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    // The mistake, and no await in sight: this task keeps the thread until the page is here.
    let page = fetch_blocking(&url, Limits::default())?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
