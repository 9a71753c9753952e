//! All children are made by the first process, and each process introduces itself once.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Fault, Program, Ran, Verdict, main as judge, program};
use common::Kind;
use timeline::{End, Event, Lane, Role};

fn main() -> ExitCode {
    judge(
        "multiprocess/goes-on",
        &[
            Check::new(
                "family",
                "the first process makes all children, and no child makes any",
                family,
            ),
            Check::new("waited", "no child is left when the program ends", waited),
            Check::new("lines", "each process introduces itself, once", lines),
            Check::new(
                "work",
                "each process takes its time after its line, and each ends by itself",
                work,
            ),
            Check::new("together", "the children exist at the same time", together),
            Check::new("number", "it works for any number of children", number),
            Check::new(
                "late",
                "it waits for a child that takes longer than its time, and each child ends well",
                late,
            ),
            Check::new(
                "sleeps",
                "it sleeps until a child ends, and does not poll",
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

fn with(count: u64, takes: u64) -> Program {
    program!("fork-goes-on").with([count, takes].map(|number| number.to_string()))
}

fn family() {
    expect_family(&with(3, 0).run(), 3);
}

fn waited() {
    let ran = with(4, 100).run();
    expect_family(&ran, 4);
    expect_waited(&ran);
}

fn lines() {
    let ran = with(3, 0).run();
    expect_family(&ran, 3);
    expect_lines(&ran);
}

fn work() {
    // Without children, the first process takes this time only if it takes it itself.
    for count in [3, 0] {
        let ran = with(count, 150).run();
        expect_all(&ran, count);
        expect_work(&ran, 150);
    }
    takes_its_own_time();
}

/// The only child is killed at its line, so the wait for it takes no time. (If the first process has an error
/// then and introduces itself no more, there is nothing to check.)
fn takes_its_own_time() {
    let program = with(1, 400).when_recorded(Kind::Say, 1, Act::Kill);
    let ran = program.run();
    for first in processes(&ran).filter(|lane| lane.parent.is_none()) {
        if said_by(&ran, first).any(|event| !introductions(&event.say).is_empty()) {
            expect_work_of(&ran, first, 400);
        }
    }
}

/// As many children as the program may make: more than an answer that makes them in batches makes at a time.
const MANY: u64 = 8;

/// Whether the children overlap also depends on the machine, so one run of several is enough. Children that
/// are made one after the other never overlap.
fn together() {
    let mut last = None;
    for takes in [100, 200, 400, 1000] {
        let ran = with(MANY, takes).run();
        expect_family(&ran, MANY);
        let mut events = ran.run.events.iter();
        let last_fork = events.rposition(|event| event.kind == Kind::Fork);
        let mut events = ran.run.events.iter();
        let first_exit = events.position(|event| event.kind == Kind::Exit);
        if last_fork < first_exit {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        ran.fault(
            "In each of four runs, the last of eight children was made only after another one had \
             ended: make all children, and then wait for all of them.",
        )
        .by_clock()
        .raise();
    }
}

fn number() {
    for count in [1, 5, 0, 2] {
        let ran = with(count, 0).run();
        expect_all(&ran, count);
    }
}

/// Stops a child for longer than a whole run takes: an answer that sleeps instead of waiting does not sleep
/// long enough.
fn late() {
    let usual = with(3, 100).run();
    for nth in 1..=3 {
        let program = with(3, 100).when_recorded(Kind::Say, nth, usual.longer());
        let ran = program.run();
        expect_all(&ran, 3);
        expect_work(&ran, 100);
        expect_waited(&ran);
        expect_none_failed(&ran);
    }
    all_end_well();
}

/// Stops the first process when it makes the last child, until all children have ended: it has not waited
/// for any, so each that has failed is still there to be seen.
fn all_end_well() {
    let still = Act::Stop(Duration::from_millis(1000));
    let ran = with(3, 200).when_forked(3, still).run();
    expect_all(&ran, 3);
    expect_waited(&ran);
    expect_none_failed(&ran);
}

fn expect_none_failed(ran: &Ran) {
    ran.expect(ran.failed.is_empty(), || {
        "A child ended with an exit code other than 0, which means that it failed. Each child should end \
         with 0."
            .to_owned()
    });
}

/// Compares a run with one in which the child is stopped: an answer that waits does no more work, and has no
/// time limit.
fn sleeps() {
    with(MANY, 0).watch_naps().run().expect_first_never_sleeps();
    let usual = with(1, 500).run();
    let ran = with_stopped_child(500, Duration::from_secs(2));
    expect_waited(&ran);
    ran.expect_sleeping_since(&usual);
    ran.expect_undisturbed().expect_no_clock();
    expect_no_second_sleep();
}

/// A run in which the child is stopped for this long when it has printed its first line.
fn with_stopped_child(takes: u64, length: Duration) -> Ran {
    let still = Act::Stop(length);
    let program = with(1, takes).when_recorded(Kind::Say, 1, still);
    let ran = program.run();
    expect_work(&ran, takes);
    if !ran.has_stopped_a_child {
        let said = "The child had ended before it was stopped.";
        Fault::of(Verdict::GraderError, said).raise();
    }
    ran
}

/// When the child is continued, the parent's own time is over, but a second sleep of the same length is not.
/// On a busy machine the parent's own time may begin late, so it is enough if it waits in one run of several.
fn expect_no_second_sleep() {
    let run = || with_stopped_child(800, Duration::from_millis(1100));
    let mut ran = run();
    for _ in 0..2 {
        if ran.has_waited_by_clock() {
            ran = run();
        }
    }
    ran.expect_no_clock();
}

fn chaos() {
    for seed in 1..=8 {
        let ran = with(4, 1).chaos(seed).run();
        expect_all(&ran, 4);
        expect_waited(&ran);
    }
}

/// Without a log, only the lines show the family: each process has one, and one is the maker in all others.
fn bare() {
    let ran = with(3, 0).bare().run();
    expect_waited(ran.expect_code(0));
    let lines = introductions(&ran.out);
    let mut makers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, maker) in &lines {
        *makers.entry(maker).or_default() += 1;
    }
    let first = lines
        .iter()
        .find(|(process, _)| makers.get(process) == Some(&3));
    ran.expect(lines.len() == 4 && first.is_some(), || {
        format!(
            "Four lines were expected, three of them with the same maker. The lines are:\n  {}",
            ran.lines().join("\n  ")
        )
    });
}

fn expect_all(ran: &Ran, count: u64) {
    expect_family(ran, count);
    expect_lines(ran);
    // A panic is another way not to reach the next turn of the loop.
    ran.expect_no_panic();
}

/// Checks the family in the log, in which `fork` records each child with its parent.
fn expect_family(ran: &Ran, count: u64) {
    ran.expect_code(0);
    let made = processes(ran).filter(|lane| lane.parent.is_some());
    let (by_first, by_others): (Vec<_>, Vec<_>) = made.partition(|lane| lane.parent == Some(0));
    let (first, others) = (by_first.len(), by_others.len());
    ran.expect(others == 0, || {
        format!(
            "{count} children were expected, all made by the first process. It made {first}, \
             and its children made {others} more: a child does not stop before the code of the \
             parent."
        )
    });
    ran.expect(first as u64 == count, || {
        format!("{count} children were expected, but {first} were made.")
    });
}

/// Checks that each process has printed its own line.
fn expect_lines(ran: &Ran) {
    for lane in processes(ran) {
        let said = said_by(ran, lane).flat_map(|event| introductions(&event.say));
        let who = match lane.parent {
            Some(_) => format!("The child {} ({})", lane.name, lane.pid),
            None => format!("The first process ({})", lane.pid),
        };
        let said: Vec<_> = said.collect();
        let [(process, maker)] = said[..] else {
            let times = said.len();
            ran.fault(&format!(
                "{who} should introduce itself once. It did so {times} times."
            ))
            .raise();
        };
        // The maker of the first process does not belong to this run.
        let its = lane.parent.map(|parent| ran.run.lanes[parent].pid);
        let is_maker = its.is_none_or(|its| its.to_string() == maker);
        ran.expect(process == lane.pid.to_string() && is_maker, || {
            let its = its.map(|its| format!(", made by ({its}),"));
            let its = its.unwrap_or_default();
            format!("{who}{its} printed that it is ({process}), made by ({maker}).")
        });
    }
}

/// Checks that each process existed for its time after its line, and then recorded its end: a process that
/// is killed does not.
fn expect_work(ran: &Ran, takes: u64) {
    for lane in processes(ran) {
        expect_work_of(ran, lane, takes);
    }
}

fn expect_work_of(ran: &Ran, lane: &Lane, takes: u64) {
    let who = match lane.parent {
        Some(_) => format!("The child {}", lane.name),
        None => "The first process".to_owned(),
    };
    let End::Exit(exit) = lane.end else {
        ran.fault(&format!("{who} did not end by itself.")).raise();
    };
    let said = said_by(ran, lane).find(|event| !introductions(&event.say).is_empty());
    let nanos = ran.run.events[exit].t - said.map_or(0, |event| event.t);
    let millis = Duration::from_nanos(nanos).as_millis();
    ran.expect(millis >= takes.into(), || {
        format!(
            "{who} ended {millis} ms after its line, but should take {takes} ms: pass this time to \
             `introduce_yourself`."
        )
    });
}

fn processes(ran: &Ran) -> impl Iterator<Item = &Lane> {
    let lanes = ran.run.lanes.iter();
    lanes.filter(|lane| lane.role == Role::Process)
}

/// The lines that a process has printed, in whichever of its threads.
fn said_by<'a>(ran: &'a Ran, process: &Lane) -> impl Iterator<Item = &'a Event> {
    let pid = process.pid;
    let events = ran.run.events.iter();
    events.filter(move |event| event.kind == Kind::Say && ran.run.lanes[event.lane].pid == pid)
}

/// The process and its maker in each line in which a process introduces itself.
fn introductions(text: &str) -> Vec<(&str, &str)> {
    let inner = |line| str::strip_prefix(line, "Process (")?.strip_suffix(").");
    let lines = text.lines().filter_map(inner);
    lines
        .filter_map(|inner| inner.split_once(") made by ("))
        .collect()
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
