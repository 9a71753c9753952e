//! The receiver sees the end of the stream, because no process can write any more.

use std::process::ExitCode;

use check::{Check, Ran, expect_passed, hold, main as judge, program, words};
use common::Kind;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "ipc-pipe/forgotten-end",
        &[
            Check::new("words", "the receiver gets every word, in order", all_words),
            Check::new("end", "the receiver reads the end of the stream", end),
            Check::new(
                "one",
                "one word, or a hundred, are no difference",
                any_number,
            ),
            Check::new(
                "chaos",
                "it holds in whatever order the two processes run",
                chaos,
            ),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

fn all_words() {
    let sent = words("words", 5);
    let ran = program!("pipe-forgotten-end").with(sent.clone()).run();
    expect_words(ran.expect_code(0), &sent);
}

fn end() {
    let ran = program!("pipe-forgotten-end").with(words("end", 4)).run();
    expect_end(ran.expect_code(0));
}

fn any_number() {
    for count in [1, 100] {
        let sent = words("any number", count);
        let ran = program!("pipe-forgotten-end").with(sent.clone()).run();
        expect_words(ran.expect_code(0), &sent);
        expect_end(&ran);
    }
}

fn chaos() {
    for seed in 1..=8 {
        let sent = words("chaos", 6);
        let ran = program!("pipe-forgotten-end")
            .chaos(seed)
            .with(sent.clone())
            .run();
        expect_words(ran.expect_code(0), &sent);
        expect_end(&ran);
    }
}

fn bare() {
    let sent = words("bare", 3);
    let ran = program!("pipe-forgotten-end")
        .with(sent.clone())
        .bare()
        .run();
    expect_words(ran.expect_code(0), &sent);
    let ends = ran
        .out
        .lines()
        .filter(|line| line.ends_with("sees the end of the stream."));
    ran.expect(ends.count() == 1, || {
        "No process says that it sees the end.".to_owned()
    });
}

fn expect_words(ran: &Ran, words: &[String]) {
    expect_passed(ran, words, &ran.said("recv"));
}

/// What the log tells: the ends and messages of the pipe are written down below the program.
fn expect_end(ran: &Ran) {
    let events = &ran.run.events;
    let end = events.iter().find(|event| event.kind == Kind::Eof);
    let Some(end) = end else {
        ran.fault(
            "The receiver reads no end of the stream: while it waits, some process still has the \
             sending end open.",
        )
        .raise();
    };
    let on_this = |kind| {
        let its = move |event: &&Event| event.kind == kind && event.on == end.on;
        events.iter().filter(its)
    };
    let got = ran.said("recv");
    let received = on_this(Kind::Recv).filter(|event| event.lane == end.lane);
    ran.expect(hold(received, &got), || {
        format!(
            "The process that reads the end of a pipe has not received all of this from it: {got:?}."
        )
    });
    let is_receiver = |event: &Event| event.lane == end.lane;
    ran.expect(!on_this(Kind::Send).any(is_receiver), || {
        "The receiver sends to itself.".to_owned()
    });
    ran.expect(ran.is_child(end.lane), || {
        "It is no child that reads the end of the stream: the receiver should be a process of its own."
            .to_owned()
    });
    ran.expect_ends();
}
