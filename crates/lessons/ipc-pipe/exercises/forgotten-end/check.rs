//! The receiver sees the end of the stream, because no process can write any more.

use std::process::ExitCode;

use check::{
    Check, Passing, Program, Ran, expect_passed, hold, main as judge, numbers, program, words,
    words_in,
};
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
                "full",
                "more bytes than a pipe has room for are no difference",
                full,
            ),
            Check::new(
                "waits",
                "the sender waits for the receiver's end, and does not ask",
                waits,
            ),
            Check::new(
                "writer-slow",
                "the receiver waits for the next word, and does not ask",
                writer_slow,
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

const PASSING: Passing = Passing {
    program: with,
    holds: expect_all,
    line: " recv: ",
};

fn with(words: &[String]) -> Program {
    program!("pipe-forgotten-end").with(words.to_vec())
}

fn all_words() {
    let sent = words("words", 5);
    let ran = with(&sent).run();
    expect_words(ran.expect_code(0), &sent);
}

fn end() {
    let sent = words("end", 4);
    let ran = with(&sent).run();
    expect_end(ran.expect_code(0), &sent);
}

fn any_number() {
    PASSING.any_number(&[1, 100]);
}

/// The sender has to wait for room in the pipe, so the receiver has to be there by then.
fn full() {
    let lengths = numbers("full", 90, 800..=1000);
    let long: Vec<String> = (words("full", 90).iter().zip(lengths))
        .map(|(word, length)| word.repeat(1000)[..length].to_owned())
        .collect();
    expect_all(&with(&long).run(), &long);
}

fn waits() {
    PASSING.waits();
}

fn writer_slow() {
    PASSING.does_not_ask_sender();
}

fn chaos() {
    PASSING.chaos();
}

fn bare() {
    let sent = words("bare", 3);
    let ran = with(&sent).bare().run();
    expect_words(ran.expect_code(0), &sent);
}

fn expect_all(ran: &Ran, words: &[String]) {
    expect_words(ran.expect_code(0), words);
    expect_end(ran, words);
}

fn expect_words(ran: &Ran, words: &[String]) {
    expect_passed(ran, words, &ran.said("recv"));
}

/// What the log tells: the ends and messages of the pipe are written down below the program.
fn expect_end(ran: &Ran, words: &[String]) {
    let events = &ran.run.events;
    let end = events.iter().find(|event| event.kind == Kind::Eof);
    let Some(end) = end else {
        ran.fault(
            "The receiver reads no end of the stream: it has ended without it, or while it waited some \
             process still had the sending end open.",
        )
        .raise();
    };
    let on_this = |kind| {
        let its = move |event: &&Event| event.kind == kind && event.on == end.on;
        events.iter().filter(its)
    };
    let got = words_in(&ran.said("recv"), words);
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
