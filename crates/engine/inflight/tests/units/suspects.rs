//! The judgement of deaths, in every order of events.

use std::collections::HashSet;

use super::Stage::{Busy, Idle, Ready, Starting};
use super::Work::{IsDone, MayCome, Waits};
use super::*;

const STAGES: [Stage; 4] = [Starting, Ready, Idle, Busy(7)];

/// The verdicts on `deaths` deaths of one kind, without those that repeat the one before.
fn verdicts(deaths: u32, stage: Stage, work: Work) -> Vec<Verdict> {
    let mut vacancies = Vacancies::new(2);
    let mut verdicts: Vec<_> = (0..deaths).map(|_| vacancies.judge(stage, work)).collect();
    verdicts.dedup();
    verdicts
}

#[test]
fn no_place_is_filled_once_all_is_done() {
    for stage in STAGES {
        assert_eq!(verdicts(100, stage, IsDone), [Verdict::NotNeeded]);
    }
    assert_eq!(Vacancies::new(1).judge_refusal(IsDone), Verdict::NotNeeded);
}

#[test]
fn workers_that_die_before_they_take_a_task_are_given_up() {
    for (stage, work) in [(Starting, Waits), (Starting, MayCome), (Ready, Waits)] {
        let expected = [Verdict::Replace, Verdict::GiveUp];
        assert_eq!(verdicts(20, stage, work), expected, "{stage:?} {work:?}");
        assert_eq!(verdicts(19, stage, work), expected[..1]);
    }
}

#[test]
fn workers_that_die_with_nothing_to_do_are_replaced_more_slowly_and_never_given_up() {
    let expected = [Verdict::Replace, Verdict::ReplaceLater];
    assert_eq!(verdicts(10_000, Ready, MayCome), expected);
}

#[test]
fn a_worker_of_use_makes_up_for_all_before_it() {
    for stage in [Idle, Busy(3)] {
        for work in [Waits, MayCome] {
            let mut vacancies = Vacancies::new(1);
            for _ in 0..1000 {
                let in_vain = (0..9).map(|_| vacancies.judge(Starting, work));
                assert!(in_vain.eq([Verdict::Replace; 9]));
                assert_eq!(vacancies.judge(stage, work), Verdict::Replace);
            }
        }
    }
}

#[test]
fn a_system_without_room_is_asked_again_after_a_pause_and_not_without_an_end() {
    let mut vacancies = Vacancies::new(1);
    let verdicts = [0; 10].map(|_| vacancies.judge_refusal(MayCome));
    assert_eq!(verdicts[..9], [Verdict::ReplaceLater; 9]);
    assert_eq!(verdicts[9], Verdict::GiveUp);
}

/// Of deaths in any order: each verdict but the two that end it has a death of use before it
/// among the last few.
#[test]
fn in_any_order_of_deaths_the_pool_starts_no_more_workers_than_it_has_tasks_and_patience_for() {
    let orders = (0..4_u32.pow(7)).map(|order| (0..7).map(move |at| order >> (2 * at) & 3));
    for order in orders {
        let mut vacancies = Vacancies {
            most: 3,
            ..Vacancies::new(1)
        };
        let mut in_vain = 0;
        for death in order {
            let stage = STAGES[death as usize];
            let verdict = vacancies.judge(stage, Waits);
            in_vain = if death < 2 { in_vain + 1 } else { 0 };
            assert_eq!(verdict == Verdict::GiveUp, in_vain >= 3);
        }
    }
}

// The owner's question, in a small world of which every order of events is tried: two packets in
// the queue, two workers, and some kills.

/// The tasks of each packet.
const PACKETS: [Range<u64>; 2] = [0..2, 2..3];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Doing {
    Waits,
    /// It has shown the first packet of the queue, and has the lock of the queue.
    Shown(usize),
    Taken(usize),
    Answered,
    Dead,
    /// The supervisor has told of it, and its hand is still as it was.
    Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Done(usize),
    Ended(Option<u64>),
}

/// How far the owner is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Judging {
    Not,
    /// It has looked at the queue, and at some hands.
    Looking(u64, Vec<Option<u64>>),
    /// It takes in what there is.
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
    /// The task of each packet that was in hand last, of a worker that had taken the packet.
    last: [Option<u64>; 2],
    kills: u32,
}

fn suspect(packet: usize, task: u64) -> Suspect {
    Suspect {
        task,
        cause: Cause::Stopped,
        place: packet as u32,
        tasks: PACKETS[packet].clone(),
        position: packet as u64,
    }
}

fn packet_of(task: u64) -> usize {
    usize::from(!PACKETS[0].contains(&task))
}

impl World {
    /// What the worker in this place may do next.
    fn steps_of(&self, place: usize) -> Vec<(Doing, Option<u64>)> {
        let (doing, hand) = self.workers[place];
        let is_locked = |&(doing, _): &(Doing, _)| matches!(doing, Doing::Shown(_));
        let next = match doing {
            Doing::Waits if self.workers.iter().any(is_locked) => vec![],
            Doing::Waits => (self.queue.iter().take(1))
                .map(|&packet| (Doing::Shown(packet), Some(PACKETS[packet].start)))
                .collect(),
            Doing::Shown(packet) => vec![(Doing::Taken(packet), hand)],
            // With several tasks it shows the next one.
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

    /// The next step of the owner, if it has something to do.
    fn owner_step(&self, deaths: &Deaths) -> Option<(Self, Deaths)> {
        let (mut next, mut deaths) = (self.clone(), deaths.clone());
        match &mut next.judging {
            Judging::Looking(_, hands) if hands.len() < self.workers.len() => {
                hands.push(self.workers[hands.len()].1);
            }
            Judging::Looking(first_in_queue, hands) => {
                deaths.look(*first_in_queue, hands);
                next.judging = Judging::Collecting;
            }
            _ if !next.news.is_empty() => next.take_in(&mut deaths),
            Judging::Collecting => {
                let is_open = |lost: &Suspect| self.answers[lost.place as usize] == Answer::None;
                for lost in deaths.judge(is_open) {
                    next.lose(&lost);
                }
                next.judging = Judging::Not;
            }
            Judging::Not if deaths.is_empty() => return None,
            Judging::Not => {
                let first_in_queue = (PACKETS.len() - self.queue.len()) as u64;
                next.judging = Judging::Looking(first_in_queue, Vec::new());
            }
        }
        Some((next, deaths))
    }

    fn take_in(&mut self, deaths: &mut Deaths) {
        match self.news.remove(0) {
            Told::Done(packet) => {
                assert_eq!(self.answers[packet], Answer::None, "{self:?}");
                self.answers[packet] = Answer::Values;
            }
            Told::Ended(Some(task)) if self.answers[packet_of(task)] == Answer::None => {
                deaths.died(suspect(packet_of(task), task));
            }
            Told::Ended(_) => {}
        }
    }

    /// No process has the packet, and none will answer it.
    fn lose(&mut self, lost: &Suspect) {
        let packet = lost.place as usize;
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
    let mut open = vec![(start, Deaths::default())];
    while let Some((world, deaths)) = open.pop() {
        let suspects: Vec<_> = (deaths.suspects.iter())
            .map(|(suspect, is_nowhere)| (suspect.task, *is_nowhere))
            .collect();
        if !seen.insert((world.clone(), suspects)) {
            continue;
        }
        let by_owner = world.owner_step(&deaths);
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
                open.push((world.step_of(place, to), deaths.clone()));
            }
        }
    }
    // Each way it can end was found: the first packet may be lost with either of its tasks.
    assert_eq!(ends.len(), 3 * 2, "{ends:?}");
}
