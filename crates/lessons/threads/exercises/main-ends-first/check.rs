//! The main thread waits for the other one.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Program, Ran, main as judge, program, words};
use common::Kind;

fn main() -> ExitCode {
    judge(
        "threads/main-ends-first",
        &[
            Check::new(
                "urls",
                "all urls are printed before the main thread ends",
                urls,
            ),
            Check::new("thread", "another thread prints the urls", thread),
            Check::new("work", "the thread does its work for each url", work),
            Check::new("slow", "it waits for a slow thread, too", slow),
            Check::new(
                "waits",
                "it waits for the thread, and not for a fixed time",
                waits,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

/// The thread's work takes this time for each url.
fn with(millis: u32, urls: &[String]) -> Program {
    program!("thread-main-ends-first")
        .with([millis.to_string()])
        .with(urls.to_vec())
}

fn urls() {
    for count in [3, 1, 20] {
        let urls = words("urls", count);
        expect_lines(&with(10, &urls).run(), &urls);
    }
}

fn thread() {
    let urls = words("thread", 3);
    let ran = with(10, &urls).run();
    expect_lines(&ran, &urls);
    ran.expect_of_thread(&lines_of(&urls));
}

fn lines_of(urls: &[String]) -> Vec<String> {
    let urls = urls.iter();
    urls.map(|url| format!("Thread_1---->>> {url}")).collect()
}

/// After each line the thread works for this time, by the log's clock, so its next line cannot come sooner.
fn work() {
    let (each, urls) = (150, words("work", 4));
    let ran = with(each, &urls).run();
    expect_lines(&ran, &urls);
    ran.expect_of_thread(&lines_of(&urls));
    let says = ran
        .run
        .events
        .iter()
        .filter(|event| event.kind == Kind::Say);
    let its: Vec<_> = says
        .filter(|event| event.say.starts_with("Thread_1") && is_the_program_s(&event.say))
        .collect();
    for (pair, url) in its.windows(2).zip(&urls) {
        let took = Duration::from_nanos(pair[1].t.saturating_sub(pair[0].t));
        ran.expect(took >= Duration::from_millis(each.into()), || {
            format!(
                "The thread is done with {url} after {} ms, but its work takes {each} ms: it left work out.",
                took.as_millis()
            )
        });
    }
}

fn slow() {
    let urls = words("slow", 2);
    expect_lines(&with(1_300, &urls).run(), &urls);
}

fn waits() {
    let urls = words("waits", 3);
    let ran = with(400, &urls).bare().watch_naps().run();
    expect_lines(&ran, &urls);
    // The thread's own work is a sleep.
    ran.expect_waiting_for(&["Thread_1"]);
}

fn bare() {
    let urls = words("bare", 3);
    expect_lines(&with(20, &urls).bare().run(), &urls);
}

/// Whether the program itself prints such a line; all other lines are ignored.
fn is_the_program_s(line: &str) -> bool {
    let whole = [
        "MainThread is running...",
        "Thread_1 ended.",
        "MainThread ended.",
    ];
    line.contains("---->>>") || whole.contains(&line)
}

fn expect_lines(ran: &Ran, urls: &[String]) {
    let mut expected = vec!["MainThread is running...".to_owned()];
    expected.extend(lines_of(urls));
    expected.extend(["Thread_1 ended.", "MainThread ended."].map(str::to_owned));
    let mut lines = ran.expect_code(0).lines();
    lines.retain(|line| is_the_program_s(line));
    ran.expect(lines == expected, || {
        let (expected, lines) = (expected.join("\n  "), lines.join("\n  "));
        format!("These lines were expected:\n  {expected}\nThese were printed:\n  {lines}")
    });
}
