//! What each lane is doing after each of its events, and when it is gone.

use std::collections::HashMap;

use common::Kind;

use crate::run::spans::{Hold, State};
use crate::run::{End, Run};

/// How a lane goes from the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It ends by itself, with this event.
    Ends(usize),
    /// It is killed by this event, or had been by then.
    Killed(usize),
    /// The log does not say.
    Unknown,
}

/// What a lane does after each event.
pub(crate) fn states(run: &Run) -> Vec<State> {
    let mut states = vec![State::Works; run.events.len()];
    for lane in 0..run.lanes.len() {
        for span in run.spans(lane) {
            states[span.from] = span.state;
        }
    }
    states
}

/// For each lane the kills and signals that name it.
pub(crate) fn kills(run: &Run) -> Vec<Vec<usize>> {
    let mut by_label: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, event) in run.events.iter().enumerate() {
        if event.kind == Kind::Kill {
            by_label.entry(event.label()).or_default().push(place);
        }
    }
    let its = |lane: &crate::run::Lane| {
        let labels = lane.labels();
        let known = labels.iter().find_map(|label| by_label.get(&**label));
        known.cloned().unwrap_or_default()
    };
    match by_label.is_empty() {
        true => vec![Vec::new(); run.lanes.len()],
        false => run.lanes.iter().map(its).collect(),
    }
}

/// How each lane goes. A lane is killed by the signal that names it, if there is nothing of it
/// behind that.
pub(crate) fn leavings(run: &Run) -> Vec<Leaving> {
    let kills = kills(run);
    let leaving = |(lane, its): (&crate::run::Lane, &Vec<usize>)| {
        let last = lane.events.last().copied().unwrap_or(0);
        let kill = its.get(its.partition_point(|&kill| kill < last));
        match (lane.end, kill) {
            (End::Exit(exit), _) if run.events[exit].is_killed() => Leaving::Killed(exit),
            (End::Exit(exit), _) => Leaving::Ends(exit),
            (End::Killed(seen), None) => Leaving::Killed(seen),
            // Of namesakes the one that was waited for, or that is silent from then on.
            (_, Some(&kill)) => Leaving::Killed(kill),
            (End::Unknown, None) => Leaving::Unknown,
        }
    };
    run.lanes.iter().zip(&kills).map(leaving).collect()
}

/// All times that a lock was held, for every picture. What somebody had who is gone is had until
/// the first one takes it after that, however often it was had: the kernel hands on the lock of a
/// process that was killed. What several may have at a time is nobody's to hand on.
pub(crate) fn holds(run: &Run, lock: usize, leavings: &[Leaving]) -> Vec<Hold> {
    let mut holds = run.holds(lock);
    if run.things[lock].room > 1 {
        return holds;
    }
    let acquires: Vec<usize> = holds.iter().map(|hold| hold.acquire).collect();
    for hold in holds.iter_mut().filter(|hold| hold.release.is_none()) {
        if let Some(death) = death(run, hold.lane, leavings) {
            let heir = acquires.partition_point(|&acquire| acquire <= death);
            hold.release = acquires.get(heir).copied();
        }
    }
    holds
}

/// The last event that a lane can have lived to.
fn death(run: &Run, lane: usize, leavings: &[Leaving]) -> Option<usize> {
    match leavings[lane] {
        Leaving::Ends(exit) => Some(exit),
        Leaving::Killed(kill) if run.events[kill].kind == Kind::Kill => Some(kill),
        // Whoever waited for it may have seen it long after it was dead, and an heir have had
        // the lock before that.
        Leaving::Killed(_seen) => run.lanes[lane].events.last().copied(),
        Leaving::Unknown => None,
    }
}

/// The number of the message that each event sends or receives, counted in the order of
/// sending; `None` of all else, and of a message whose sending is not in the log.
pub(crate) fn message_numbers(run: &Run) -> Vec<Option<usize>> {
    let mut numbers: Vec<Option<usize>> = vec![None; run.events.len()];
    let mut count = 0;
    for (place, event) in run.events.iter().enumerate() {
        match event.kind {
            Kind::Send => {
                numbers[place] = Some(count);
                count += 1;
            }
            Kind::Recv => numbers[place] = event.cause.and_then(|send| numbers[send]),
            _ => {}
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of `main` (1), `owner` (2), `heir` (3) and `third` (4), of lines such as
    /// `2 acquire lock`, one each microsecond.
    fn run(lines: &[&str]) -> Run {
        let names = ["", "main", "owner", "heir", "third"];
        let mut log = String::new();
        for (place, line) in lines.iter().enumerate() {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let (pid, kind, on, what) = (word(), word(), word(), word());
            let name = names[pid.parse::<usize>().unwrap()];
            let (t, n) = (1_000 * place, place + 1);
            log += &format!(
                "{{\"v\":2,\"t\":{t},\"pid\":{pid},\"ppid\":1,\"tid\":{pid},\"n\":{n},\
                 \"lane\":\"{name}\",\"k\":\"{kind}\",\"on\":\"{on}\",\"what\":\"{what}\",\
                 \"c\":\"\",\"say\":\"\"}}\n"
            );
        }
        Run::read(log.as_bytes()).unwrap()
    }

    /// For each time that the lock was held the events that it began and ended with.
    fn held(run: &Run) -> Vec<(usize, Option<usize>)> {
        let holds = holds(run, 0, &leavings(run));
        let ends = holds.iter().map(|hold| (hold.acquire, hold.release));
        ends.collect()
    }

    #[test]
    fn a_lock_that_a_dead_owner_had_twice_is_its_heirs_after_the_death_and_not_before_it() {
        let run = run(&[
            "2 acquire lock",
            "2 acquire lock",
            // No heir, since the owner lives; a log may say it all the same.
            "4 acquire lock",
            "1 kill  owner",
            "4 release lock",
            "3 acquire lock",
            "3 release lock",
        ]);
        let expected = [(0, Some(5)), (1, Some(5)), (2, Some(4)), (5, Some(6))];
        assert_eq!(held(&run), expected);
    }

    #[test]
    fn an_heir_has_the_lock_before_anybody_has_seen_the_death() {
        let mut run = run(&[
            "1 run   boot",
            "2 acquire lock",
            "3 acquire lock",
            "1 join  owner",
        ]);
        run.lanes[1].end = End::Killed(3);
        assert_eq!(held(&run), [(1, Some(2)), (2, None)]);
    }

    #[test]
    fn what_several_may_have_at_a_time_has_no_heir() {
        let mut run = run(&["2 acquire lock", "2 exit", "3 acquire lock"]);
        run.things[0].room = 2;
        assert_eq!(held(&run), [(0, None), (2, None)]);
    }
}
