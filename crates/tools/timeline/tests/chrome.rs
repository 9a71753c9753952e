//! Tests that the trace for Perfetto has everything that the run has. `scripts/trace-test` checks, with
//! Perfetto's own trace processor, that Perfetto reads it as intended.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use common::Kind;
use serde_json::Value;
use timeline::{Class, Detail, Format, Run, Screen, State};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn logs() -> BTreeMap<String, Run> {
    let log = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, Run::read(&fs::read(&path).unwrap()[..]).unwrap())
    };
    fs::read_dir(folder("logs")).unwrap().map(log).collect()
}

fn events(run: &Run) -> Vec<Value> {
    let trace = Format::Chrome.show(run, Screen::PLAIN, Detail::Full);
    let trace: Value = serde_json::from_str(&trace).unwrap();
    trace["traceEvents"].as_array().unwrap().clone()
}

fn of_phase<'a>(events: &'a [Value], phase: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["ph"] == phase).collect()
}

/// The number of slices in the trace of a run: one for each event, each piece of work and pause, each
/// time that a lock was held, and each wait longer than the microsecond that an event takes.
fn slices(run: &Run) -> usize {
    let lanes = 0..run.lanes.len();
    let works: usize = lanes.clone().map(|lane| run.works(lane).len()).sum();
    let holds: usize = (0..run.things.len())
        .map(|thing| run.holds(thing).len())
        .sum();
    let t = |event: usize| run.events[event].t;
    let waits = lanes.flat_map(|lane| run.spans(lane));
    let waits = waits.filter(|span| span.state == State::Waits);
    // A wait without an end lasts until the log ends; a wait in the last event has no length.
    let is_long = |span: &timeline::Span| match span.to {
        Some(to) => t(to) > t(span.from) + 1_000,
        None => t(span.from) < run.length(),
    };
    run.events.len() + works + holds + waits.filter(is_long).count()
}

/// The number of arrows: one for each cause that is on another lane than its effect.
fn flows(run: &Run) -> usize {
    let is_arrow = |event: &&timeline::Event| {
        let cause = event.cause.map(|cause| run.events[cause].lane);
        cause.is_some_and(|lane| lane != event.lane)
    };
    run.events.iter().filter(is_arrow).count()
}

/// How often the number of messages in a pipe or queue changes.
fn counts(run: &Run) -> usize {
    let channels = (0..run.things.len()).filter(|&thing| run.things[thing].class == Class::Channel);
    let messages = channels.flat_map(|thing| run.messages(thing));
    messages
        .map(|message| 1 + usize::from(message.recv.is_some()))
        .sum()
}

#[test]
fn a_trace_has_the_slices_and_arrows_of_the_run() {
    let mut expected = String::new();
    for (name, run) in logs() {
        let events = events(&run);
        let (slices, flows, counts) = (slices(&run), flows(&run), counts(&run));
        assert_eq!(of_phase(&events, "X").len(), slices, "{name}");
        assert_eq!(of_phase(&events, "s").len(), flows, "{name}");
        assert_eq!(of_phase(&events, "f").len(), flows, "{name}");
        assert_eq!(of_phase(&events, "C").len(), counts, "{name}");
        expected += &format!("{name} {slices} {flows} {counts}\n");
    }
    let file = folder("golden").join("chrome.expected");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), expected);
}

/// A time in nanoseconds. The trace has microseconds with three decimals, so this is exact.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "see above"
)]
fn ns(event: &Value, field: &str) -> u64 {
    (event[field].as_f64().unwrap() * 1000.0).round() as u64
}

#[test]
fn on_one_track_slices_nest_or_stand_apart() {
    for (name, run) in logs() {
        let events = events(&run);
        let mut tracks: HashMap<(u64, u64), Vec<(u64, u64)>> = HashMap::new();
        for slice in of_phase(&events, "X") {
            let number = |field: &str| slice[field].as_u64().unwrap();
            let (from, dur) = (ns(slice, "ts"), ns(slice, "dur"));
            let track = tracks.entry((number("pid"), number("tid"))).or_default();
            track.push((from, from + dur));
        }
        for slices in tracks.values() {
            for (n, one) in slices.iter().enumerate() {
                for other in &slices[n + 1..] {
                    let overlap = one.0.max(other.0) < one.1.min(other.1);
                    let nested = (one.0 <= other.0 && other.1 <= one.1)
                        || (other.0 <= one.0 && one.1 <= other.1);
                    assert!(!overlap || nested, "{name}: {one:?} and {other:?}");
                }
            }
        }
    }
}

#[test]
fn an_arrow_goes_from_a_slice_to_a_later_one() {
    for (name, run) in logs() {
        let events = events(&run);
        let place = |event: &Value| (event["pid"].clone(), event["tid"].clone(), ns(event, "ts"));
        let slices = of_phase(&events, "X");
        for (from, to) in of_phase(&events, "s")
            .into_iter()
            .zip(of_phase(&events, "f"))
        {
            assert_eq!(from["id"], to["id"]);
            assert!(
                from["id"].is_u64() && to["bp"] == "e",
                "{name}: {from} {to}"
            );
            assert!(ns(from, "ts") < ns(to, "ts"), "{name}: {from} {to}");
            for end in [from, to] {
                let its = slices.iter().filter(|slice| place(slice) == place(end));
                assert!(its.count() >= 1, "{name}: {end} is on no slice");
            }
        }
    }
}

#[test]
fn every_lane_has_a_track_of_its_name() {
    for (name, run) in logs() {
        let events = events(&run);
        let names = of_phase(&events, "M").into_iter();
        let names = names.filter(|event| event["name"] == "thread_name");
        let names: Vec<_> = names
            .map(|event| event["args"]["name"].as_str().unwrap())
            .collect();
        for lane in &run.lanes {
            assert!(
                names.contains(&&*lane.name),
                "{name}: {} of {names:?}",
                lane.name
            );
        }
        let is_kind = |kind: Kind| run.events.iter().any(|event| event.kind == kind);
        assert_eq!(
            is_kind(Kind::Send),
            !of_phase(&events, "C").is_empty(),
            "{name}"
        );
    }
}
