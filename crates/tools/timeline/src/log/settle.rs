//! Sorts the events of a file into a run in the order of time.
//!
//! Several processes append to one file, so the order in the file differs slightly from the order
//! of time. The recorder stamps a cause before the act and an effect after it, so in the order of
//! time a cause comes before its effect. If a log contradicts this, its clocks are wrong.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem;

use common::{EventId, Kind};

use crate::run::{End, Event, Lane, Role, Run};

/// Sorts everything and finds what belongs together. `causes` has the cause that each event names,
/// in the order of the file; `gap` is the number of events in the file before the last gap.
pub(crate) fn settle(run: &mut Run, causes: &[EventId], gap: Option<usize>) {
    let before_gap = gap.and_then(|gap| run.events[..gap].iter().map(|event| event.t).max());
    let causes = sort(run, causes);
    if let Some(before_gap) = before_gap {
        let is_before = |event: &Event| event.t <= before_gap;
        run.damage.whole_from = run.events.partition_point(is_before);
    }
    let first = run.events[0].t;
    run.begun = first;
    for event in &mut run.events {
        // The events are sorted, so none is earlier than the first. Pictures may still add to a time.
        event.t = (event.t - first).min(LONGEST_NS);
    }
    if !run.damage.has_gaps() {
        count_missing(run);
    }
    link(run, &causes, gap.is_some());
    list_events(run);
    find_families(run);
    rename_namesakes(run);
}

/// No run lasts 36 years, so a time after that is wrong.
const LONGEST_NS: u64 = 1 << 60;

/// Sorts by time, and keeps the order of the file for equal times. Returns the causes in the new order.
fn sort(run: &mut Run, causes: &[EventId]) -> Vec<EventId> {
    let mut both: Vec<_> = mem::take(&mut run.events).into_iter().zip(causes).collect();
    both.sort_by_key(|(event, _)| event.t);
    let (events, causes): (Vec<_>, Vec<EventId>) = both.into_iter().unzip();
    run.events = events;
    causes
}

/// Counts missing events: each process numbers its events. Losses at either end cannot be known.
fn count_missing(run: &mut Run) {
    let mut by_process: HashMap<u32, Vec<(u32, usize)>> = HashMap::new();
    for (index, event) in run.events.iter().enumerate() {
        let its = by_process.entry(event.id.pid).or_default();
        its.push((event.id.n, index));
    }
    for mut numbers in by_process.into_values() {
        numbers.sort_unstable();
        for pair in numbers.windows(2) {
            let [(before, _), (after, index)] = [pair[0], pair[1]];
            let missing = (after - before).saturating_sub(1);
            if missing > 0 {
                run.damage.missing += missing as usize;
                run.damage.whole_from = run.damage.whole_from.max(index);
            }
        }
    }
}

fn link(run: &mut Run, causes: &[EventId], has_gap: bool) {
    let named =
        |(index, event): (usize, &Event)| can_cause(event.kind).then_some((event.id, index));
    let indices: HashMap<EventId, usize> =
        run.events.iter().enumerate().filter_map(named).collect();
    let mut first_after_gap: HashMap<u32, u32> = HashMap::new();
    for event in &run.events[run.damage.whole_from..] {
        let first = first_after_gap.entry(event.id.pid).or_insert(event.id.n);
        *first = event.id.n.min(*first);
    }
    // In the known gap, or in another one immediately before its effect.
    let is_in_gap = |cause: EventId| {
        let first = first_after_gap.get(&cause.pid);
        has_gap && first.is_none_or(|&first| cause.n < first)
    };
    for (index, &cause) in causes.iter().enumerate() {
        if cause == EventId::NONE {
            continue;
        }
        match indices.get(&cause) {
            None => {
                run.events[index].is_cause_lost = true;
                run.damage.lost_causes += 1;
                if !is_in_gap(cause) {
                    run.damage.whole_from = run.damage.whole_from.max(index);
                }
            }
            Some(&cause) if cause < index => run.events[index].cause = Some(cause),
            Some(_) => run.damage.backwards += 1,
        }
    }
}

fn can_cause(kind: Kind) -> bool {
    use Kind::{Close, Exit, Fork, Kill, Release, Send, Set};
    matches!(kind, Fork | Exit | Send | Close | Release | Kill | Set)
}

/// Lists the events of each lane and thing. Lanes are in the order in which they were forked, because
/// it is chance which of two children runs first; things are in the order of their first events.
fn list_events(run: &mut Run) {
    for (index, event) in run.events.iter().enumerate() {
        run.lanes[event.lane].events.push(index);
        if let Some(on) = event.on {
            run.things[on].events.push(index);
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

/// Sorts `list`, and returns the new index of each old one.
fn order<T>(list: &mut Vec<T>, key: impl Fn(&T) -> usize) -> Vec<usize> {
    let mut numbered: Vec<_> = mem::take(list).into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, one)| key(one));
    let mut indices = vec![0; numbered.len()];
    for (new, (old, one)) in numbered.into_iter().enumerate() {
        indices[old] = new;
        list.push(one);
    }
    indices
}

/// Finds the parent of each lane, and how the lane ended.
fn find_families(run: &mut Run) {
    for lane in 0..run.lanes.len() {
        let events = &run.lanes[lane].events;
        let first = &run.events[events[0]];
        let fork = first.cause.filter(|_| first.kind == Kind::Start);
        let exit = exit(run, events);
        run.lanes[lane].parent = fork.map(|fork| run.events[fork].lane);
        run.lanes[lane].end = exit.map_or(End::Unknown, End::Exit);
    }
    find_joined(run);
}

/// The exit of a lane. The destructor of a thread-local may still close something after it; but if
/// one waits, the lane has not ended.
fn exit(run: &Run, events: &[usize]) -> Option<usize> {
    let is_exit = |&&event: &&usize| run.events[event].kind == Kind::Exit;
    let waits = run.events[*events.last()?].kind.is_wait();
    events.iter().rfind(is_exit).copied().filter(|_| !waits)
}

/// Finds the lane of each join that names no exit: a lane that waits for a process which has
/// recorded nothing knows its name, or only its number. Of namesakes, one that was not yet waited
/// for is taken, preferably one that the waiting lane itself has created.
fn find_joined(run: &mut Run) {
    let mut waiting = Unjoined::new(run, &run.joined());
    for index in 0..run.events.len() {
        let event = &run.events[index];
        if event.kind != Kind::Join || event.cause.is_some() {
            continue;
        }
        let Some(lane) = waiting.take(index, event, run.lanes[event.lane].pid) else {
            continue;
        };
        match run.lanes[lane].end {
            End::Exit(exit) => run.events[index].cause = Some(exit),
            _ => run.lanes[lane].end = End::Killed(index),
        }
    }
}

/// The lanes for which no join has been found yet.
struct Unjoined {
    /// The last event of each, and the words for it; the lane that ends last comes first.
    alive: Vec<(usize, usize, [ByWord; 4])>,
    /// Those that have ended, by the waiter and the word for them.
    ended: HashMap<ByWord, BTreeSet<usize>>,
    /// The words for each of these lanes.
    words: HashMap<usize, [ByWord; 4]>,
}

/// A lane that may wait for another one, and a word that it may use for it: a name or a number.
type ByWord = (Waiter, Box<str>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Waiter {
    /// The lane that has created it.
    Parent(usize),
    /// Another lane of this process.
    Other(u32),
}

impl Unjoined {
    fn new(run: &Run, joined: &HashSet<usize>) -> Self {
        let one = |(index, lane): (usize, &Lane)| {
            let (parent, last) = (lane.parent?, *lane.events.last()?);
            let number: Box<str> = lane.pid.to_string().into();
            let waiters = [Waiter::Parent(parent), Waiter::Other(run.lanes[parent].pid)];
            let [one, other] =
                waiters.map(|who| [(who, lane.name.as_str().into()), (who, number.clone())]);
            let [name, number] = one;
            let [others_name, others_number] = other;
            let words = [name, number, others_name, others_number];
            (!joined.contains(&index)).then_some((last, index, words))
        };
        let mut alive: Vec<_> = run.lanes.iter().enumerate().filter_map(one).collect();
        alive.sort_by_key(|(last, ..)| Reverse(*last));
        Self {
            alive,
            ended: HashMap::new(),
            words: HashMap::new(),
        }
    }

    /// Takes the first lane to which this join can refer; it is the event at `index` in process `pid`.
    fn take(&mut self, index: usize, join: &Event, pid: u32) -> Option<usize> {
        while let Some((_, lane, words)) = self.alive.pop_if(|(last, ..)| *last < index) {
            for word in &words {
                self.ended.entry(word.clone()).or_default().insert(lane);
            }
            self.words.insert(lane, words);
        }
        let waiters = [Waiter::Parent(join.lane), Waiter::Other(pid)];
        let mut known = waiters
            .into_iter()
            .filter_map(|who| self.ended.get(&(who, join.what.clone()))?.first());
        let lane = *known.next()?;
        for word in self.words.remove(&lane)? {
            self.ended.entry(word).and_modify(|lanes| {
                lanes.remove(&lane);
            });
        }
        Some(lane)
    }
}

/// Gives lanes of the same name a number after the name, or the pid.
fn rename_namesakes(run: &mut Run) {
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
