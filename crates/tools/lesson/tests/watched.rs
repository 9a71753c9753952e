//! Watched runs, tested from outside: how they end, and what they leave behind.
//!
//! This program is also the lesson: with `STORY` in its environment it runs that story.
#![expect(clippy::unwrap_used, reason = "a test may")]

#[path = "watched/ended.rs"]
mod ended;
#[path = "watched/files.rs"]
mod files;
#[path = "watched/limits.rs"]
mod limits;
#[path = "watched/logs.rs"]
mod logs;
#[path = "watched/questions.rs"]
mod questions;
#[path = "watched/series.rs"]
mod series;
#[path = "watched/stories.rs"]
mod stories;

use std::process::{Command, ExitCode};
use std::time::Duration;

use lesson_test::{Case, Ran, run_cases_within, run_within};

/// The time limit of a test, and of each run in it.
const LIMIT: Duration = Duration::from_secs(50);

fn main() -> ExitCode {
    if let Ok(story) = std::env::var("STORY") {
        return stories::run(&story);
    }
    let cases: Vec<Case> = [ended::CASES, files::CASES, logs::CASES, questions::CASES]
        .into_iter()
        .chain([limits::CASES, series::CASES])
        .flatten()
        .copied()
        .collect();
    run_cases_within(LIMIT, &cases)
}

/// A command that runs a story in this program. A shell that runs the tests in the background, or `nohup`,
/// makes them ignore signals; so the story is started through `env`, which restores what a terminal sets.
fn command(story: &str, words: &[&str]) -> Command {
    command_after("--default-signal=INT,QUIT,HUP", story, words)
}

/// Like `command`, with another word for `env`.
fn command_after(signals: &str, story: &str, words: &[&str]) -> Command {
    let mut command = Command::new("env");
    command
        .arg(signals)
        .arg(std::env::current_exe().unwrap())
        .args(words)
        .env("STORY", story)
        .env_remove("COLUMNS");
    command
}

/// Runs a story to its end. Panics if a process of it is left.
#[track_caller]
fn run(story: &str, words: &[&str]) -> Ran {
    run_within(LIMIT, &mut command(story, words))
}

/// A list of tests, by their names.
macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        pub(crate) const CASES: &[lesson_test::Case] = &[$((stringify!($case), $case as fn())),+];
    };
}
use cases;
