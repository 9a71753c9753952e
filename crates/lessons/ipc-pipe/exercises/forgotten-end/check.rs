//! The receiver sees the end of the stream, because no process can write any more.

use std::process::ExitCode;

use check::{
    Act, Check, Passing, Program, Ran, expect_passed, hold, main as judge, numbers, of_process,
    program, words, words_in,
};
use common::Kind;
use common::log::what;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "ipc-pipe/forgotten-end",
        &[
            Check::new("words", "the receiver gets every word, in order", all_words),
            Check::new("end", "the receiver reads the end of the stream", end),
            Check::new(
                "one",
                "it works with one word and with a hundred",
                any_number,
            ),
            Check::new("none", "it works without a word", none),
            Check::new(
                "full",
                "it works with more bytes than the pipe has room for",
                full,
            ),
            Check::new(
                "waits",
                "the sender waits until the receiver has ended, and does not poll",
                waits,
            ),
            Check::new(
                "writer-slow",
                "the receiver waits for the next word, and does not poll",
                writer_slow,
            ),
            Check::new(
                "sender-killed",
                "the receiver also ends when the sender is killed",
                sender_killed,
            ),
            Check::new(
                "receiver-killed",
                "when the receiver is killed, the sender does not wait for room forever",
                receiver_killed,
            ),
            Check::new(
                "chaos",
                "it works in whatever order the two processes run",
                chaos,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

const PASSING: Passing = Passing {
    program: with,
    holds: expect_all,
    line: LINE,
    word_in,
};

const LINE: &str = ") recv: ";

fn word_in(line: &str) -> Option<&str> {
    Some(of_process(line, LINE)?.1)
}

fn with(words: &[String]) -> Program {
    let program = program!("pipe-forgotten-end");
    match words.is_empty() {
        true => program.with(["-"]),
        false => program.with(words.to_vec()),
    }
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

/// A receiver that closes its sending end only when it has a word waits forever.
fn none() {
    expect_all(&with(&[]).run(), &[]);
}

/// The words do not all fit into the pipe, so the sender waits for room, and the receiver must run by then.
fn full() {
    PASSING.waits_for_room(&long("full"), expect_all);
}

/// More words than a pipe has room for. A line with such a word still fits into the buffer of `println!`, which
/// would write a longer one in several parts.
fn long(purpose: &str) -> Vec<String> {
    let lengths = numbers(purpose, 100, 930..=970);
    let words = words(purpose, 100);
    let long = words.iter().zip(lengths);
    long.map(|(word, length)| word.repeat(1000)[..length].to_owned())
        .collect()
}

fn waits() {
    PASSING.waits();
}

fn writer_slow() {
    PASSING.does_not_ask_sender();
}

/// Kills the sender in the middle. The run has to end by itself: with a sending end of its own still open,
/// the receiver would wait for the next word forever. The disturbance keeps the sender running until then.
/// Only the log shows whether this would also happen after a kill at any other moment.
fn sender_killed() {
    let words = words("sender killed", 40);
    let _ended = with(&words).chaos(1).when_sent(3, Act::Kill).run();
    let ran = with(&words).run();
    let events = &ran.run.events;
    let closes_late = |close: &&Event| {
        let mut before = events.iter().take_while(|event| event.id != close.id);
        let receives = |event: &Event| {
            let is_its = ran.process_of(event.lane) == ran.process_of(close.lane);
            event.kind == Kind::Recv && event.on == close.on && is_its
        };
        close.kind == Kind::Close && &*close.what == what::SENDING_END && before.any(receives)
    };
    ran.expect(!events.iter().any(|event| closes_late(&event)), || {
        "The receiver closes its own sending end only after it has received a word. If the sender is killed \
         before, the receiver waits for that word forever."
            .to_owned()
    });
}

/// Kills the receiver early. The run has to end by itself: the words do not all fit into the pipe, and with a
/// reading end of its own still open, the sender would wait for room forever.
fn receiver_killed() {
    let program = with(&long("receiver killed")).chaos(1);
    let _ended = program.when_recorded(Kind::Recv, 3, Act::Kill).run();
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
    expect_passed(ran, words, word_in);
}

/// Checks the log, in which the pipe itself records its messages and its end, below the student's code.
fn expect_end(ran: &Ran, words: &[String]) {
    let events = &ran.run.events;
    let got: Vec<_> = ran.out.lines().filter_map(word_in).collect();
    let got = words_in(&got, words);
    let of = |kind: Kind, on: Option<usize>| {
        events
            .iter()
            .filter(move |event: &&Event| event.kind == kind && event.on == on)
    };
    // Another pipe may have an end, too.
    let is_of_words =
        |event: &&Event| event.kind == Kind::Eof && hold(of(Kind::Send, event.on), &got);
    let ends: Vec<_> = events.iter().filter(is_of_words).collect();
    let childs = ends.iter().find(|end| ran.is_child(end.lane));
    let Some(end) = childs.or(ends.first()) else {
        ran.fault(
            "The receiver did not read the end of the stream: it ended before, or some process still had the \
             sending end open while it waited.",
        )
        .raise();
    };
    let on_this = |kind| of(kind, end.on);
    // The receiver may use several threads.
    let is_receiver = |event: &&Event| ran.process_of(event.lane) == ran.process_of(end.lane);
    let received = on_this(Kind::Recv).filter(is_receiver);
    ran.expect(hold(received, &got), || {
        format!(
            "The process that reads the end of a pipe did not receive all these words from it: {got:?}."
        )
    });
    ran.expect(on_this(Kind::Send).find(is_receiver).is_none(), || {
        "The receiver sends words to itself.".to_owned()
    });
    ran.expect(ran.is_child(end.lane), || {
        "The end of the stream is not read by a child: the receiver should be a process of its own."
            .to_owned()
    });
    ran.expect_ends();
}
