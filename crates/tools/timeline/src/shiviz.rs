//! A log for ShiViz, which draws who knew what: with a vector clock at each event.
//!
//! A lane's clock counts its own events, and for every other lane those that it can know of
//! (`Run::clocks`).
//!
//! Source: ShiViz's own page, "What is the input log format to the tool?".

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use crate::head::head;
use crate::run::Run;
use crate::text::{clean, duration, thousands};
use crate::told::told;

/// What ShiViz can still draw.
const MOST_EVENTS: usize = 2_000;

/// How ShiViz finds the events: two lines each, the second with host and clock.
const PARSER: &str = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})";

/// The log, with the expressions before it that a file for ShiViz begins with: how to parse it,
/// and what stands between two runs (nothing: there is one).
pub(crate) fn shiviz(whole: &Run) -> String {
    let run = &*head(whole, MOST_EVENTS);
    let hosts = hosts(run);
    let mut text = format!("{PARSER}\n\n");
    let mut counts = vec![0_u32; run.lanes.len()];
    let count = |place: usize| {
        let count = &mut counts[run.events[place].lane];
        *count += 1;
        Some(*count)
    };
    run.clocks(count, |place, clock| {
        let event = &run.events[place];
        let told = clean(&told(run, place));
        // Writing to a string cannot fail.
        let _fits = write!(text, "{told} (at {})", duration(event.t));
        let left_out = whole.events.len() - run.events.len();
        if place + 1 == run.events.len() && left_out > 0 {
            let _fits = write!(text, "; {} later events are left out", thousands(left_out));
        }
        let known = hosts.iter().zip(clock).filter(|&(_, &count)| count > 0);
        let known: BTreeMap<&String, &u32> = known.collect();
        let clock = serde_json::to_string(&known).unwrap_or_default();
        let _fits = writeln!(text, "\n{} {clock}", hosts[event.lane]);
    });
    text
}

/// A name without blanks for each lane, and no two alike.
fn hosts(run: &Run) -> Vec<String> {
    let mut taken = HashSet::new();
    let host = |(place, lane): (usize, &crate::run::Lane)| {
        let is_plain = |char: char| !char.is_whitespace() && char != '{';
        let plain = |char: char| if is_plain(char) { char } else { '_' };
        let name: String = clean(&lane.name).chars().map(plain).collect();
        let mut host = name.clone();
        while host.is_empty() || !taken.insert(host.clone()) {
            host = format!("{name}_{place}");
            if taken.contains(&host) {
                host.push('_');
            }
        }
        host
    };
    run.lanes.iter().enumerate().map(host).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lanes of the same name, apart from a blank.
    const LOG: &str = r#"
        {"v":2,"t":1,"pid":1,"tid":1,"n":1,"lane":"a b","k":"send","on":"pipe","what":"\"x\""}
        {"v":2,"t":2,"pid":2,"tid":2,"n":1,"lane":"a_b","k":"begin","on":"task"}
        {"v":2,"t":3,"pid":2,"tid":2,"n":2,"lane":"a_b","k":"recv","on":"pipe","c":"1.1"}
        {"v":2,"t":4,"pid":1,"tid":1,"n":2,"lane":"a b","k":"exit"}"#;

    #[test]
    fn a_clock_counts_what_its_lane_can_know_of() {
        let run = Run::read(LOG.as_bytes()).unwrap();
        let expected = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})\n\n\
            send to pipe: x (at 0 ns)\na_b {\"a_b\":1}\n\
            begin task (at 1 ns)\na_b_1 {\"a_b_1\":1}\n\
            receive from pipe: (at 2 ns)\na_b_1 {\"a_b\":1,\"a_b_1\":2}\n\
            exit (at 3 ns)\na_b {\"a_b\":2}\n";
        assert_eq!(shiviz(&run), expected);
    }
}
