//! From events as they stand in the file to a run in the order of time.
//!
//! Several processes append to one file, so the order in the file is not quite the order of
//! time. The recorder stamps a cause before the act and an effect after it, so in the order of
//! time no effect stands before its cause; where a log says otherwise, its clocks are wrong.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem;

use common::{EventId, Kind};

use crate::run::{End, Event, Lane, Role, Run};

/// Puts everything in its order, and finds what belongs together. `causes` has the cause that
/// each event names, as they are in the file.
pub(crate) fn settle(run: &mut Run, causes: &[EventId]) {
    let causes = sort(run, causes);
    let first = run.events[0].t;
    for event in &mut run.events {
        // Sorted, so none is earlier; and what draws them may add to a time.
        event.t = (event.t - first).min(LONGEST_NS);
    }
    link(run, &causes);
    list_events(run);
    find_families(run);
    tell_namesakes_apart(run);
}

/// No run lasts 36 years: a time after that is a wrong one.
const LONGEST_NS: u64 = 1 << 60;

/// By time; what has the same time stays as it is in the file. Gives the causes in that order.
fn sort(run: &mut Run, causes: &[EventId]) -> Vec<EventId> {
    let mut both: Vec<_> = mem::take(&mut run.events).into_iter().zip(causes).collect();
    both.sort_by_key(|(event, _)| event.t);
    let (events, causes): (Vec<_>, Vec<EventId>) = both.into_iter().unzip();
    run.events = events;
    causes
}

fn link(run: &mut Run, causes: &[EventId]) {
    let named =
        |(place, event): (usize, &Event)| can_cause(event.kind).then_some((event.id, place));
    let places: HashMap<EventId, usize> = run.events.iter().enumerate().filter_map(named).collect();
    for (place, &cause) in causes.iter().enumerate() {
        if cause == EventId::NONE {
            continue;
        }
        match places.get(&cause) {
            None => run.damage.lost_causes += 1,
            Some(&cause) if cause < place => run.events[place].cause = Some(cause),
            Some(_) => run.damage.backwards += 1,
        }
    }
}

fn can_cause(kind: Kind) -> bool {
    use Kind::{Close, Exit, Fork, Kill, Release, Send, Set};
    matches!(kind, Fork | Exit | Send | Close | Release | Kill | Set)
}

/// Lists the events of each lane and thing. Lanes stand in the order in which they were forked
/// (which of two children runs first is chance), things in that of their first event.
fn list_events(run: &mut Run) {
    for (place, event) in run.events.iter().enumerate() {
        run.lanes[event.lane].events.push(place);
        if let Some(on) = event.on {
            run.things[on].events.push(place);
        }
    }
    let events = &run.events;
    let lane_places = order(&mut run.lanes, |lane| {
        let first = lane.events[0];
        events[first].cause.unwrap_or(first)
    });
    let thing_places = order(&mut run.things, |thing| thing.events[0]);
    for event in &mut run.events {
        event.lane = lane_places[event.lane];
        event.on = event.on.map(|on| thing_places[on]);
    }
}

/// Sorts `list`, and gives the new place of what was at each old one.
fn order<T>(list: &mut Vec<T>, key: impl Fn(&T) -> usize) -> Vec<usize> {
    let mut numbered: Vec<_> = mem::take(list).into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, one)| key(one));
    let mut places = vec![0; numbered.len()];
    for (new, (old, one)) in numbered.into_iter().enumerate() {
        places[old] = new;
        list.push(one);
    }
    places
}

/// Who made each lane, and how it ended.
fn find_families(run: &mut Run) {
    for lane in 0..run.lanes.len() {
        let events = &run.lanes[lane].events;
        let (first, last) = (&run.events[events[0]], events[events.len() - 1]);
        let fork = first.cause.filter(|_| first.kind == Kind::Start);
        run.lanes[lane].parent = fork.map(|fork| run.events[fork].lane);
        if run.events[last].kind == Kind::Exit {
            run.lanes[lane].end = End::Exit(last);
        }
    }
    find_joined(run);
}

/// Finds the lane of each join that names no exit: a lane that waits for a process without a word
/// from it knows its name, or only its number. Of namesakes, one not yet waited for is taken.
fn find_joined(run: &mut Run) {
    let joins = run.events.iter().filter(|event| event.kind == Kind::Join);
    let exits = joins.filter_map(|event| event.cause);
    let joined: HashSet<usize> = exits.map(|exit| run.events[exit].lane).collect();
    let mut waiting = Unjoined::new(run, &joined);
    for place in 0..run.events.len() {
        let event = &run.events[place];
        if event.kind != Kind::Join || event.cause.is_some() {
            continue;
        }
        let Some(lane) = waiting.take(place, event) else {
            continue;
        };
        match run.lanes[lane].end {
            End::Exit(exit) => run.events[place].cause = Some(exit),
            _ => run.lanes[lane].end = End::Killed(place),
        }
    }
}

/// The lanes that no join has been found for yet.
struct Unjoined {
    /// The last event of each, and the words for it; what ends last comes first.
    alive: Vec<(usize, usize, [ByWord; 2])>,
    /// Those that have ended: by the lane that may wait for them, and its word for them.
    ended: HashMap<ByWord, BTreeSet<usize>>,
    /// The words for each of these.
    words: HashMap<usize, [ByWord; 2]>,
}

/// A lane, and a word that it has for another one: a name, or a number.
type ByWord = (usize, Box<str>);

impl Unjoined {
    fn new(run: &Run, joined: &HashSet<usize>) -> Self {
        let one = |(place, lane): (usize, &Lane)| {
            let (parent, last) = (lane.parent?, *lane.events.last()?);
            let number = lane.pid.to_string();
            let words = [&*lane.name, &number].map(|word| (parent, word.into()));
            (!joined.contains(&place)).then_some((last, place, words))
        };
        let mut alive: Vec<_> = run.lanes.iter().enumerate().filter_map(one).collect();
        alive.sort_by_key(|(last, ..)| Reverse(*last));
        Self {
            alive,
            ended: HashMap::new(),
            words: HashMap::new(),
        }
    }

    /// Takes the first lane that this join, the event at `place`, can be about.
    fn take(&mut self, place: usize, join: &Event) -> Option<usize> {
        while let Some((_, lane, words)) = self.alive.pop_if(|(last, ..)| *last < place) {
            for word in &words {
                self.ended.entry(word.clone()).or_default().insert(lane);
            }
            self.words.insert(lane, words);
        }
        let lane = *self.ended.get(&(join.lane, join.what.clone()))?.first()?;
        for word in self.words.remove(&lane)? {
            self.ended.entry(word).and_modify(|lanes| {
                lanes.remove(&lane);
            });
        }
        Some(lane)
    }
}

/// Lanes of the same name get a number behind it, or their process.
fn tell_namesakes_apart(run: &mut Run) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for lane in &mut run.lanes {
        let count = known.entry(lane.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            lane.name = match lane.role {
                Role::Process => format!("{} {}", lane.name, lane.pid),
                _ => format!("{} ({count})", lane.name),
            };
        }
    }
}
