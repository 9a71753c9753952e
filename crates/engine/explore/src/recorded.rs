//! Writes a schedule in the format of a recorded run, for the same pictures.

use std::collections::BTreeSet;

use common::Kind;
use common::log::{LINE_BYTES, Line};

use crate::fault::Fault;
use crate::lanes::name;
use crate::log::Act;

/// The steps up to the fault as the log of a run of `program`. An explored schedule has no time: in
/// the picture a step takes a millisecond.
///
/// The log ends where the fault was found. Its first line names the fault, so that a reader does
/// not take the end of the log for a run that was killed.
#[must_use]
pub fn recorded(program: &str, fault: &Fault) -> String {
    let mut log = Log::default();
    let found = fault.what.lines().next().unwrap_or_default();
    log.write(0, Kind::Run, ["", program, found]);
    let mut seen = BTreeSet::from([0]);
    for step in &fault.steps {
        if seen.insert(step.thread) {
            log.write(0, Kind::Fork, ["", &name(step.thread), ""]);
            log.write(step.thread, Kind::Start, [""; 3]);
        }
        match &step.act {
            Act::Waits(on) => log.write(step.thread, Kind::Wait, [on, "", ""]),
            Act::Takes(on) => log.write(step.thread, Kind::Acquire, [on, "", ""]),
            Act::Gives(on) => log.write(step.thread, Kind::Release, [on, "", ""]),
            Act::Says(text) => log.write(step.thread, Kind::Say, ["", "", text]),
        }
    }
    log.text
}

#[derive(Default)]
struct Log {
    text: String,
    events: u32,
}

impl Log {
    fn write(&mut self, thread: usize, kind: Kind, [on, what, say]: [&str; 3]) {
        let cause = match kind {
            // The fork, which is the previous event.
            Kind::Start => format!("1.{}", self.events),
            _ => String::new(),
        };
        self.events += 1;
        let line = Line {
            t: 1_000_000 * u64::from(self.events),
            pid: 1,
            tid: u32::try_from(thread + 1).unwrap_or(u32::MAX),
            n: self.events,
            lane: name(thread).into(),
            k: kind.name().into(),
            on: on.into(),
            what: what.into(),
            c: cause.into(),
            say: say.into(),
            ..Line::default()
        };
        let bytes = line.bytes().unwrap_or([b' '; LINE_BYTES]);
        self.text += &String::from_utf8_lossy(&bytes);
    }
}
