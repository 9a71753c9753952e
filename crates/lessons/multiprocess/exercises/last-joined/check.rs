//! The parent waits for every child, and fails when one of them has failed.

use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, numbers, program};
use common::Kind;

fn main() -> ExitCode {
    judge(
        "multiprocess/last-joined",
        &[
            Check::new("end", "\"Process end.\" is the last line", end),
            Check::new("waited", "no child is left when the program ends", waited),
            Check::new("failure", "it fails when any child has failed", failure),
            Check::new(
                "judges-last",
                "it waits for all children, even if one has failed",
                judges_last,
            ),
            Check::new(
                "late",
                "it waits for a child that takes longer than its work",
                late,
            ),
            Check::new("killed", "it fails when a child is killed", killed),
            Check::new("together", "the children run at the same time", together),
            Check::new(
                "sleeps",
                "it sleeps until a child ends, and does not poll or guess how long it takes",
                sleeps,
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

fn run(children: &[String]) -> Ran {
    with(children).run()
}

fn with(children: &[String]) -> Program {
    program!("process-last-joined").with(children.to_vec())
}

/// `count` children that end well, in another order than that of their starts.
fn some(purpose: &str, count: usize) -> Vec<String> {
    let takes = numbers(purpose, count, 0..=120);
    takes.iter().map(usize::to_string).collect()
}

/// The beginning of the line of a child, with its number.
fn line_of(child: usize) -> String {
    format!("Child process {child} (")
}

fn end() {
    for count in [5, 1, 8] {
        let ran = run(&some("end", count));
        expect_lines(ran.expect_code(0), count);
    }
}

fn waited() {
    let children = ["150", "100", "50", "0"].map(str::to_owned);
    expect_waited(run(&children).expect_code(0));
}

/// The signals that end a child. (The runtime of Rust has a handler for some others, or ignores them.)
const SIGNALS: [&str; 17] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGTERM",
    "SIGXCPU",
    "SIGVTALRM",
    "SIGPROF",
    "SIGIO",
    "SIGSYS",
];

fn failure() {
    for end in ["1", "7", "SIGKILL", "SIGTERM"] {
        for failing in 0..3 {
            let mut children = ["60", "30", "0"].map(str::to_owned);
            children[failing] += &format!(":{end}");
            let ran = run(&children);
            let how = match end.parse::<u8>() {
                Ok(code) => format!("with exit code {code}"),
                Err(_) => format!("by {end}"),
            };
            ran.expect(ran.code != Some(0), || {
                format!(
                    "Child {failing} of 0, 1, 2 ended {how}, so an error and exit code 1 were \
                     expected. The exit code is 0."
                )
            });
            ran.expect_error();
            expect_lines(&ran, 3);
            expect_waited(&ran);
        }
    }
    one_of_many();
    any_signal();
}

/// Each signal counts, also one that an answer has no reason to know.
fn any_signal() {
    for signal in SIGNALS {
        let ran = run(&[format!("0:{signal}"), "0".to_owned()]);
        ran.expect(ran.code != Some(0), || {
            format!(
                "Child 0 of 0, 1 ended by {signal}, so an error and exit code 1 were expected. The exit code \
                 is 0."
            )
        });
        expect_waited(ran.expect_error());
    }
}

/// How each of many children ends counts, from one of the first to one of the last.
fn one_of_many() {
    let last = MOST_CHILDREN - 1;
    for failing in [
        numbers("failing", 1, 0..=4)[0],
        numbers("failing", 1, last - 4..=last)[0],
    ] {
        let mut children = vec!["0".to_owned(); MOST_CHILDREN];
        children[failing] += ":1";
        let ran = run(&children);
        ran.expect(ran.code != Some(0), || {
            format!(
                "Child {failing} of 0 to {last} ended with exit code 1, so an error and exit code 1 were \
                 expected. The exit code is 0."
            )
        });
        expect_waited(ran.expect_error());
    }
}

fn judges_last() {
    let children = ["0:3", "200", "0:SIGKILL", "300"].map(str::to_owned);
    let ran = run(&children);
    expect_lines(&ran, 4);
    expect_waited(ran.expect_error());
    two_fail();
}

/// Ends that look like success if codes are added in a byte, if equal ones cancel each other, or if a signal
/// counts as a negative number.
fn two_fail() {
    let code = numbers("code", 1, 1..=127)[0];
    let [one, other] = [code, 256 - code].map(|code| code.to_string());
    for ends in [
        ["1", "2"],
        [&one, &one],
        [&one, &other],
        ["128", "128"],
        ["9", "SIGKILL"],
        ["137", "SIGKILL"],
        ["15", "SIGTERM"],
        ["SIGTERM", "SIGTERM"],
    ] {
        let [one, other] = ends;
        let ran = run(&[format!("0:{one}"), format!("40:{other}")]);
        ran.expect(ran.code != Some(0), || {
            format!(
                "One child ended with {one} and another one with {other}, so an error and exit code 1 were \
                 expected. The exit code is 0."
            )
        });
        expect_lines(&ran, 2);
        expect_waited(ran.expect_error());
    }
}

/// Stops a child for longer than a whole run takes: an answer that sleeps instead of waiting does not sleep
/// long enough.
fn late() {
    let children = ["40:5", "20", "0"].map(str::to_owned);
    let usual = run(&children);
    for child in 0..3 {
        let line = line_of(child);
        let ran = with(&children).when(&line, 1, usual.longer()).run();
        expect_lines(&ran, 3);
        expect_waited(&ran);
        ran.expect_error();
    }
}

/// The children should end well, but one of them is killed. (A child that has recorded its end before it
/// was killed may have ended well.)
fn killed() {
    for child in 0..3 {
        let children = ["40", "20", "0"].map(str::to_owned);
        let ran = with(&children).when(&line_of(child), 1, Act::Kill).run();
        expect_waited(&ran);
        let exits = ran.run.events.iter();
        let children = exits.filter(|event| event.kind == Kind::Exit && event.lane != 0);
        if children.count() < 3 {
            ran.expect(ran.code != Some(0), || {
                "A child was killed, so exit code 1 was expected. It is 0.".to_owned()
            });
            ran.expect_error();
        }
    }
}

/// As many children as the program may start.
const MOST_CHILDREN: usize = 100;

/// Uses more children than an answer that starts them in batches would start at a time: a few first, which
/// take less time, and then as many as the program takes.
fn together() {
    all_at_once(8, &[100, 200, 400, 1000]);
    all_at_once(MOST_CHILDREN, &[150, 300, 600]);
}

/// Whether the children overlap also depends on the machine, so one run of several is enough; children that
/// are started one after the other never overlap.
fn all_at_once(many: usize, takes: &[u64]) {
    let mut last = None;
    for &takes in takes {
        let ran = run(&vec![takes.to_string(); many]);
        expect_waited(ran.expect_code(0));
        expect_work(&ran, Duration::from_millis(takes));
        let events = &ran.run.events;
        let is_fork = |event: &timeline::Event| event.kind == Kind::Fork && event.lane == 0;
        let forks = events.iter().filter(|event| is_fork(event)).count();
        let last_fork = events.iter().rposition(is_fork);
        let first_exit = events.iter().position(|event| event.kind == Kind::Exit);
        if forks == many && last_fork < first_exit {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        let said = format!(
            "In each of several runs, the last of {many} children was started only after another one had \
             ended: start all children, and then wait for all of them."
        );
        ran.fault(&said).by_clock().raise();
    }
}

/// Compares a run with one that takes ten times as long: an answer that waits does no more work.
fn sleeps() {
    let [short, long] = ["150", "1500"].map(|takes| run(&[takes.to_owned(), "0".to_owned()]));
    expect_waited(long.expect_code(0));
    long.expect_sleeping_since(&short);
    // The others are waited for in the same way when one has failed.
    for (children, last) in [(["20", "0"], 0), (["0:3", "60"], 1)] {
        let children = children.map(str::to_owned);
        let stopped = with(&children).when(&line_of(last), 1, short.longer());
        stopped.run().expect_undisturbed().expect_no_clock();
    }
    // It also never sleeps by the clock, not even between two of many starts. (Each look costs more, the more
    // processes there are, and has to come while it sleeps.)
    let watched = with(&vec!["40".to_owned(); 40]).watch_naps();
    watched.run().expect_first_never_sleeps();
}

fn chaos() {
    for (failing, seed) in (0..6).zip(1..) {
        let mut children = some("chaos", 6);
        children[failing] += ":2";
        let ran = with(&children).chaos(seed).run();
        expect_lines(&ran, 6);
        expect_waited(ran.expect_error());
    }
}

fn bare() {
    let ran = with(&some("bare", 5)).bare().run();
    expect_lines(&ran, 5);
    expect_waited(ran.expect_code(0));
    let ran = with(&["50:SIGKILL".to_owned(), "0".to_owned()])
        .bare()
        .run();
    expect_lines(&ran, 2);
    expect_waited(ran.expect_error());
}

fn expect_lines(ran: &Ran, count: usize) {
    let lines = ran.lines();
    let ends: Vec<_> = (0..lines.len())
        .filter(|&line| lines[line] == "Process end.")
        .collect();
    ran.expect(ends == [lines.len().saturating_sub(1)], || {
        format!(
            "\"Process end.\" was expected once, as the last line. The lines are:\n  {}",
            lines.join("\n  ")
        )
    });
    for child in 0..count {
        let start = line_of(child);
        let is_its = |line: &&&str| line.starts_with(&start) && line.ends_with(") Running...");
        let its = lines.iter().filter(is_its).count();
        ran.expect(its == 1, || {
            format!("One line of child {child} was expected, but there are {its}.")
        });
    }
}

/// Checks that each child existed for at least as long as its work takes.
fn expect_work(ran: &Ran, takes: Duration) {
    for lane in ran.run.lanes.iter().filter(|lane| lane.parent == Some(0)) {
        let times = lane.events.iter().map(|&event| ran.run.events[event].t);
        let lasted = times
            .clone()
            .max()
            .zip(times.min())
            .map(|(end, start)| end - start);
        let lasted = Duration::from_nanos(lasted.unwrap_or_default());
        ran.expect(lasted >= takes, || {
            format!(
                "Child {} existed for {} ms, but its work takes {}: it did not do its work.",
                lane.name,
                lasted.as_millis(),
                takes.as_millis()
            )
        });
    }
}

/// Checks, by what the kernel reports, that no child is left when the program ends.
fn expect_waited(ran: &Ran) {
    ran.expect(ran.unwaited == 0, || {
        format!(
            "The program has ended without waiting for {} of its children.",
            ran.unwaited
        )
    });
}
