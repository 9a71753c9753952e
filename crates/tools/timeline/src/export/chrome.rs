//! Chrome's trace format, for Perfetto and chrome://tracing.
//!
//! A lane is a thread of its process. Locks and queues are the threads of a process of their own,
//! named "things". Every event is a slice, however short, because arrows must begin and end at
//! slices: messages, locks passed on, forks and joins.

mod json;
mod nest;
mod slices;

use std::collections::HashSet;

use common::Kind;

use crate::run::Run;
use crate::run::head::head;
use crate::text::thousands;
use json::{Json, Track};
use nest::nest;
use slices::Times;

/// With more events, the viewer becomes slow.
const MOST_EVENTS: usize = 200_000;

/// The trace.
pub(crate) fn chrome(whole: &Run) -> String {
    let run = &*head(whole, MOST_EVENTS);
    let times = Times::new(run);
    let mut json = Json::new();
    let mut numbers = Numbers::new(run);
    let tracks = lanes(run, &times, &mut numbers, &mut json);
    things(run, &times, &mut numbers, &mut json);
    // After all slices, because an arrow is bound to a slice that is already there.
    for (id, (cause, effect, what)) in arrows(run).into_iter().enumerate() {
        let end = |event: usize| (tracks[run.events[event].lane], times.at(event));
        json.arrow(id + 1, what, end(cause), end(effect));
    }
    json.end(&about(whole, run))
}

fn about(whole: &Run, run: &Run) -> String {
    let left_out = whole.events.len() - run.events.len();
    match left_out {
        0 => format!("a run of {}", run.program),
        _ => format!(
            "a run of {}; its last {} events are left out",
            run.program,
            thousands(left_out)
        ),
    }
}

/// Writes the tracks of the lanes. Returns the tracks that have their events.
fn lanes(run: &Run, times: &Times<'_>, numbers: &mut Numbers, json: &mut Json) -> Vec<Track> {
    let mut named = HashSet::new();
    let mut tracks = Vec::with_capacity(run.lanes.len());
    for (index, lane) in run.lanes.iter().enumerate() {
        let pid = u64::from(lane.pid);
        if named.insert(pid) {
            json.process(pid, &lane.name, index);
        }
        let track = (pid, numbers.thread(lane.pid, lane.tid));
        tracks.push(track);
        draw(
            times.of_lane(index),
            track,
            &lane.name,
            index,
            numbers,
            json,
        );
    }
    tracks
}

/// The tracks of locks, and the counters of pipes and queues.
fn things(run: &Run, times: &Times<'_>, numbers: &mut Numbers, json: &mut Json) {
    let pid = numbers.next();
    json.process(pid, "things", run.lanes.len());
    for (index, thing) in run.things.iter().enumerate() {
        let slices = times.of_thing(index);
        if !slices.is_empty() {
            let track = (pid, numbers.next());
            draw(slices, track, &thing.name, index, numbers, json);
        }
        for (at, count) in times.levels(index) {
            json.counter(pid, &format!("messages in {}", thing.name), at, count);
        }
    }
}

/// Draws slices on a track, and on further ones of the same name where they overlap.
fn draw(
    slices: Vec<nest::Slice>,
    track: Track,
    name: &str,
    index: usize,
    numbers: &mut Numbers,
    json: &mut Json,
) {
    let mut track = track;
    json.thread(track, name, index);
    for (n, slices) in nest(slices).into_iter().enumerate() {
        if n > 0 {
            track = (track.0, numbers.next());
            json.thread(track, &format!("{name} ({})", n + 1), index);
        }
        for slice in slices {
            json.slice(track, &slice.name, slice.from, slice.to);
        }
    }
}

/// Pairs of cause and effect on different lanes, and what passes from one to the other.
fn arrows(run: &Run) -> Vec<(usize, usize, &'static str)> {
    let arrow = |(effect, event): (usize, &crate::run::Event)| {
        let cause = event.cause?;
        let what = match run.events[cause].kind {
            Kind::Send => "message",
            Kind::Release => "lock",
            Kind::Fork => "fork",
            Kind::Exit => "join",
            Kind::Close => "close",
            Kind::Kill => "kill",
            _ => "change",
        };
        (run.events[cause].lane != event.lane).then_some((cause, effect, what))
    };
    run.events.iter().enumerate().filter_map(arrow).collect()
}

/// Numbers for threads that have none of their own: tasks, further tracks, things.
struct Numbers {
    taken: HashSet<(u32, u32)>,
    next: u64,
}

impl Numbers {
    fn new(run: &Run) -> Self {
        let most = run.lanes.iter().map(|lane| lane.pid.max(lane.tid)).max();
        let most = u64::from(most.unwrap_or(0));
        Self {
            taken: HashSet::new(),
            // Greater than every number that the kernel assigns (proc(5), `pid_max`).
            next: most.max(1 << 22) + 1,
        }
    }

    fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The thread's own number, if no other lane has it.
    fn thread(&mut self, pid: u32, tid: u32) -> u64 {
        if self.taken.insert((pid, tid)) {
            u64::from(tid)
        } else {
            self.next()
        }
    }
}
