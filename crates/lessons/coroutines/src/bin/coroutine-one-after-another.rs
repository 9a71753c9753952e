//! Mistake B42: the tasks call a client that blocks. All tasks share one thread, so no other
//! task has a turn meanwhile: the visits are made one after the other, and the times add up.
//! Python's `monkey.patch_all` hides this, until a programmer forgets it.
//!
//! Right: `src/main.rs`. There `fetch(...).await` shows where the task waits.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::say;
use coroutines::{Task, joinall, run, spawn};
use lesson::{Lesson, StoryResult};
use web::{FetchError, Limits, PageServer, fetch_blocking};

/// How long the server takes over each page, at any --pace.
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B42: tasks that block their thread",
    )
    .run(story)
}

fn story() -> StoryResult {
    let server = PageServer::start_with([PAUSE; 3])?;
    let begin = Instant::now();
    let visits = server.urls().into_iter().map(|url| -> Task<_> {
        let name = url.clone();
        spawn(name, visit(url))
    });
    for result in run(joinall(visits.collect())) {
        result??;
    }
    let took = begin.elapsed().as_secs_f64();
    say!("Three pages of 0.1 s each took {took:.1} s, and not 0.1 s.");
    Ok(())
}

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    // No await in sight: this task keeps the thread until the page is here.
    let page = fetch_blocking(&url, Limits::default())?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
