//! The main thread waits for the other one.

use std::process::ExitCode;

use check::{Check, Program, Ran, main as judge, program, words};

fn main() -> ExitCode {
    judge(
        "threads/main-ends-first",
        &[
            Check::new(
                "urls",
                "all urls are seen, and then the main thread ends",
                urls,
            ),
            Check::new("thread", "it is another thread that has seen them", thread),
            Check::new("slow", "it waits as long as it takes", slow),
            Check::new(
                "waits",
                "it waits for the thread, and not for a clock",
                waits,
            ),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

/// The thread has this long to do with each url.
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
    let lane_of = |text: &str| {
        let mut events = ran.run.events.iter();
        let event = events.find(|event| event.say.contains(text));
        event.map(|event| event.lane)
    };
    let last = lane_of("MainThread ended.");
    for url in &urls {
        ran.expect(lane_of(url) != last, || {
            format!("It is the main thread itself that prints the line of {url}.")
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
    // Its own work is a sleep.
    ran.expect_waiting_for(&["Thread_1"]);
}

fn bare() {
    let urls = words("bare", 3);
    expect_lines(&with(20, &urls).bare().run(), &urls);
}

fn expect_lines(ran: &Ran, urls: &[String]) {
    let mut expected = vec!["MainThread is running...".to_owned()];
    expected.extend(urls.iter().map(|url| format!("Thread_1---->>> {url}")));
    expected.extend(["Thread_1 ended.", "MainThread ended."].map(str::to_owned));
    let lines = ran.expect_code(0).lines();
    ran.expect(lines == expected, || {
        let (expected, lines) = (expected.join("\n  "), lines.join("\n  "));
        format!("These lines were expected:\n  {expected}\nand these have come:\n  {lines}")
    });
}
