//! `--runs`: the same lesson many times, and the different orders that occurred.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{IsTerminal, Write as _};
use std::process::{ExitCode, Stdio};

use common::Kind;
use timeline::{Lane, clean};

use crate::operand::WRONG_WORDS;
use crate::options::Options;
use crate::print::print;
use crate::signals::Signals;
use crate::watch::{Watched, watch};

/// Runs the lesson `times` times, without its output, and shows the different orders of its lines
/// and how often each occurred. Ctrl-C ends the series and shows the orders so far. The exit code
/// is 1 if a run failed, if a check of it failed, or if the series was ended.
pub(crate) fn show(
    options: &Options,
    times: u64,
    mut signals: Signals,
) -> Result<ExitCode, String> {
    let mut series = Series::default();
    let mut was_ended = false;
    let progress = Progress;
    while series.done < times && !was_ended {
        progress.show(&format!("run {} of {times}", series.done + 1));
        let over = watch(options, Stdio::null(), &mut signals)?;
        was_ended = over.was_interrupted;
        if !was_ended {
            // Signals are handled meanwhile, because a long log takes time to read.
            let read = signals.work(move || over.read().map(|watched| Ran::from(&watched)));
            match read.map_err(|error| format!("cannot read the log of the run: {error}"))? {
                // The run has reported its wrong command line; all other runs would fail in the same way.
                Some(Ok(ran)) if ran.code == Some(WRONG_WORDS.into()) => {
                    return Ok(ExitCode::from(WRONG_WORDS));
                }
                Some(ran) => series.add(ran?),
                None => was_ended = true,
            }
        }
    }
    drop(progress);
    // No run is left that has to be ended first, so Ctrl-C may now end this process.
    drop(signals);
    let ended = if was_ended {
        format!("Ended after {} of {times} runs.\n", series.done)
    } else {
        String::new()
    };
    print(&format!("{series}{ended}"))?;
    let is_well = !was_ended && series.failed + series.wrong == 0;
    Ok(if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A last line that shows the progress if standard error is a terminal. Drop removes it, however
/// the series ends.
struct Progress;

impl Progress {
    fn show(&self, text: &str) {
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() {
            // The series goes on whether or not the progress could be shown.
            let _seen = stderr.write_all(format!("\r\x1b[K{text}").as_bytes());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}

/// The results of the runs so far.
#[derive(Debug, Default)]
struct Series {
    orders: Orders,
    done: u64,
    failed: u64,
    wrong: u64,
    /// The first failed check of the series.
    first_fault: String,
}

/// What a series keeps of a run.
struct Ran {
    has_failed: bool,
    code: Option<i32>,
    /// The lane that printed each of its lines.
    order: Vec<String>,
    /// The first failed check of the run.
    fault: Option<String>,
}

impl From<&Watched> for Ran {
    fn from(watched: &Watched) -> Self {
        let run = &watched.run;
        let prints = run.events.iter().filter(|event| event.kind == Kind::Say);
        let names = names(&run.lanes);
        Self {
            has_failed: !watched.status.success(),
            code: watched.status.code(),
            order: prints.map(|event| names[event.lane].clone()).collect(),
            fault: run.faults().first().map(ToString::to_string),
        }
    }
}

/// Names the lanes, with numbers for namesakes: their pids differ from run to run.
fn names(lanes: &[Lane]) -> Vec<String> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let called = lanes.iter().map(|lane| &*lane.called);
    let name = |called| {
        let count = known.entry(called).or_default();
        *count += 1;
        match *count {
            1 => called.to_owned(),
            number => format!("{called} ({number})"),
        }
    };
    called.map(name).collect()
}

impl Series {
    fn add(&mut self, ran: Ran) {
        self.done += 1;
        self.failed += u64::from(ran.has_failed);
        self.orders.add(&ran.order);
        if let Some(fault) = ran.fault {
            self.wrong += 1;
            if self.first_fault.is_empty() {
                self.first_fault = fault;
            }
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            done,
            failed,
            wrong,
            ..
        } = self;
        if *done > 0 {
            write!(f, "{}", self.orders)?;
        }
        if *failed > 0 {
            writeln!(f, "{failed} of the {done} runs failed.")?;
        }
        if *wrong > 0 {
            writeln!(
                f,
                "In {wrong} of the {done} runs something did not hold; the first:"
            )?;
            writeln!(f, "{}", self.first_fault)?;
        }
        Ok(())
    }
}

/// The orders in which the lanes of several runs printed. Each line is represented by the letter of
/// its lane, so two lines of the same lane are not distinguished.
#[derive(Debug, Default)]
struct Orders {
    letters: HashMap<String, char>,
    lanes: Vec<String>,
    /// Each order and how often it occurred, sorted by its first run.
    found: Vec<(String, usize)>,
}

/// The letters for the lanes that print. All lanes after the last but one share the `?`.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?";

impl Orders {
    fn add(&mut self, lanes: &[String]) {
        let order = lanes.iter().map(|lane| self.letter(lane)).collect();
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

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs: usize = self.found.iter().map(|(_, count)| count).sum();
        let orders = match self.found.len() {
            1 => "one order".to_owned(),
            number => format!("{number} different orders"),
        };
        writeln!(
            f,
            "{runs} runs, {orders} of the lanes that printed. A letter is a line, printed by"
        )?;
        for name in &self.lanes {
            writeln!(f, "  {} {}", self.letters[name], clean(name))?;
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

/// Breaks an order into lines of 72 letters.
fn wrapped(order: &str) -> String {
    let mut text = String::new();
    for (index, letter) in order.chars().enumerate() {
        if index > 0 && index % 72 == 0 {
            // Writing to a string cannot fail.
            let _fits = write!(text, "\n{:8}", "");
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use timeline::Run;

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

    #[test]
    fn namesakes_are_distinguished_by_their_order_and_not_by_numbers_that_change_with_each_run() {
        let run = |pids: [u32; 3]| {
            let line = |(n, pid): (usize, u32)| {
                format!(
                    r#"{{"v":2,"t":{n},"pid":{pid},"ppid":1,"tid":{pid},"n":1,"lane":"child","k":"say","say":"a"}}"#
                )
            };
            let log: Vec<_> = pids.into_iter().enumerate().map(line).collect();
            Run::read(log.join("\n").as_bytes()).unwrap()
        };
        for pids in [[7, 8, 9], [50, 51, 4]] {
            let names = names(&run(pids).lanes);
            assert_eq!(names, ["child", "child (2)", "child (3)"]);
        }
    }
}
