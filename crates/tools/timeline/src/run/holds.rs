//! Finds which lane holds what, and until when.

use std::collections::{BTreeSet, HashMap, VecDeque};

use common::Kind;

use crate::run::Run;
use crate::run::leaving::Leaving;

/// A period in which a lane held a lock. Its numbers are indices of [`Run::events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The lane that held it, as an index of [`Run::lanes`].
    pub lane: usize,
    /// The event that took the lock.
    pub acquire: usize,
    /// The event that released it; `None` if it never was.
    pub release: Option<usize>,
    /// The depth: 1, or more if its owner takes it again.
    pub depth: usize,
}

impl Run {
    /// Returns all holds of a lock, in the order in which they began. A thing that is counted may
    /// be released by another lane than the one that took it; then the hold that began first ends.
    #[must_use]
    pub fn holds(&self, thing: usize) -> Vec<Hold> {
        let thing = &self.things[thing];
        let mut holds: Vec<Hold> = Vec::new();
        // The holds that have not ended: all of them, and by lane.
        let mut open: BTreeSet<usize> = BTreeSet::new();
        let mut open_of: HashMap<usize, VecDeque<usize>> = HashMap::new();
        for &index in &thing.events {
            let lane = self.events[index].lane;
            match self.events[index].kind {
                Kind::Acquire => {
                    let its = open_of.entry(lane).or_default();
                    its.push_back(holds.len());
                    open.insert(holds.len());
                    let depth = if thing.room.is_none() { its.len() } else { 1 };
                    holds.push(Hold {
                        lane,
                        acquire: index,
                        release: None,
                        depth,
                    });
                }
                Kind::Release => {
                    let its = open_of.get_mut(&lane).and_then(VecDeque::pop_back);
                    let Some(hold) = its.or_else(|| open.first().copied()) else {
                        continue;
                    };
                    if its.is_none() {
                        // The first hold of all is also the first one of its lane.
                        open_of.entry(holds[hold].lane).or_default().pop_front();
                    }
                    open.remove(&hold);
                    holds[hold].release = Some(index);
                }
                _ => {}
            }
        }
        holds
    }
}

/// All holds of a lock, as pictures show them. The lock of a lane that is gone is held until the
/// next lane takes it, at whatever depth: the kernel passes on the lock of a process that was
/// killed. A lock that several lanes may hold at a time is not passed on.
pub(crate) fn holds(run: &Run, lock: usize, leavings: &[Leaving]) -> Vec<Hold> {
    let mut holds = run.holds(lock);
    if run.things[lock].room.is_some() {
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

/// The last event that a lane can have lived to see.
fn death(run: &Run, lane: usize, leavings: &[Leaving]) -> Option<usize> {
    match leavings[lane] {
        Leaving::Ends(exit) => Some(exit),
        Leaving::Killed(kill) if run.events[kill].kind == Kind::Kill => Some(kill),
        // The lane that waited for it may have seen its end long after it died, and the next owner
        // may have had the lock before that.
        Leaving::Killed(_seen) => run.lanes[lane].events.last().copied(),
        Leaving::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::End;
    use crate::run::leaving::leavings;

    /// A run of `main` (1), `owner` (2), `heir` (3) and `third` (4), built from lines such as
    /// `2 acquire lock`, one for each microsecond.
    fn run(lines: &[&str]) -> Run {
        let names = ["", "main", "owner", "heir", "third"];
        let mut log = String::new();
        for (index, line) in lines.iter().enumerate() {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let (pid, kind, on, what) = (word(), word(), word(), word());
            let name = names[pid.parse::<usize>().unwrap()];
            let (t, n) = (1_000 * index, index + 1);
            log += &format!(
                "{{\"v\":2,\"t\":{t},\"pid\":{pid},\"ppid\":1,\"tid\":{pid},\"n\":{n},\
                 \"lane\":\"{name}\",\"k\":\"{kind}\",\"on\":\"{on}\",\"what\":\"{what}\",\
                 \"c\":\"\",\"say\":\"\"}}\n"
            );
        }
        Run::read(log.as_bytes()).unwrap()
    }

    /// The events with which each hold of the lock began and ended.
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
            // The owner lives, so there should be no next owner; a log may contain this all the same.
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
    fn a_thing_that_several_may_have_at_a_time_has_no_heir() {
        let mut run = run(&["2 acquire lock", "2 exit", "3 acquire lock"]);
        run.things[0].room = Some(2);
        assert_eq!(held(&run), [(0, None), (2, None)]);
    }
}
