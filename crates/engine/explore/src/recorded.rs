//! A run in the format of a recorded one, for the pictures that those have.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use common::log::VERSION;

use crate::lanes::name;
use crate::log::{Act, Step};

/// The steps as the log of a run of `program`. There is no time in an explored run: in the picture a
/// step takes a millisecond.
#[must_use]
pub fn recorded(program: &str, steps: &[Step]) -> String {
    let mut log = Log::default();
    log.write(0, "run", ["", program, ""]);
    let mut seen = BTreeSet::from([0]);
    for Step { thread, act } in steps {
        if seen.insert(*thread) {
            log.write(0, "fork", ["", &name(*thread), ""]);
            // The one before is its cause.
            log.write(*thread, "start", [""; 3]);
        }
        match act {
            Act::Waits(on) => log.write(*thread, "wait", [on, "", ""]),
            Act::Takes(on) => log.write(*thread, "acquire", [on, "", ""]),
            Act::Gives(on) => log.write(*thread, "release", [on, "", ""]),
            Act::Says(text) => log.write(*thread, "say", ["", "", text]),
        }
    }
    log.text
}

#[derive(Default)]
struct Log {
    text: String,
    events: usize,
}

impl Log {
    fn write(&mut self, thread: usize, kind: &str, [on, what, say]: [&str; 3]) {
        let cause = match kind {
            "start" => format!("1.{}", self.events),
            _ => String::new(),
        };
        self.events += 1;
        let [lane, on, what, say] = [&name(thread), on, what, say].map(quoted);
        let (n, tid) = (self.events, thread + 1);
        // Writing to a string cannot fail.
        let _fits = writeln!(
            self.text,
            "{{\"v\":{VERSION},\"t\":{n}000000,\"pid\":1,\"ppid\":0,\"tid\":{tid},\"n\":{n},\
             \"lane\":{lane},\"k\":\"{kind}\",\"on\":{on},\"what\":{what},\"c\":\"{cause}\",\
             \"say\":{say}}}"
        );
    }
}

/// A text of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char < ' ' => quoted.push(' '),
            char => quoted.push(char),
        }
    }
    quoted + "\""
}
