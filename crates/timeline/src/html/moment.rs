//! What the script needs to say what is going on at a moment: for each lane what it does, for
//! each thing what is in it, each from when to when; and the clocks of the events.

use common::Kind;
use serde_json::{Value, json};

use super::clocks;
use crate::picture::choice::Choice;
use crate::picture::contents::{Item, What, contents};
use crate::picture::facts::{Ending, Facts};
use crate::picture::text::cut;
use crate::picture::{colour, words};
use crate::run::{Class, Run};
use crate::spans::State;

/// Longer texts are cut.
const LONGEST: usize = 40;

/// As JSON that may stand in a page.
pub(crate) fn data(run: &Run, choice: &Choice, facts: &Facts) -> String {
    let lanes = choice.lanes.iter().map(|&lane| {
        let name = cut(&run.lanes[lane].name, LONGEST);
        json!({"n": name, "c": colour(lane), "s": states(run, choice, facts, lane)})
    });
    let things = choice.things.iter().map(|&thing| {
        let name = cut(&run.things[thing].name, LONGEST);
        let empty = match run.things[thing].class {
            Class::Channel => "empty",
            Class::Lock => "free",
            _ => "not set",
        };
        let items = contents(run, thing);
        let items = items.iter().filter(|item| choice.shows(item.from, item.to));
        let items: Vec<_> = items.map(|item| content(run, choice, item)).collect();
        json!({"n": name, "e": empty, "v": items})
    });
    let on: Vec<_> = choice
        .events
        .iter()
        .map(|&event| run.events[event].lane)
        .collect();
    let data = json!({
        "l": lanes.collect::<Vec<_>>(),
        "t": things.collect::<Vec<_>>(),
        "on": on,
        "c": clocks::steps(run, choice),
    });
    // No text of the log may end the script that it stands in.
    data.to_string().replace('<', "\\u003c")
}

/// From which event to which something is in a thing, its text, its colour.
fn content(run: &Run, choice: &Choice, item: &Item) -> Value {
    let place = |event: usize| choice.events.partition_point(|&shown| shown < event);
    let event = &run.events[item.from];
    let text = match item.what {
        What::Message => cut(event.label(), LONGEST),
        What::LastWord => "end".to_owned(),
        What::Hold(1) => cut(&run.lanes[event.lane].name, LONGEST),
        What::Hold(depth) => format!("×{depth}"),
        What::Value => format!("= {}", cut(event.label(), LONGEST)),
    };
    json!([
        place(item.from),
        item.to.map(place),
        text,
        colour(event.lane)
    ])
}

/// What a lane does, each time from a drawn event on.
fn states(run: &Run, choice: &Choice, facts: &Facts, lane: usize) -> Vec<(usize, String)> {
    let mut states: Vec<(usize, String)> = Vec::new();
    let mut doing = Doing::default();
    for span in run.spans(lane) {
        doing.take(run, span.from);
        if let Some(place) = choice.place(span.from) {
            let state = match span.state {
                State::Works => doing.work(run),
                State::Sleeps if doing.works.len() > 1 => doing.work(run) + ", asleep",
                State::Sleeps => "sleeps".to_owned(),
                State::Waits => words::wait(run, span.from, span.to),
            };
            let state = state + &doing.holding(run);
            if states.last().is_none_or(|(_, before)| *before != state) {
                states.push((place, state));
            }
        }
    }
    let (end, ending) = facts.end(lane);
    let end = end.and_then(|event| choice.place(event));
    match (end, ending) {
        (Some(place), Ending::Itself) => states.push((place, "has ended".to_owned())),
        (Some(place), Ending::Killed) => states.push((place, "was killed".to_owned())),
        _ => {}
    }
    states
}

/// What a lane has begun and not ended, taken and not given back.
#[derive(Default)]
struct Doing {
    /// Events that begin a piece of work.
    works: Vec<usize>,
    locks: Vec<usize>,
}

impl Doing {
    fn take(&mut self, run: &Run, place: usize) {
        let event = &run.events[place];
        let Some(on) = event.on else { return };
        match event.kind {
            Kind::Begin => self.works.push(place),
            Kind::End => {
                let its = |&begin: &usize| run.events[begin].on == Some(on);
                self.works
                    .iter()
                    .rposition(its)
                    .map(|work| self.works.remove(work));
            }
            Kind::Acquire => self.locks.push(on),
            Kind::Release => {
                let its = |&lock: &usize| lock == on;
                self.locks
                    .iter()
                    .rposition(its)
                    .map(|lock| self.locks.remove(lock));
            }
            _ => {}
        }
    }

    fn work(&self, run: &Run) -> String {
        // A pause is no work, but a stretch like it.
        let name = |&begin: &usize| Some((begin, run.events[begin].on?));
        let works = self.works.iter().rev().filter_map(name);
        let is_pause = |&(_, thing): &(usize, usize)| run.things[thing].name == "pause";
        let work = works.into_iter().find(|work| !is_pause(work));
        work.map_or("runs".to_owned(), |(begin, thing)| {
            format!("works on {}", words::work(run, thing, begin))
        })
    }

    fn holding(&self, run: &Run) -> String {
        let mut names: Vec<&str> = Vec::new();
        for &lock in &self.locks {
            let name = &*run.things[lock].name;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        match names.is_empty() {
            true => String::new(),
            false => format!(", holds {}", names.join(" and ")),
        }
    }
}
