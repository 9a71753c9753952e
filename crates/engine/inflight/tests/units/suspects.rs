//! Which packets are lost, in every order of events in a small world: two packets in the queue, two
//! workers, and some kills.

use std::collections::HashSet;

use super::*;

/// The tasks of each packet.
const PACKETS: [Range<u64>; 2] = [0..2, 2..3];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Doing {
    Waits,
    /// It has shown the first packet in the queue, and holds the lock of the queue.
    Shown(usize),
    Taken(usize),
    Answered,
    Dead,
    /// The supervisor has reported its death, and its hand is unchanged.
    Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Done(usize),
    Ended(Option<u64>),
}

/// The owner's progress.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Judging {
    Not,
    /// It has checked the queue, and some hands.
    Looking(u64, Vec<Option<u64>>),
    /// It takes in the answers.
    Collecting,
}

/// The result of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Answer {
    None,
    Values,
    Lost(u64),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    queue: Vec<usize>,
    workers: [(Doing, Option<u64>); 2],
    news: Vec<Told>,
    judging: Judging,
    answers: [Answer; 2],
    /// For each packet, the task that was last in the hand of a worker that had taken the packet.
    last: [Option<u64>; 2],
    kills: u32,
}

fn suspect(packet: usize, task: u64) -> Suspect {
    Suspect {
        task,
        cause: Cause::Stopped,
        entry: packet as u32,
        tasks: PACKETS[packet].clone(),
        position: packet as u64,
    }
}

fn packet_of(task: u64) -> usize {
    usize::from(!PACKETS[0].contains(&task))
}

impl World {
    /// The next possible steps of the worker at `place`.
    fn steps_of(&self, place: usize) -> Vec<(Doing, Option<u64>)> {
        let (doing, hand) = self.workers[place];
        let is_locked = |&(doing, _): &(Doing, _)| matches!(doing, Doing::Shown(_));
        let next = match doing {
            Doing::Waits if self.workers.iter().any(is_locked) => vec![],
            Doing::Waits => (self.queue.iter().take(1))
                .map(|&packet| (Doing::Shown(packet), Some(PACKETS[packet].start)))
                .collect(),
            Doing::Shown(packet) => vec![(Doing::Taken(packet), hand)],
            // If the packet has several tasks, it shows the next one.
            Doing::Taken(packet) => {
                let next = hand.map(|task| task + 1);
                let more = next.filter(|task| PACKETS[packet].contains(task));
                vec![more.map_or((Doing::Answered, hand), |_| (doing, more))]
            }
            Doing::Answered => vec![(Doing::Waits, None)],
            Doing::Dead => vec![(Doing::Told, hand)],
            Doing::Told => vec![(Doing::Waits, None)],
        };
        let may_die = self.kills > 0 && !matches!(doing, Doing::Dead | Doing::Told);
        let killed = may_die.then_some((Doing::Dead, hand));
        next.into_iter().chain(killed).collect()
    }

    fn step_of(&self, place: usize, to: (Doing, Option<u64>)) -> Self {
        let mut next = self.clone();
        let (from, hand) = self.workers[place];
        next.workers[place] = to;
        if let (Doing::Taken(packet), task) = to {
            next.last[packet] = task;
        }
        match (from, to.0) {
            (_, Doing::Dead) => next.kills -= 1,
            (Doing::Shown(_), _) => drop(next.queue.remove(0)),
            (Doing::Taken(packet), Doing::Answered) => next.news.push(Told::Done(packet)),
            (Doing::Dead, _) => next.news.push(Told::Ended(hand)),
            _ => {}
        }
        next
    }

    /// The next step of the owner, if it has work.
    fn owner_step(&self, suspects: &Suspects) -> Option<(Self, Suspects)> {
        let (mut next, mut suspects) = (self.clone(), suspects.clone());
        match &mut next.judging {
            Judging::Looking(_, hands) if hands.len() < self.workers.len() => {
                hands.push(self.workers[hands.len()].1);
            }
            Judging::Looking(first_in_queue, hands) => {
                let in_hand: Vec<_> = hands.iter().flatten().copied().collect();
                suspects.look(*first_in_queue, &in_hand);
                next.judging = Judging::Collecting;
            }
            _ if !next.news.is_empty() => next.take_in(&mut suspects),
            Judging::Collecting => {
                let is_open = |lost: &Suspect| self.answers[lost.entry as usize] == Answer::None;
                for lost in suspects.judge(is_open) {
                    next.lose(&lost);
                }
                next.judging = Judging::Not;
            }
            Judging::Not if suspects.is_empty() => return None,
            Judging::Not => {
                let first_in_queue = (PACKETS.len() - self.queue.len()) as u64;
                next.judging = Judging::Looking(first_in_queue, Vec::new());
            }
        }
        Some((next, suspects))
    }

    fn take_in(&mut self, suspects: &mut Suspects) {
        match self.news.remove(0) {
            Told::Done(packet) => {
                assert_eq!(self.answers[packet], Answer::None, "{self:?}");
                self.answers[packet] = Answer::Values;
            }
            Told::Ended(Some(task)) if self.answers[packet_of(task)] == Answer::None => {
                suspects.add(suspect(packet_of(task), task));
            }
            Told::Ended(_) => {}
        }
    }

    /// Checks that no process has the packet or will answer it, and records it as lost.
    fn lose(&mut self, lost: &Suspect) {
        let packet = lost.entry as usize;
        let has_it = |&(doing, _): &(Doing, _)| {
            doing == Doing::Taken(packet) || doing == Doing::Shown(packet)
        };
        assert!(!self.queue.contains(&packet), "{self:?}");
        assert!(!self.workers.iter().any(has_it), "{self:?}");
        assert!(!self.news.contains(&Told::Done(packet)), "{self:?}");
        assert_eq!(self.last[packet], Some(lost.task), "{self:?}");
        self.answers[packet] = Answer::Lost(lost.task);
    }
}

#[test]
fn in_any_order_of_events_each_packet_has_one_answer_and_is_lost_only_when_no_process_has_it() {
    let start = World {
        queue: vec![0, 1],
        workers: [(Doing::Waits, None); 2],
        news: Vec::new(),
        judging: Judging::Not,
        answers: [Answer::None; 2],
        last: [None; 2],
        kills: 3,
    };
    let mut seen = HashSet::new();
    let mut ends = HashSet::new();
    let mut open = vec![(start, Suspects::default())];
    while let Some((world, suspects)) = open.pop() {
        let known: Vec<_> = (suspects.suspects.iter())
            .map(|(suspect, is_nowhere)| (suspect.task, *is_nowhere))
            .collect();
        if !seen.insert((world.clone(), known)) {
            continue;
        }
        let by_owner = world.owner_step(&suspects);
        if by_owner.is_none()
            && world.workers == [(Doing::Waits, None); 2]
            && world.queue.is_empty()
        {
            assert!(!world.answers.contains(&Answer::None), "{world:?}");
            ends.insert(world.answers);
        }
        open.extend(by_owner);
        for place in 0..2 {
            for to in world.steps_of(place) {
                open.push((world.step_of(place, to), suspects.clone()));
            }
        }
    }
    // Each possible end was found: the first packet may be lost with either of its tasks.
    assert_eq!(ends.len(), 3 * 2, "{ends:?}");
}
