//! Every message that is sent is received, however slow the receiver is.

use std::process::ExitCode;

use check::{
    Act, Check, Passing, Program, Ran, expect_passed, first_received, hold, main as judge, numbers,
    of_process, program, words, words_in,
};
use common::Kind;
use timeline::{End, Event};

fn main() -> ExitCode {
    judge(
        "ipc-pipe/lost-message",
        &[
            Check::new("all", "every url is received, in order", all),
            Check::new(
                "ends",
                "the receiver ends by itself, and the function waits for it",
                ends,
            ),
            Check::new("slow", "no url is lost when the receiver is slow", slow),
            Check::new(
                "any-number",
                "it works with one url and with a hundred",
                any_number,
            ),
            Check::new(
                "waits",
                "it waits until the receiver has ended, and not for a fixed time",
                waits,
            ),
            Check::new(
                "writer-slow",
                "the receiver waits for the next url without a time limit, and does not poll",
                writer_slow,
            ),
            Check::new("failure", "it fails when the receiver is killed", failure),
            Check::new(
                "late-failure",
                "it fails when the receiver is killed after everything was sent",
                late_failure,
            ),
            Check::new(
                "sender-killed",
                "it fails when the sender is killed",
                sender_killed,
            ),
            Check::new(
                "failed-at-end",
                "it fails when a child fails after it has done all its work",
                failed_at_end,
            ),
            Check::new(
                "full",
                "it works with more bytes than the pipe has room for",
                full,
            ),
            Check::new(
                "chaos",
                "it works in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

const PASSING: Passing = Passing {
    program: with,
    holds: expect_whole,
    line: LINE,
    word_in,
};

const LINE: &str = ") recv: ";

fn word_in(line: &str) -> Option<&str> {
    Some(of_process(line, LINE)?.1)
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
    PASSING.any_number(&[8]);
}

fn slow() {
    PASSING.slow(&[1, 4]);
}

fn any_number() {
    PASSING.any_number(&[1, 100]);
}

fn waits() {
    PASSING.waits();
}

fn writer_slow() {
    PASSING.waits_for_sender();
}

/// Kills the receiver far from the end, while it still runs.
fn failure() {
    let urls = words("failure", 60);
    let ran = with(&urls).when(LINE, 3, Act::Kill).run();
    ran.expect_failure_if_killed("receiver");
}

/// Stops the receiver until everything is in the pipe and the sender has ended without an error. After the
/// kill, only the way in which the receiver ended shows that messages were lost.
fn late_failure() {
    let urls = words("late failure", 30);
    let usual = with(&urls).run();
    let program = with(&urls).when(LINE, 1, usual.longer());
    let ran = program.when(LINE, 3, Act::Kill).run();
    ran.expect_failure_if_killed("receiver");
}

/// The receiver sees an ordinary end of the stream. The disturbance keeps the sender running until the kill.
fn sender_killed() {
    let urls = words("sender killed", 60);
    let program = with(&urls).chaos(1);
    let ran = program.when_recorded(Kind::Send, 3, Act::Kill).run();
    ran.expect_failure_if_killed("sender");
}

fn failed_at_end() {
    PASSING.fails_with_child(Kind::Send);
    PASSING.fails_with_child(Kind::Recv);
}

/// The urls are too long for a line and for the log, which records only their beginnings. When the receiver
/// is killed, the sender must not wait for room forever, because it, or the parent, still has a receiving end.
fn full() {
    let lengths = numbers("full", 90, 14_000..=16_000);
    let urls: Vec<_> = (words("full", 90).iter().zip(lengths))
        .map(|(word, length)| word.repeat(8000)[..length].to_owned())
        .collect();
    PASSING.waits_for_room(&urls, expect_long);
    let program = with(&urls).chaos(1);
    let ran = program.when_recorded(Kind::Recv, 3, Act::Kill).run();
    ran.expect_failure_if_killed("receiver");
}

fn expect_long(ran: &Ran, urls: &[String]) {
    ran.expect_code(0).expect_ends();
    let sent: Vec<&str> = urls.iter().map(String::as_str).collect();
    let received = |on| {
        let events = ran.run.events.iter();
        events.filter(move |event| event.kind == Kind::Recv && event.on == Some(on))
    };
    let are_received = (0..ran.run.things.len()).any(|on| hold(received(on), &sent));
    ran.expect(are_received, || {
        "90 urls of 14,000 bytes and more should be received from one pipe, each once and in order."
            .to_owned()
    });
}

fn chaos() {
    PASSING.chaos();
}

fn bare() {
    let urls = words("bare", 9);
    let ran = with(&urls).bare().run();
    expect_all(ran.expect_code(0), &urls);
}

fn expect_whole(ran: &Ran, urls: &[String]) {
    expect_all(ran.expect_code(0), urls);
    expect_end(ran, urls);
}

fn expect_all(ran: &Ran, urls: &[String]) {
    expect_passed(ran, urls, word_in);
}

/// Checks the log, in which the pipe itself records its messages and its end, below the student's code.
fn expect_end(ran: &Ran, urls: &[String]) {
    let got: Vec<_> = ran.out.lines().filter_map(word_in).collect();
    let got = words_in(&got, urls);
    let events = &ran.run.events;
    let first = first_received(ran, &got);
    let of = |kind| move |event: &&Event| event.kind == kind && event.on == first.on;
    let Some(end) = events.iter().find(of(Kind::Eof)) else {
        ran.fault(
            "No process read the end of the stream from which the urls came. This end should end the \
             receiver's loop.",
        )
        .raise();
    };
    // The child may receive in another thread.
    let reader = ran.process_of(end.lane);
    let lane = &ran.run.lanes[reader];
    let is_child = ran.is_child(reader) && matches!(lane.end, End::Exit(_));
    ran.expect(is_child, || {
        format!(
            "{} reads the end of the stream, but is not a child that then ends by itself.",
            lane.name
        )
    });
    let received = events.iter().filter(of(Kind::Recv));
    let received = received.filter(|event| ran.process_of(event.lane) == reader);
    let labels: Vec<_> = received.clone().map(Event::label).collect();
    ran.expect(hold(received, &got), || {
        format!("From this pipe, {} received only {labels:?}.", lane.name)
    });
    let sends = events.iter().filter(of(Kind::Send));
    let is_other = |event: &&Event| ran.process_of(event.lane) != reader;
    let by_children = sends.filter(|event| ran.is_child(event.lane) && is_other(event));
    ran.expect(hold(by_children, &got), || {
        "Another child was expected to send each url once.".to_owned()
    });
    ran.expect_ends();
}
