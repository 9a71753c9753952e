//! `--runs`: the same lesson many times, and the different orders that occurred.

use std::collections::HashMap;
use std::fmt::Write;
use std::process::{ExitCode, Stdio};

use common::Kind;

use crate::Run;
use crate::options::Options;
use crate::watch::watch;

/// Runs the lesson `times` times, without its output, and shows which orders its lines came in,
/// and how often. The exit code is 1 if a run failed.
pub(crate) fn show(options: &Options, times: u64) -> Result<ExitCode, String> {
    let print = |text: &str| {
        common::print_text(text)
            .map_err(|error| format!("cannot write to standard output: {error}"))
    };
    let mut orders = Orders::default();
    let mut failed = 0;
    for _ in 0..times {
        let watched = watch(options, Stdio::null())?;
        failed += u64::from(!watched.status.success());
        orders.add(&watched.run);
    }
    print(&orders.to_string())?;
    if failed > 0 {
        print(&format!("{failed} of the {times} runs failed.\n"))?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The orders in which the lines of several runs came. A line is told by the letter of the lane
/// that printed it: within one lane its lines always come in the same order.
#[derive(Debug, Default)]
struct Orders {
    letters: HashMap<String, char>,
    lanes: Vec<String>,
    /// Each order with how often it came, in the order of their first run.
    found: Vec<(String, usize)>,
}

/// A letter for each lane that prints; the rest share the last.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?";

impl Orders {
    fn add(&mut self, run: &Run) {
        let says = run.events.iter().filter(|event| event.kind == Kind::Say);
        let lanes = says.map(|event| &*run.lanes[event.lane].name);
        let order = lanes.map(|lane| self.letter(lane)).collect();
        self.count(order);
    }

    fn count(&mut self, order: String) {
        match self.found.iter_mut().find(|(known, _)| *known == order) {
            Some((_, count)) => *count += 1,
            None => self.found.push((order, 1)),
        }
    }

    fn letter(&mut self, lane: &str) -> char {
        let next = LETTERS.chars().nth(self.lanes.len()).unwrap_or('?');
        let lanes = &mut self.lanes;
        *self.letters.entry(lane.to_owned()).or_insert_with(|| {
            lanes.push(lane.to_owned());
            next
        })
    }
}

impl std::fmt::Display for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let runs: usize = self.found.iter().map(|(_, count)| count).sum();
        let orders = match self.found.len() {
            1 => "one order".to_owned(),
            number => format!("{number} different orders"),
        };
        writeln!(
            f,
            "{runs} runs, {orders} of their lines. A letter is a line, printed by"
        )?;
        for name in &self.lanes {
            writeln!(f, "  {} {name}", self.letters[name])?;
        }
        writeln!(f)?;
        let mut found: Vec<_> = self.found.iter().collect();
        found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (order, count) in found {
            writeln!(f, "{count:4} x  {}", wrapped(order))?;
        }
        Ok(())
    }
}

/// In lines of 72 letters.
fn wrapped(order: &str) -> String {
    let mut text = String::new();
    for (place, letter) in order.chars().enumerate() {
        if place > 0 && place % 72 == 0 {
            // Writing to a string cannot fail.
            let _fits = write!(text, "\n{:8}", "");
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_order_comes_first() {
        let mut orders = Orders::default();
        for order in ["main a", "a main", "a main"] {
            let letters = order.split(' ').map(|lane| orders.letter(lane)).collect();
            orders.count(letters);
        }
        let text = orders.to_string();
        assert!(text.starts_with("3 runs, 2 different orders"), "{text}");
        assert!(text.ends_with("   2 x  BA\n   1 x  AB\n"), "{text}");
    }
}
