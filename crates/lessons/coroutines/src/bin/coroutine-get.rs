//! 3: the same pages are fetched in two ways, to compare their times: by a client that blocks, in
//! one thread per page, and by a GET during which other tasks run.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use common::say;
use coroutines::{Task, joinall, run, spawn};
use lesson::{Lesson, Operands, StoryResult};
use web::{Limits, PageServer, fetch, get};

/// A page's size, or the reason why it was not fetched.
type Visit = Result<usize, Box<dyn Error>>;

fn main() -> ExitCode {
    let urls = Operands {
        name: "URL...",
        help: "fetch these (http) instead of the lesson's own three pages",
        most: 1000,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: a blocking client in threads, and a GET over smol's own sockets",
    )
    .run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let server = PageServer::start()?;
    let urls = if urls.is_empty() { server.urls() } else { urls };
    let by_threads = |url: &String| spawn(url.as_str(), by_a_thread(url.clone()));
    let by_sockets = |url: &String| spawn(url.as_str(), by_a_socket(url.clone()));
    let failed = report("ureq on threads", urls.iter().map(by_threads).collect())
        + report("GET on sockets", urls.iter().map(by_sockets).collect());
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} visits failed; see the line of each").into()),
    }
}

async fn by_a_thread(url: String) -> Visit {
    Ok(fetch(url, Limits::default()).await?.len())
}

async fn by_a_socket(url: String) -> Visit {
    Ok(get(&url, Limits::default()).await?.len())
}

/// Waits for the visits; prints the errors, the sizes and the time; returns the number of failures.
fn report(way: &str, visits: Vec<Task<Visit>>) -> usize {
    let begin = Instant::now();
    let results = run(joinall(visits));
    let took = begin.elapsed().as_secs_f64();
    let sizes = results.into_iter().map(|result| result?);
    let (sizes, errors): (Vec<_>, Vec<_>) = sizes.partition(Result::is_ok);
    errors
        .iter()
        .flat_map(|error| error.as_ref().err())
        .for_each(|error| say!("{error}"));
    let sizes: Vec<_> = sizes.into_iter().flatten().collect();
    say!("{way}: {sizes:?} bytes in {took:.3} s");
    errors.len()
}
