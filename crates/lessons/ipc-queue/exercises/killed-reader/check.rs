//! Every url that is put is also got, and the reader ends by itself.

use std::process::ExitCode;

use check::{
    Act, Check, Passing, Program, Ran, expect_passed, first_received, hold, main as judge, program,
    words, words_in,
};
use common::Kind;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "ipc-queue/killed-reader",
        &[
            Check::new("all", "every url that is put is got, in order", all),
            Check::new(
                "ends",
                "the reader ends by itself, and the function waits for it",
                ends,
            ),
            Check::new("slow", "no url is lost when the reader is slow", slow),
            Check::new(
                "any-number",
                "it works with one url and with fifty",
                any_number,
            ),
            Check::new(
                "waits",
                "it waits until the reader has ended, and not for a fixed time",
                waits,
            ),
            Check::new(
                "writer-slow",
                "the reader waits for the next url without a time limit, and does not poll",
                writer_slow,
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
    line: " is reading",
};

fn with(urls: &[String]) -> Program {
    program!("queue-killed-reader").with(urls.to_vec())
}

fn all() {
    let urls = words("all", 6);
    expect_all(with(&urls).run().expect_code(0), &urls);
}

fn ends() {
    PASSING.any_number(&[5]);
}

fn slow() {
    PASSING.slow(&[1]);
}

fn any_number() {
    PASSING.any_number(&[1, 50]);
}

fn waits() {
    PASSING.waits();
}

fn writer_slow() {
    PASSING.waits_for_sender();
}

/// Kills the reader early, of a hundred urls. The disturbance keeps it running until the kill.
fn reader_killed() {
    let urls = words("reader killed", 100);
    let program = with(&urls).chaos(1);
    let ran = program.when_recorded(Kind::Recv, 3, Act::Kill).run();
    ran.expect_failure_if_killed("reader");
}

/// Kills the writer, which may have put everything by then.
fn writer_killed() {
    let urls = words("writer killed", 200);
    let program = with(&urls).chaos(1);
    let ran = program.when_recorded(Kind::Send, 3, Act::Kill).run();
    ran.expect_failure_if_killed("writer");
}

fn chaos() {
    PASSING.chaos();
}

fn bare() {
    let urls = words("bare", 7);
    expect_all(with(&urls).bare().run().expect_code(0), &urls);
}

fn expect_whole(ran: &Ran, urls: &[String]) {
    expect_all(ran.expect_code(0), urls);
    expect_end(ran, urls);
}

/// The urls in the lines of the reader.
fn got(ran: &Ran) -> Vec<&str> {
    let lines = ran.out.lines();
    let urls = lines.filter_map(|line| line.strip_prefix("Get ")?.strip_suffix(" from queue."));
    urls.collect()
}

fn expect_all(ran: &Ran, urls: &[String]) {
    expect_passed(ran, urls, &got(ran));
    // The line that the caller itself prints.
    let counted = format!("Put {0}, got {0};", urls.len());
    ran.expect(ran.out.contains(&counted), || {
        let mut lines = ran.out.lines();
        let line = lines.rfind(|line| line.contains(" gone with the reader."));
        format!(
            "The caller reads from `got` how many urls were got. It should print {counted:?}. It prints: {}",
            line.unwrap_or_default()
        )
    });
}

/// Checks the log, in which the queue itself records what is put and got, below the student's code. (A mark
/// for the end may follow the urls.)
fn expect_end(ran: &Ran, urls: &[String]) {
    let got = words_in(&got(ran), urls);
    let events = &ran.run.events;
    let first = first_received(ran, &got);
    let of = |kind| move |event: &&Event| event.kind == kind && event.on == first.on;
    let received: Vec<_> = events.iter().filter(of(Kind::Recv)).collect();
    let labels: Vec<_> = received.iter().map(|event| event.label()).collect();
    ran.expect(hold(received.iter().copied(), &got), || {
        format!("All urls should come out of the queue, in order. It delivered {labels:?}.")
    });
    let reader = first.lane;
    ran.expect(
        ran.is_child(reader) && received.iter().all(|event| event.lane == reader),
        || "One child was expected to get all urls.".to_owned(),
    );
    let sent = events.iter().filter(of(Kind::Send));
    let by_parent = sent.filter(|event| !ran.is_child(event.lane) || event.lane == reader);
    ran.expect(by_parent.count() <= 1, || {
        "Another child was expected to put the urls.".to_owned()
    });
    ran.expect_ends();
}
