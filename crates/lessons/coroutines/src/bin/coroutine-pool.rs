//! 3: three visits by a pool's map, which returns the sizes in the order of the addresses.

use std::process::ExitCode;

use common::say;
use coroutines::{Pool, run};
use lesson::{Lesson, Operands, StoryResult};
use web::{FetchError, Limits, PageServer, fetch};

fn main() -> ExitCode {
    let urls = Operands {
        name: "URL...",
        help: "fetch these (http or https) instead of the lesson's own three pages",
        most: 1000,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: three pages by a pool's map, results in the order of the addresses",
    )
    .run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let server = PageServer::start()?;
    let urls = if urls.is_empty() { server.urls() } else { urls };
    // The notes' Pool() has no limit either. Pool::bounded(2)? lets two tasks in at a time.
    let pool = Pool::unbounded();
    let results = run(pool.map(urls, visit))?;
    let sizes = results.iter().map(|result| match result {
        Ok(size) => size.to_string(),
        Err(_) => "failed".to_owned(),
    });
    say!("[{}]", sizes.collect::<Vec<_>>().join(", "));
    match results.iter().filter(|result| result.is_err()).count() {
        0 => Ok(()),
        failed => Err(format!(
            "{failed} of {} addresses failed; see the line of each",
            results.len()
        )
        .into()),
    }
}

/// Fetches one page. Returns its size.
async fn visit(url: String) -> Result<usize, FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default())
        .await
        .inspect_err(|error| say!("{error}"))?;
    say!("{} bytes received from {url}.", page.len());
    // Reached only if the page has come.
    say!("url:{url} --->finish");
    Ok(page.len())
}
