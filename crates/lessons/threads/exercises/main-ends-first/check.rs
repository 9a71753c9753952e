//! The main thread waits for the other one.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Program, Ran, main as judge, numbers, program, words};
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
            // After the check that finds sleeps: these would make its many runs long.
            Check::new(
                "quick",
                "it also works for a thread that ends at once",
                quick,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
            Check::new(
                "refused",
                "when the system starts no thread, the program does not end as if all were well",
                refused,
            ),
        ],
    )
}

/// The thread's work takes this time for each url.
fn with(millis: usize, urls: &[String]) -> Program {
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
    ran.expect_of_thread(&all_lines_of(&urls));
}

/// All lines of the thread.
fn all_lines_of(urls: &[String]) -> Vec<String> {
    let mut lines = lines_of(urls);
    lines.push("Thread_1 ended.".to_owned());
    lines
}

fn lines_of(urls: &[String]) -> Vec<String> {
    let urls = urls.iter();
    urls.map(|url| format!("Thread_1---->>> {url}")).collect()
}

fn work() {
    expect_work(150, &words("work", 4));
}

fn slow() {
    let each = numbers("slow", 1, 1_300..=2_000)[0];
    expect_work(each, &words("slow", 2));
}

/// The thread may have ended before the main thread waits for it, or still be there.
fn quick() {
    for count in [1, 3, 20] {
        let urls = words("quick", count);
        for chaos in 1..=5 {
            expect_lines(&with(0, &urls).bare().run(), &urls);
            expect_lines(&with(0, &urls).chaos(chaos).run(), &urls);
        }
    }
}

/// After each line the thread works for this time, by the log's clock, so its next line cannot come sooner.
fn expect_work(millis: usize, urls: &[String]) {
    let ran = with(millis, urls).run();
    expect_lines(&ran, urls);
    ran.expect_of_thread(&all_lines_of(urls));
    let says = ran
        .run
        .events
        .iter()
        .filter(|event| event.kind == Kind::Say);
    let its: Vec<_> = says
        .filter(|event| event.say.starts_with("Thread_1") && is_the_program_s(&event.say))
        .collect();
    for (pair, url) in its.windows(2).zip(urls) {
        let took = Duration::from_nanos(pair[1].t.saturating_sub(pair[0].t)).as_millis();
        ran.expect(took >= millis as u128, || {
            format!(
                "The thread is done with {url} after {took} ms, but its work takes {millis} ms: it left work out."
            )
        });
    }
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

/// An answer may give the thread a stack of its own size, so the thread may start all the same.
fn refused() {
    let urls = words("refused", 3);
    let ran = with(20, &urls).bare().without_threads().run();
    if ran.code == Some(0) {
        expect_lines(&ran, &urls);
    }
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
