//! 3: three pages at once, by spawn and joinall. The tasks share one thread. The HTTP client blocks, so
//! `fetch` leaves each page to a thread of its own, and its task waits.
//!
//! The addresses end in the names of the notes' sites (`/github`, `/python`, `/baidu`), and the
//! pages have the notes' sizes; they come from the lesson's own server on this machine.

use std::process::ExitCode;

use common::say;
use coroutines::{joinall, run, spawn};
use lesson::{Lesson, Operands, StoryResult};
use web::{FetchError, Limits, PageServer, fetch};

fn main() -> ExitCode {
    let urls = Operands {
        name: "URL...",
        help: "fetch these (http or https) instead of the lesson's own three pages",
        most: 1000,
    };
    let about = "3 Coroutines: three pages at once, by spawn and joinall";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let server = PageServer::start()?;
    let urls = if urls.is_empty() { server.urls() } else { urls };
    let results = run(async {
        let tasks = urls
            .iter()
            .map(|url| spawn(url.as_str(), visit(url.clone())))
            .collect();
        joinall(tasks).await
    });
    // The outer `Ok`: the task has not panicked. The inner one: its page has come.
    let is_page = |result: &&_| matches!(result, Ok(Ok(_)));
    match urls.len() - results.iter().filter(is_page).count() {
        0 => Ok(()),
        failed => {
            let addresses = urls.len();
            Err(format!("{failed} of {addresses} addresses failed; see the line of each").into())
        }
    }
}

/// Fetches one page. Returns its size.
async fn visit(url: String) -> Result<usize, FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default())
        .await
        .inspect_err(|error| say!("{error}"))?;
    say!("{} bytes received from {url}.", page.len());
    Ok(page.len())
}
