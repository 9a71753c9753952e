//! Describes what each lane does at each of its events.

use std::collections::{BTreeMap, HashMap};

use common::Kind;

use crate::page::picture::choice::Choice;
use crate::page::picture::facts::Facts;
use crate::run::Run;
use crate::run::leaving::Leaving;
use crate::run::spans::{Span, State};
use crate::words;

/// What a lane does, each time from a drawn event on.
pub(crate) fn states(
    run: &Run,
    choice: &Choice,
    facts: &Facts,
    lane: usize,
) -> Vec<(usize, String)> {
    let mut states: Vec<(usize, String)> = Vec::new();
    let mut note = |index: usize, state: String| {
        if states.last().is_none_or(|(_, before)| *before != state) {
            states.push((index, state));
        }
    };
    // After the events that are left out, a lane does what it did last among them.
    let gap = choice
        .gap
        .and_then(|gap| Some((gap, *choice.events.get(gap)?)));
    let mut hidden: Option<Span> = None;
    let mut doing = Doing::default();
    for span in run.spans(lane) {
        if let Some((index, after)) = gap
            && span.from >= after
            && let Some(before) = hidden.take()
        {
            note(index, doing.state(run, &before));
        }
        doing.take(run, span.from);
        match choice.index_of(span.from) {
            Some(index) => note(index, doing.state(run, &span)),
            None => hidden = Some(span),
        }
    }
    if let (Some((index, _)), Some(before)) = (gap, hidden) {
        note(index, doing.state(run, &before));
    }
    let (event, state) = match facts.leaving(lane) {
        Leaving::Ends(event) => (event, "has ended"),
        Leaving::Killed(event) => (event, "was killed"),
        Leaving::Unknown => return states,
    };
    let left_out = gap.map(|(index, _)| index);
    if let Some(index) = choice.index_of(event).or(left_out) {
        states.push((index, state.to_owned()));
    }
    states
}

/// What a lane has begun and not ended, or taken and not released.
#[derive(Default)]
struct Doing {
    /// Events that begin a piece of work.
    works: Vec<usize>,
    /// The locks that it has, by the events that have taken them.
    locks: BTreeMap<usize, usize>,
    /// For each of them, that event, and how often it was taken and not released.
    depths: HashMap<usize, (usize, usize)>,
}

impl Doing {
    fn take(&mut self, run: &Run, index: usize) {
        let event = &run.events[index];
        let Some(on) = event.on else { return };
        match event.kind {
            Kind::Begin => self.works.push(index),
            Kind::End => {
                let its = |&begin: &usize| run.events[begin].on == Some(on);
                self.works
                    .iter()
                    .rposition(its)
                    .map(|work| self.works.remove(work));
            }
            Kind::Acquire => {
                let (since, depth) = self.depths.entry(on).or_insert((index, 0));
                *depth += 1;
                self.locks.insert(*since, on);
            }
            Kind::Release => {
                if let Some((since, depth)) = self.depths.get_mut(&on) {
                    *depth -= 1;
                    if *depth == 0 {
                        self.locks.remove(since);
                        self.depths.remove(&on);
                    }
                }
            }
            _ => {}
        }
    }

    fn state(&self, run: &Run, span: &Span) -> String {
        let state = match span.state {
            State::Works => self.work(run),
            State::Sleeps if self.works.len() > 1 => self.work(run) + ", asleep",
            State::Sleeps => "sleeps".to_owned(),
            State::Waits => words::wait(run, span.from, span.to),
        };
        state + &self.holding(run)
    }

    fn work(&self, run: &Run) -> String {
        // A pause is not work, but is drawn as such a stretch.
        let name = |&begin: &usize| Some((begin, run.events[begin].on?));
        let works = self.works.iter().rev().filter_map(name);
        let is_pause = |&(_, thing): &(usize, usize)| run.things[thing].name == "pause";
        let work = works.into_iter().find(|work| !is_pause(work));
        work.map_or("runs".to_owned(), |(begin, thing)| {
            format!("works on {}", words::work(run, thing, begin))
        })
    }

    fn holding(&self, run: &Run) -> String {
        let names = self.locks.values().map(|&lock| &*run.things[lock].name);
        match self.locks.len() {
            0 => String::new(),
            many @ 6.. => format!(", holds {many} locks"),
            _ => format!(", holds {}", names.collect::<Vec<_>>().join(" and ")),
        }
    }
}
