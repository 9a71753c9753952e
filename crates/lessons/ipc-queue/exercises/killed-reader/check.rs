//! Everything that is put is got, and the reader ends without force.

use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::{End, Event};

fn main() -> ExitCode {
    judge(
        "ipc-queue/killed-reader",
        &[
            Check::new("all", "everything that is put is got, in order", all),
            Check::new(
                "ends",
                "the reader ends without force, and is waited for",
                ends,
            ),
            Check::new("slow", "nothing is lost when the reader is slow", slow),
            Check::new(
                "any-number",
                "one url, or fifty, are no difference",
                any_number,
            ),
            Check::new(
                "sleeps",
                "it sleeps until the reader ends, and does not keep asking",
                sleeps,
            ),
            Check::new(
                "reader-killed",
                "it fails when the reader is killed",
                reader_killed,
            ),
            Check::new(
                "writer-killed",
                "it fails when the writer is killed",
                writer_killed,
            ),
            Check::new(
                "chaos",
                "it holds in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

/// With less time than usual: it takes a tenth of a second, and a hang is to be told soon.
fn with(urls: &[String]) -> Program {
    let program = program!("queue-killed-reader").with(urls.to_vec());
    program.within(Duration::from_secs(5))
}

fn all() {
    let urls = words("all", 6);
    expect_all(with(&urls).run().expect_code(0), &urls);
}

fn ends() {
    let urls = words("ends", 5);
    let ran = with(&urls).run();
    expect_all(ran.expect_code(0), &urls);
    expect_end(&ran, &urls);
}

/// What sleeps instead of waiting, for however long, sleeps too short for a reader that is stopped
/// for longer than a whole run takes.
fn slow() {
    let urls = words("slow", 5);
    let usual = with(&urls).run();
    let ran = with(&urls).when(" is reading", 1, usual.longer()).run();
    expect_all(ran.expect_code(0), &urls);
    expect_end(&ran, &urls);
}

fn any_number() {
    for count in [1, 50] {
        let urls = words("any number", count);
        let ran = with(&urls).run();
        expect_all(ran.expect_code(0), &urls);
        expect_end(&ran, &urls);
    }
}

/// Compares a run with one in which the reader stands still: what waits has no more to do.
fn sleeps() {
    let urls = words("sleeps", 3);
    let usual = with(&urls).run();
    let long = with(&urls).when(" is reading", 1, usual.longer()).run();
    long.expect_sleeping_since(&usual);
}

/// It has a hundred urls to get, and does not get far.
fn reader_killed() {
    let urls = words("reader killed", 100);
    let program = with(&urls).when(" is reading", 1, Act::Kill);
    let ran = program.within(Duration::from_secs(2)).run();
    expect_failure(&ran, "reader");
}

/// It may have put everything and told its end before it is killed.
fn writer_killed() {
    let urls = words("writer killed", 200);
    let ran = with(&urls).when(" is writing", 1, Act::Kill).run();
    let ends = ran.run.events.iter();
    let ends = ends.filter(|event| event.kind == Kind::Exit && event.lane != 0);
    if ends.count() < 2 {
        expect_failure(&ran, "writer");
    }
}

fn expect_failure(ran: &Ran, who: &str) {
    ran.expect(ran.code != Some(0), || {
        format!("The {who} was killed, so an error was expected, and with it exit code 1. It is 0.")
    });
    ran.expect_code(1);
}

fn chaos() {
    let urls = words("chaos", 6);
    for seed in 1..=8 {
        let ran = with(&urls).chaos(seed).run();
        expect_all(ran.expect_code(0), &urls);
        expect_end(&ran, &urls);
    }
}

fn bare() {
    let urls = words("bare", 7);
    expect_all(with(&urls).bare().run().expect_code(0), &urls);
}

fn expect_all(ran: &Ran, urls: &[String]) {
    let got = ran.out.lines().filter_map(|line| line.strip_prefix("Get "));
    let got: Vec<_> = got
        .filter_map(|line| line.strip_suffix(" from queue."))
        .collect();
    ran.expect(got == *urls, || {
        let lost: Vec<_> = urls
            .iter()
            .filter(|url| !got.contains(&url.as_str()))
            .collect();
        format!(
            "{} urls were put, and {} got. Lost: {lost:?}. Got: {got:?}.",
            urls.len(),
            got.len()
        )
    });
}

/// The log's word: what is put and got is written down below the program. (A mark for the end may
/// follow the urls.)
fn expect_end(ran: &Ran, urls: &[String]) {
    let events = &ran.run.events;
    let received: Vec<_> = events
        .iter()
        .filter(|event| event.kind == Kind::Recv)
        .collect();
    let labels: Vec<_> = received.iter().map(|event| event.label()).collect();
    ran.expect(
        labels.starts_with(&urls.iter().map(String::as_str).collect::<Vec<_>>()),
        || format!("Out of the queue came {labels:?}."),
    );
    let reader = received[0].lane;
    let name = &ran.run.lanes[reader].name;
    ran.expect(
        reader != 0 && received.iter().all(|event| event.lane == reader),
        || "One child was expected to get everything.".to_owned(),
    );
    let by_parent = |event: &Event| event.kind == Kind::Send && [0, reader].contains(&event.lane);
    ran.expect(
        events.iter().filter(|event| by_parent(event)).count() <= 1,
        || "Another child was expected to put the urls.".to_owned(),
    );
    let is_ended = matches!(ran.run.lanes[reader].end, End::Exit(_));
    ran.expect(
        is_ended && events.iter().all(|event| event.kind != Kind::Kill),
        || format!("{name} was killed, and should end by itself."),
    );
    ran.expect(ran.unwaited == 0, || {
        "The program has ended without waiting for a child.".to_owned()
    });
}
