//! Every message that is sent is received, however slow the receiver is.

use std::process::ExitCode;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::{End, Event};

fn main() -> ExitCode {
    judge(
        "ipc-pipe/lost-message",
        &[
            Check::new("all", "every url is received, in order", all),
            Check::new(
                "ends",
                "the receiver ends by itself, and is waited for",
                ends,
            ),
            Check::new("slow", "no url is lost when the receiver is slow", slow),
            Check::new(
                "any-number",
                "one url, or a hundred, are no difference",
                any_number,
            ),
            Check::new(
                "sleeps",
                "it sleeps until the receiver ends, and does not keep asking",
                sleeps,
            ),
            Check::new("failure", "it fails when the receiver is killed", failure),
            Check::new(
                "chaos",
                "it holds in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

fn with(urls: &[String]) -> Program {
    program!("pipe-lost-message").with(urls.to_vec())
}

fn all() {
    let urls = words("all", 10);
    let ran = with(&urls).run();
    expect_all(ran.expect_code(0), &urls);
}

fn ends() {
    let urls = words("ends", 8);
    let ran = with(&urls).run();
    expect_all(ran.expect_code(0), &urls);
    expect_end(&ran, &urls);
}

/// A program that sleeps instead of waiting, however long, sleeps too short for one that is stopped for
/// longer than a whole run takes.
fn slow() {
    let urls = words("slow", 6);
    let usual = with(&urls).run();
    for nth in [1, 4] {
        let ran = with(&urls).when(" recv: ", nth, usual.longer()).run();
        expect_all(ran.expect_code(0), &urls);
        expect_end(&ran, &urls);
    }
}

fn any_number() {
    for count in [1, 100] {
        let urls = words("any number", count);
        let ran = with(&urls).run();
        expect_all(ran.expect_code(0), &urls);
        expect_end(&ran, &urls);
    }
}

/// Compares a run with one in which the receiver stands still: what waits has no more to do.
fn sleeps() {
    let urls = words("sleeps", 3);
    let usual = with(&urls).run();
    let long = with(&urls).when(" recv: ", 2, usual.longer()).run();
    long.expect_sleeping_since(&usual);
}

/// Far from the end, so that the receiver is there to be killed.
fn failure() {
    let urls = words("failure", 60);
    let ran = with(&urls).when(" recv: ", 3, Act::Kill).run();
    ran.expect(ran.code != Some(0), || {
        "The receiver was killed, so an error was expected, and with it exit code 1. It is 0."
            .to_owned()
    });
    ran.expect_code(1);
}

fn chaos() {
    let urls = words("chaos", 7);
    for seed in 1..=8 {
        let ran = with(&urls).chaos(seed).run();
        expect_all(ran.expect_code(0), &urls);
        expect_end(&ran, &urls);
    }
}

fn bare() {
    let urls = words("bare", 9);
    let ran = with(&urls).bare().run();
    expect_all(ran.expect_code(0), &urls);
}

fn expect_all(ran: &Ran, urls: &[String]) {
    let got = ran.said("recv");
    ran.expect(got == *urls, || {
        let lost: Vec<_> = urls
            .iter()
            .filter(|url| !got.contains(&url.as_str()))
            .collect();
        format!(
            "{} urls were sent, and {} received. Lost: {lost:?}. Received: {got:?}.",
            urls.len(),
            got.len()
        )
    });
}

/// The log's word: messages and ends of the pipe are written down below the program.
fn expect_end(ran: &Ran, urls: &[String]) {
    let events = &ran.run.events;
    let of = |kind| move |event: &&Event| event.kind == kind && event.on.is_some();
    let ends: Vec<_> = events.iter().filter(of(Kind::Eof)).collect();
    let [end] = &ends[..] else {
        ran.fault(
            "One process was expected to read the end of the stream: it is what ends the \
             receiver's loop.",
        )
        .raise();
    };
    let lane = &ran.run.lanes[end.lane];
    ran.expect(end.lane != 0 && matches!(lane.end, End::Exit(_)), || {
        format!(
            "{} reads the end of the stream, and then does not end as a child does.",
            lane.name
        )
    });
    let all = |kind| {
        events
            .iter()
            .filter(of(kind))
            .filter(|event| event.on == end.on)
    };
    let received = all(Kind::Recv).filter(|event| event.lane == end.lane);
    let received: Vec<_> = received.map(Event::label).collect();
    ran.expect(received == *urls, || {
        format!(
            "In the pipe that ends, {} received {received:?}.",
            lane.name
        )
    });
    let senders = all(Kind::Send).filter(|event| event.lane != 0 && event.lane != end.lane);
    ran.expect(senders.count() == urls.len(), || {
        "A child was expected to send each url once.".to_owned()
    });
    ran.expect(events.iter().all(|event| event.kind != Kind::Kill), || {
        "A process was killed that should end by itself.".to_owned()
    });
    ran.expect(ran.unwaited == 0, || {
        "The program has ended without waiting for a child.".to_owned()
    });
}
