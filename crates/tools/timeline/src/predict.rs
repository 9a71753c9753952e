//! `--predict`: the student puts five lines of the run in order before they see it.

use std::fmt::Write;
use std::io::{self, BufRead};

use common::Kind;

use crate::Run;

/// How many lines are asked for.
const LINES: usize = 5;
const NAMES: [char; LINES] = ['a', 'b', 'c', 'd', 'e'];

/// Asks for the order of five lines that the run has printed, and tells what was right: not only
/// whether it was the order of this run, but whether it could have been that of another.
pub(crate) fn ask(run: &Run) -> Result<(), String> {
    let print = |text: &str| {
        common::print_text(text)
            .map_err(|error| format!("cannot write to standard output: {error}"))
    };
    let Some(question) = Question::new(run) else {
        return print("The run printed fewer than five lines: there is nothing to predict.\n");
    };
    print(&question.to_string())?;
    for _ in 0..3 {
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        if read.map_err(|error| format!("cannot read your answer: {error}"))? == 0 {
            return print("\n");
        }
        match question.read_answer(&answer) {
            Some(answer) => return print(&question.judge(run, answer)),
            None => print("Each of the five letters once, please, such as: c a b e d\n> ")?,
        }
    }
    Ok(())
}

/// Five events, as they are asked for: in no telling order.
struct Question<'a> {
    run: &'a Run,
    events: [usize; LINES],
}

impl<'a> Question<'a> {
    /// Five lines from all over the run, listed by their texts: that tells nothing of the order.
    fn new(run: &'a Run) -> Option<Self> {
        let is_line = |&place: &usize| run.events[place].kind == Kind::Say;
        let says: Vec<_> = (0..run.events.len()).filter(is_line).collect();
        let last = says.len().checked_sub(1).filter(|_| says.len() >= LINES)?;
        let mut events = [0, 1, 2, 3, 4].map(|part| says[part * last / (LINES - 1)]);
        events.sort_by_key(|&place| (&run.events[place].say, place));
        Some(Self { run, events })
    }

    /// "c a b e d", or "cabed": places in `events`.
    fn read_answer(&self, text: &str) -> Option<[usize; LINES]> {
        let letters = text.trim().to_lowercase();
        let letters = letters.chars().filter(|letter| !letter.is_whitespace());
        let places: Option<Vec<usize>> = letters
            .map(|letter| NAMES.iter().position(|&name| name == letter))
            .collect();
        let answer: [usize; LINES] = places?.try_into().ok()?;
        let mut each_once = answer;
        each_once.sort_unstable();
        (each_once == [0, 1, 2, 3, 4]).then_some(answer)
    }

    fn judge(&self, run: &Run, answer: [usize; LINES]) -> String {
        let given = answer.map(|place| self.events[place]);
        let mut real = answer;
        real.sort_by_key(|&place| self.events[place]);
        let letters = real.map(|place| NAMES[place].to_string()).join(" ");
        let mut text = if given.is_sorted() {
            "Right: this was the order.\n".to_owned()
        } else {
            format!("In this run it was: {letters}\n")
        };
        let mut impossible = 0;
        for (place, &one) in given.iter().enumerate() {
            let cone = run.cone(one);
            for &other in &given[place + 1..] {
                if cone.past[other] {
                    impossible += 1;
                    let (one, other) = (self.name_of(one), self.name_of(other));
                    // Writing to a string cannot fail.
                    let _fits = writeln!(text, "{one} can never come before {other}.");
                }
            }
        }
        if impossible == 0 && !given.is_sorted() {
            text += "Yours is possible, too: nothing in the run forbids it.\n";
        }
        text
    }

    fn name_of(&self, event: usize) -> char {
        let place = self.events.iter().position(|&other| other == event);
        NAMES[place.unwrap_or_default()]
    }
}

impl std::fmt::Display for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "The run is over. Five of the lines that it printed:\n")?;
        for (name, &event) in NAMES.iter().zip(&self.events) {
            let event = &self.run.events[event];
            let lane = &self.run.lanes[event.lane].name;
            writeln!(f, "  {name}  {lane}: {}", event.say)?;
        }
        write!(
            f,
            "\nIn which order did they come? Five letters, the first one first.\n> "
        )
    }
}
