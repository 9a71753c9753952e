//! A run as a picture shows it: without the inner parts of things.
//!
//! A pool has queues and a supervisor, and a queue has locks: inner parts that a lesson is not about.
//! The log names the thing to which they belong, and a picture omits them unless `--detail` is given.
//! A lane that waits for an inner part then waits for the thing. Checks and clocks use the whole run.

use std::borrow::Cow;
use std::collections::HashMap;

use common::Kind;

use crate::check::Finding;
use crate::run::{Class, End, Event, Lane, Run, Thing};

/// How much of a run a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Inner parts are folded into the thing to which they belong.
    Folded,
    /// Everything in the log is shown.
    Full,
}

/// A run, and the part of it that a picture shows.
pub(crate) struct Shown<'a> {
    pub(crate) whole: &'a Run,
    pub(crate) run: Cow<'a, Run>,
    /// The index in the shown run of each event of the whole run, if it is shown.
    events: Vec<Option<usize>>,
    lanes: Vec<Option<usize>>,
}

impl<'a> Shown<'a> {
    pub(crate) fn new(whole: &'a Run, detail: Detail) -> Self {
        let is_plain = whole.things.iter().all(|thing| thing.of.is_empty())
            && whole.lanes.iter().all(|lane| lane.of.is_empty());
        if is_plain || detail == Detail::Full {
            return Self {
                whole,
                run: Cow::Borrowed(whole),
                events: (0..whole.events.len()).map(Some).collect(),
                lanes: (0..whole.lanes.len()).map(Some).collect(),
            };
        }
        let mut folding = Folding::new(whole);
        let fates = folding.fates();
        Self {
            whole,
            run: Cow::Owned(folding.run(&fates)),
            events: numbered(fates.iter().map(|fate| !matches!(fate, Fate::Left))),
            lanes: folding.lanes,
        }
    }

    /// The index in the shown run of an event of the whole run, if it is shown.
    pub(crate) fn event(&self, event: usize) -> Option<usize> {
        self.events[event]
    }

    /// The index in the shown run of a lane of the whole run, if it is shown.
    pub(crate) fn lane(&self, lane: usize) -> Option<usize> {
        self.lanes[lane]
    }

    /// Checks the whole run; the findings refer only to events that are shown.
    pub(crate) fn check(&self) -> Vec<Finding> {
        let mut findings = self.whole.check();
        for finding in &mut findings {
            let events = finding.events.iter();
            finding.events = events.filter_map(|&event| self.event(event)).collect();
        }
        findings
    }

    /// The number of lanes and things that are folded.
    pub(crate) fn folded(&self) -> usize {
        let is_folded = matches!(self.run, Cow::Owned(_));
        let things = self
            .whole
            .things
            .iter()
            .filter(|thing| !thing.of.is_empty());
        let lanes = self.whole.lanes.iter().filter(|lane| !lane.of.is_empty());
        usize::from(is_folded) * (things.count() + lanes.count())
    }
}

/// How an event is shown.
#[derive(Clone, Copy)]
enum Fate {
    Stays,
    /// A wait for an inner part, shown as a wait for this thing.
    WaitsFor(usize),
    /// The end of such a wait.
    GoesOn,
    Left,
}

struct Folding<'a> {
    whole: &'a Run,
    /// The index among the shown lanes or things of each one of the whole run.
    lanes: Vec<Option<usize>>,
    things: Vec<Option<usize>>,
    shown: Vec<Thing>,
    /// The outermost thing to which each inner thing and lane belongs.
    outer_of_things: Vec<Option<&'a str>>,
    outer_of_lanes: Vec<Option<&'a str>>,
}

impl<'a> Folding<'a> {
    fn new(whole: &'a Run) -> Self {
        let inner = whole.things.iter().filter(|thing| !thing.of.is_empty());
        let belongs: HashMap<&str, &str> = inner.map(|thing| (&*thing.name, &*thing.of)).collect();
        let mut known: HashMap<&str, &str> = HashMap::new();
        let mut outer = |of: &'a str| {
            let (mut passed, mut name) = (Vec::new(), of);
            let outermost = loop {
                if let Some(outermost) = known.get(name) {
                    break *outermost;
                }
                // For a damaged log, which may claim that two things belong to each other.
                known.insert(name, name);
                passed.push(name);
                match belongs.get(name) {
                    Some(next) => name = next,
                    None => break name,
                }
            };
            known.extend(passed.into_iter().map(|name| (name, outermost)));
            Some(outermost).filter(|name| !name.is_empty())
        };
        let stays = |of: &str| of.is_empty();
        let shown = whole.things.iter().filter(|thing| stays(&thing.of));
        let without_events = |thing: &Thing| Thing {
            events: Vec::new(),
            ..thing.clone()
        };
        Self {
            whole,
            lanes: numbered(whole.lanes.iter().map(|lane| stays(&lane.of))),
            things: numbered(whole.things.iter().map(|thing| stays(&thing.of))),
            shown: shown.map(without_events).collect(),
            outer_of_things: whole.things.iter().map(|thing| outer(&thing.of)).collect(),
            outer_of_lanes: whole.lanes.iter().map(|lane| outer(&lane.of)).collect(),
        }
    }

    fn fates(&mut self) -> Vec<Fate> {
        let outer = self.outer_of_events();
        let mut fates = vec![Fate::Left; self.whole.events.len()];
        let stays = |(_, index): &(&Lane, &Option<usize>)| index.is_some();
        let lanes = self.whole.lanes.iter().zip(&self.lanes).filter(stays);
        let names = self.shown.iter().map(|thing| thing.name.clone());
        let mut places: HashMap<String, usize> = names.zip(0..).collect();
        for (lane, _) in lanes {
            // Whether the previous event of the lane has become a wait for a shown thing.
            let mut waits = false;
            for (number, &index) in lane.events.iter().enumerate() {
                let next = lane.events.get(number + 1).copied();
                fates[index] = match outer[index] {
                    None => Fate::Stays,
                    Some(thing) if is_long_wait(self.whole, index, next) => {
                        Fate::WaitsFor(place_of(&mut self.shown, &mut places, thing))
                    }
                    Some(_) if waits => Fate::GoesOn,
                    Some(_) => Fate::Left,
                };
                waits = matches!(fates[index], Fate::WaitsFor(_));
            }
        }
        fates
    }

    /// For each event about an inner part, the thing to which the part belongs.
    fn outer_of_events(&self) -> Vec<Option<&'a str>> {
        let whole = self.whole;
        let mut labels = HashMap::new();
        for (lane, outer) in whole.lanes.iter().zip(&self.outer_of_lanes) {
            labels.extend(
                outer
                    .iter()
                    .flat_map(|&outer| lane.labels().map(|label| (label, outer))),
            );
        }
        let of_event = |event: &Event| match event.on {
            Some(on) => self.outer_of_things[on],
            None if !event.kind.names_a_lane() => None,
            // A join's cause identifies the lane better than the name does.
            None => match event.cause.filter(|_| event.kind == Kind::Join) {
                Some(exit) => self.outer_of_lanes[whole.events[exit].lane],
                None => labels.get(event.label()).copied(),
            },
        };
        let mut outer: Vec<_> = whole.events.iter().map(of_event).collect();
        for (lane, belongs) in whole.lanes.iter().zip(&self.outer_of_lanes) {
            // A lane names its fork as its cause, which identifies it even among namesakes.
            let first = &whole.events[lane.events[0]];
            if let Some(fork) = first.cause.filter(|_| first.kind == Kind::Start) {
                outer[fork] = *belongs;
            }
        }
        outer
    }

    fn run(&mut self, fates: &[Fate]) -> Run {
        let whole = self.whole;
        let indices = numbered(fates.iter().map(|fate| !matches!(fate, Fate::Left)));
        let lanes = whole.lanes.iter().filter(|lane| lane.of.is_empty());
        let mut run = Run {
            program: whole.program.clone(),
            begun: whole.begun,
            found: whole.found.clone(),
            damage: whole.damage.clone(),
            stuck: whole.stuck.clone(),
            is_idle: whole.is_idle,
            unwaited: whole.unwaited.clone(),
            things: std::mem::take(&mut self.shown),
            lanes: lanes.map(|lane| self.lane(lane, &indices)).collect(),
            events: Vec::new(),
        };
        for index in 0..whole.events.len() {
            let Some(event) = self.event(index, fates, &indices) else {
                continue;
            };
            run.lanes[event.lane].events.push(run.events.len());
            if let Some(on) = event.on {
                run.things[on].events.push(run.events.len());
            }
            run.events.push(event);
        }
        run
    }

    /// A shown lane, without its events.
    fn lane(&self, lane: &Lane, indices: &[Option<usize>]) -> Lane {
        let above = |&lane: &usize| self.whole.lanes[lane].parent;
        let mut parents = std::iter::successors(lane.parent, above).take(self.lanes.len());
        let end = match lane.end {
            End::Exit(exit) => indices[exit].map(End::Exit),
            // An inner lane saw its end; the picture shows it at the next shown event.
            End::Killed(seen) => indices[seen..]
                .iter()
                .flatten()
                .next()
                .copied()
                .map(End::Killed),
            End::Unknown => None,
        };
        Lane {
            parent: parents.find_map(|parent| self.lanes[parent]),
            end: end.unwrap_or(End::Unknown),
            events: Vec::new(),
            ..lane.clone()
        }
    }

    /// An event as it is shown, if it is.
    fn event(&self, index: usize, fates: &[Fate], indices: &[Option<usize>]) -> Option<Event> {
        let event = &self.whole.events[index];
        let stays = |cause: &usize| matches!(fates[*cause], Fate::Stays);
        let cause = event.cause.filter(stays).and_then(|cause| indices[cause]);
        let (kind, on, cause) = match fates[index] {
            Fate::Left => return None,
            Fate::Stays => (event.kind, event.on.and_then(|on| self.things[on]), cause),
            Fate::WaitsFor(thing) => (event.kind, Some(thing), None),
            Fate::GoesOn => (Kind::Resume, None, None),
        };
        let what = match fates[index] {
            Fate::Stays => event.what.clone(),
            _ => Box::default(),
        };
        Some(Event {
            lane: self.lanes[event.lane]?,
            kind,
            on,
            what,
            cause,
            ..event.clone()
        })
    }
}

/// Returns whether an event begins a wait that lasts. A wait for something that is there already,
/// such as a free lock or a message that has come, does not.
fn is_long_wait(run: &Run, index: usize, next: Option<usize>) -> bool {
    let end = next.map(|next| &run.events[next]);
    let is_there = end.is_some_and(|end| match end.kind {
        Kind::Acquire => end.cause.is_none_or(|release| release < index),
        Kind::Recv | Kind::Eof => end.cause.is_some_and(|cause| cause < index),
        _ => false,
    });
    run.events[index].kind.is_wait() && !is_there
}

/// The index of the thing of this name. It is added if nothing has happened to it except waits for
/// its parts.
fn place_of(things: &mut Vec<Thing>, places: &mut HashMap<String, usize>, name: &str) -> usize {
    *places.entry(name.to_owned()).or_insert_with(|| {
        things.push(Thing {
            name: name.to_owned(),
            class: Class::Work,
            of: String::new(),
            room: None,
            events: Vec::new(),
        });
        things.len() - 1
    })
}

/// Numbers the elements that stay.
fn numbered(stays: impl Iterator<Item = bool>) -> Vec<Option<usize>> {
    let mut next = 0;
    let mut number = || {
        next += 1;
        next - 1
    };
    stays.map(|stays| stays.then(&mut number)).collect()
}
