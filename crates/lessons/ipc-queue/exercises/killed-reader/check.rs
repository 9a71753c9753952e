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
                "together",
                "the reader is started while the writer still runs",
                together,
            ),
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
                "failed-at-end",
                "it fails when a child fails after it has done all its work",
                failed_at_end,
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
    line: ") is reading",
    word_in,
};

fn word_in(line: &str) -> Option<&str> {
    line.strip_prefix("Get ")?.strip_suffix(" from queue.")
}

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

/// A program cannot have as many arguments as the queue has room for (2 MiB), so the log has to show that the
/// writer's end was not waited for before the start of the reader.
fn together() {
    let urls = words("together", 5);
    let ran = with(&urls).run();
    expect_whole(&ran, &urls);
    let (events, lanes) = (&ran.run.events, &ran.run.lanes);
    let first = first_received(&ran, &words_in(&got(&ran), &urls));
    let is_sent = |event: &&Event| event.kind == Kind::Send && event.on == first.on;
    let writer = events
        .iter()
        .find(is_sent)
        .map(|send| ran.process_of(send.lane));
    let fork = lanes[ran.process_of(first.lane)]
        .events
        .first()
        .and_then(|&start| events[start].cause);
    let is_join = |event: &Event| {
        let exit = event.cause.filter(|_| event.kind == Kind::Join);
        exit.is_some_and(|exit| Some(events[exit].lane) == writer)
    };
    let joined_before = fork.is_some_and(|fork| events[..fork].iter().any(is_join));
    ran.expect(!joined_before, || {
        "The reader is started only when the writer has ended. The queue has room for 2 MiB: with more urls \
         than that, the writer would wait for the reader forever."
            .to_owned()
    });
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

fn failed_at_end() {
    PASSING.fails_with_child(Kind::Send);
    PASSING.fails_with_child(Kind::Recv);
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
    ran.out.lines().filter_map(word_in).collect()
}

fn expect_all(ran: &Ran, urls: &[String]) {
    expect_passed(ran, urls, word_in);
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
    // It may get them in another thread.
    let reader = ran.process_of(first.lane);
    let is_reader = |event: &Event| ran.process_of(event.lane) == reader;
    ran.expect(
        ran.is_child(reader) && received.iter().copied().all(is_reader),
        || "One child was expected to get all urls.".to_owned(),
    );
    let sent = events.iter().filter(of(Kind::Send));
    let by_parent = sent.filter(|event| !ran.is_child(event.lane) || is_reader(event));
    ran.expect(by_parent.count() <= 1, || {
        "Another child was expected to put the urls.".to_owned()
    });
    ran.expect_ends();
}
