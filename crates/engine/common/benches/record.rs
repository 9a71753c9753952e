//! Measures the cost of an event, first without a recorder, then with one: `cargo bench -p common`.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::{Duration, Instant};

use common::{EventId, Kind, Settings, record, say};

const EVENTS: usize = 200_000;

fn main() {
    let settings = Settings {
        pace: 1.0,
        seed: None,
        chaos: None,
        record: None,
    };
    // One such event is too short to be measured.
    let begun = Instant::now();
    (0..EVENTS).for_each(one_event);
    let off = begun.elapsed().as_secs_f64() * 1e9 / EVENTS as f64;
    let log = std::env::temp_dir().join(format!("record-{}.jsonl", common::pid()));
    let record = Some(log.clone());
    common::begin("record", &Settings { record, ..settings }).unwrap();
    let mut times: Vec<Duration> = (0..EVENTS).map(timed).collect();
    times.sort();
    std::fs::remove_file(log).unwrap();
    let (median, p99) = (times[EVENTS / 2], times[EVENTS * 99 / 100]);
    say!("an event, not recorded: {off:.2} ns");
    say!("an event, recorded: median {median:?}, 99 % below {p99:?}");
}

fn one_event(number: usize) {
    record(
        Kind::Send,
        "pipe",
        format_args!("url_{number}"),
        EventId::NONE,
    );
}

fn timed(number: usize) -> Duration {
    let begun = Instant::now();
    one_event(number);
    begun.elapsed()
}
