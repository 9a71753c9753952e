//! `--predict`: the student puts five lines of a run in order before the run is shown.

use std::collections::HashMap;
use std::fmt::Write;
use std::io::{self, BufRead, Read};

use common::Kind;
use timeline::{Class, Lane, Run, clean};

use crate::print::print;

/// How many lines the student puts in order.
const LINES: usize = 5;
/// The longest answer that is read: much longer than any valid one.
const LONGEST_ANSWER_BYTES: u64 = 1000;
const NAMES: [char; LINES] = ['a', 'b', 'c', 'd', 'e'];

/// Asks for the order of five lines that the run has printed, and prints a verdict: whether the
/// answer is the order of this run, and if not, whether it could be the order of another run.
pub(crate) fn ask(run: &Run) -> Result<(), String> {
    let question = match Question::new(run) {
        Ok(question) => question,
        Err(why) => return print(&format!("{why}: there is nothing to predict.\n")),
    };
    print(&question.to_string())?;
    for _ in 0..3 {
        let mut answer = Vec::new();
        // Limits how much of an endless line is read; the rest counts as the next answer.
        let mut line = io::stdin().lock().take(LONGEST_ANSWER_BYTES);
        let read = line.read_until(b'\n', &mut answer);
        if read.map_err(|error| format!("cannot read your answer: {error}"))? == 0 {
            return print("\n");
        }
        match question.read_answer(&String::from_utf8_lossy(&answer)) {
            Some(answer) => return print(&question.judge(run, answer)),
            None => print("Each of the five letters once, please, such as: c a b e d\n> ")?,
        }
    }
    Ok(())
}

/// Five events to put in order, listed in an order that reveals nothing.
struct Question<'a> {
    run: &'a Run,
    events: [usize; LINES],
}

impl<'a> Question<'a> {
    /// Chooses five lines from the whole run and from all lanes, and sorts them by text, which
    /// reveals nothing of their order. Returns the reason if there is no such question.
    fn new(run: &'a Run) -> Result<Self, &'static str> {
        let lanes = lines_of_lanes(run);
        if lanes.iter().map(Vec::len).sum::<usize>() < LINES {
            return Err("The run printed fewer than five lines that can be told apart");
        }
        let mut events = choose(&lanes);
        events.sort_by_key(|&index| (&run.events[index].say, index));
        let events =
            <[usize; LINES]>::try_from(events).map_err(|_| "The lines cannot be chosen")?;
        let is_free = |&one: &usize| {
            let cone = run.cone_without_locks(one);
            let is_ordered = |other: usize| other == one || cone.past[other] || cone.future[other];
            !events.iter().all(|&other| is_ordered(other))
        };
        if !events.iter().any(is_free) {
            return Err("The lines of the run can come in one order only");
        }
        Ok(Self { run, events })
    }

    /// Parses "c a b e d" or "cabed" into indices of `events`; `None` if it is not each letter once.
    fn read_answer(&self, text: &str) -> Option<[usize; LINES]> {
        let letters = text.trim().to_lowercase();
        let letters = letters.chars().filter(|letter| !letter.is_whitespace());
        let indices: Option<Vec<usize>> = letters
            .map(|letter| NAMES.iter().position(|&name| name == letter))
            .collect();
        let answer: [usize; LINES] = indices?.try_into().ok()?;
        let mut each_once = answer;
        each_once.sort_unstable();
        (each_once == [0, 1, 2, 3, 4]).then_some(answer)
    }

    fn judge(&self, run: &Run, answer: [usize; LINES]) -> String {
        let given = answer.map(|index| self.events[index]);
        let mut real = answer;
        real.sort_by_key(|&index| self.events[index]);
        let letters = real.map(|index| NAMES[index].to_string()).join(" ");
        let mut text = if given.is_sorted() {
            "Right: this was the order.\n".to_owned()
        } else {
            format!("In this run it was: {letters}\n")
        };
        let mut impossible = 0;
        for (index, &one) in given.iter().enumerate() {
            let cone = run.cone_without_locks(one);
            for &other in &given[index + 1..] {
                if cone.past[other] {
                    impossible += 1;
                    let (one, other) = (self.name_of(one), self.name_of(other));
                    // Writing to a string cannot fail.
                    let _fits = writeln!(
                        text,
                        "{one} cannot come before {other} where each lane does the same again."
                    );
                }
            }
        }
        for (lock, [one, between, last]) in torn_holds(run, &given) {
            impossible += 1;
            let [one, between, last] = [one, between, last].map(|event| self.name_of(event));
            let lock = clean(lock);
            let _fits = writeln!(
                text,
                "{between} cannot come between {one} and {last}: {lock} has one owner at a time."
            );
        }
        if impossible == 0 && !given.is_sorted() {
            text += "Yours may be possible, too: nothing that the log shows forbids it.\n";
        }
        text
    }

    fn name_of(&self, event: usize) -> char {
        let index = self.events.iter().position(|&other| other == event);
        NAMES[index.unwrap_or_default()]
    }
}

/// For each lock, three lines in this order: one owner printed the outer two, another the middle one.
fn torn_holds<'a>(run: &'a Run, given: &[usize; LINES]) -> Vec<(&'a str, [usize; 3])> {
    let mut torn = Vec::new();
    for (index, lock) in run.things.iter().enumerate() {
        if lock.class == Class::Lock && lock.room.is_none() {
            let owned = given.map(|line| hold_of(run, index, line));
            let lines = torn_hold(&owned);
            torn.extend(lines.map(|lines| (&*lock.name, lines.map(|line| given[line]))));
        }
    }
    torn
}

/// The hold of the lock during which this line was printed, identified by its acquire event.
fn hold_of(run: &Run, lock: usize, line: usize) -> Option<usize> {
    let mut holds = run.holds(lock).into_iter();
    let hold = holds.find(|hold| {
        let until = hold.release.unwrap_or(usize::MAX);
        hold.depth == 1
            && hold.lane == run.events[line].lane
            && (hold.acquire..until).contains(&line)
    });
    hold.map(|hold| hold.acquire)
}

fn torn_hold(owned: &[Option<usize>; LINES]) -> Option<[usize; 3]> {
    for first in 0..LINES {
        for next in first + 1..LINES {
            for last in next + 1..LINES {
                let is_other = owned[next].is_some() && owned[next] != owned[first];
                if owned[first].is_some() && owned[first] == owned[last] && is_other {
                    return Some([first, next, last]);
                }
            }
        }
    }
    None
}

/// A line as it is shown, without characters that a terminal would obey.
fn shown(run: &Run, event: usize) -> String {
    let event = &run.events[event];
    clean(&format!("{}: {}", run.lanes[event.lane].name, event.say))
}

/// The printed lines of each lane that has some, without those that look like another line.
fn lines_of_lanes(run: &Run) -> Vec<Vec<usize>> {
    let is_line = |&index: &usize| run.events[index].kind == Kind::Say;
    let mut times: HashMap<String, usize> = HashMap::new();
    for line in (0..run.events.len()).filter(is_line) {
        *times.entry(shown(run, line)).or_default() += 1;
    }
    let is_alone = |&line: &usize| times[&shown(run, line)] == 1;
    let lines = |lane: &Lane| {
        let lines = lane.events.iter().copied().filter(is_line);
        lines.filter(is_alone).collect()
    };
    let lanes = run.lanes.iter().map(lines);
    lanes
        .filter(|lines: &Vec<usize>| !lines.is_empty())
        .collect()
}

/// Chooses five of the lines: equally many of each lane, as far as it has them, and spread from the
/// lane's first line to its last.
fn choose(lanes: &[Vec<usize>]) -> Vec<usize> {
    let mut shares = vec![0; lanes.len()];
    let mut left = LINES;
    while left > 0 {
        let before = left;
        for (share, lines) in shares.iter_mut().zip(lanes) {
            let takes = left > 0 && *share < lines.len();
            *share += usize::from(takes);
            left -= usize::from(takes);
        }
        if left == before {
            break;
        }
    }
    let spread = |(lines, share): (&Vec<usize>, usize)| -> Vec<usize> {
        let last = lines.len() - 1;
        let at = |part: usize| lines[part * last / share.saturating_sub(1).max(1)];
        (0..share).map(at).collect()
    };
    lanes.iter().zip(shares).flat_map(spread).collect()
}

impl std::fmt::Display for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "The run is over. Five of the lines that it printed:\n")?;
        for (name, &event) in NAMES.iter().zip(&self.events) {
            writeln!(f, "  {name}  {}", shown(self.run, event))?;
        }
        write!(
            f,
            "\nIn which order did they come? Five letters, the first one first.\n> "
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of two threads that each print while holding a lock; `a` takes it first.
    fn run() -> Run {
        let lines = [
            ("main", "fork", "", "a", "", ""),
            ("main", "fork", "", "b", "", ""),
            ("a", "start", "", "", "9.1", ""),
            ("b", "start", "", "", "9.2", ""),
            ("a", "acquire", "mylock", "", "", ""),
            ("a", "say", "", "", "", "one"),
            ("a", "say", "", "", "", "two"),
            ("a", "release", "mylock", "", "", ""),
            ("b", "acquire", "mylock", "", "9.8", ""),
            ("b", "say", "", "", "", "three"),
            ("b", "say", "", "", "", "four"),
            ("b", "release", "mylock", "", "", ""),
            ("a", "say", "", "", "", "zero"),
        ];
        let mut log = String::new();
        for (n, (lane, kind, on, what, cause, say)) in (1..).zip(lines) {
            let tid = 9 + ["main", "a", "b"]
                .iter()
                .position(|name| *name == lane)
                .unwrap();
            writeln!(
                log,
                r#"{{"v":2,"t":{n}000,"pid":9,"ppid":1,"tid":{tid},"n":{n},"lane":"{lane}","k":"{kind}","on":"{on}","what":"{what}","c":"{cause}","say":"{say}"}}"#
            )
            .unwrap();
        }
        Run::read(log.as_bytes()).unwrap()
    }

    /// The verdict on the lines in this order.
    fn judged(order: [&str; LINES]) -> String {
        let run = run();
        let question = Question::new(&run).unwrap();
        let index = |line: &str| {
            let mut events = question.events.iter();
            events.position(|&event| &*run.events[event].say == line)
        };
        question.judge(&run, order.map(|line| index(line).unwrap()))
    }

    #[test]
    fn another_lane_may_have_the_lock_first_and_no_two_have_it_at_once() {
        let right = judged(["one", "two", "three", "four", "zero"]);
        assert!(right.starts_with("Right"), "{right}");
        let other = judged(["three", "four", "one", "two", "zero"]);
        assert!(other.contains("Yours may be possible"), "{other}");
        let torn = judged(["one", "three", "two", "four", "zero"]);
        assert!(torn.contains("mylock has one owner at a time"), "{torn}");
        assert!(!torn.contains("possible"), "{torn}");
        let before = judged(["zero", "one", "two", "three", "four"]);
        assert!(before.contains("cannot come before"), "{before}");
    }
}
