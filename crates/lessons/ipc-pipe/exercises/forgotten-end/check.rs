//! The receiver sees the end of the stream, because no process can write any more.

use std::process::ExitCode;

use check::{Check, Ran, expect_sent, main as judge, program, words};
use common::Kind;

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
    expect_end(ran.expect_code(0), 4);
}

fn any_number() {
    for count in [1, 100] {
        let sent = words("any number", count);
        let ran = program!("pipe-forgotten-end").with(sent.clone()).run();
        expect_words(ran.expect_code(0), &sent);
        expect_end(&ran, count);
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
        expect_end(&ran, 6);
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

/// With each word goes the moment of its sending: what prints it has got it from there.
fn expect_words(ran: &Ran, words: &[String]) {
    let (sent, got) = (ran.said("send"), ran.said("recv"));
    expect_sent(ran, "send_all", words, &sent);
    ran.expect(got == sent, || {
        format!("The words {sent:?} were expected, and the receiver has {got:?}.")
    });
}

/// What the log tells: the ends and messages of the pipe are written down below the program.
fn expect_end(ran: &Ran, count: usize) {
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
        let its = |event: &&timeline::Event| event.kind == kind && event.on == end.on;
        events.iter().filter(its).collect::<Vec<_>>()
    };
    let received = on_this(Kind::Recv);
    ran.expect(
        received.len() == count && received.iter().all(|event| event.lane == end.lane),
        || {
            format!(
                "{count} messages were expected in the pipe whose end is read, by the process that \
                 reads it; there are {}.",
                received.len()
            )
        },
    );
    let senders: Vec<_> = on_this(Kind::Send).iter().map(|event| event.lane).collect();
    ran.expect(senders.iter().all(|lane| *lane != end.lane), || {
        "The receiver sends to itself.".to_owned()
    });
    ran.expect(ran.is_child(end.lane), || {
        "It is no child that reads the end of the stream: the receiver should be a process of its own."
            .to_owned()
    });
    ran.expect_ends();
}
