//! The scheduler as a pure function, one situation after the other. `tests/simulator.rs` plays
//! them at random.

use std::time::Duration;

use scheduler::TaskId;
use scheduler::limits::MESSAGE_LIMIT;
use scheduler::machine::{Effect, End, Event, Machine, Peer, Record, Rules};
use scheduler::task::{Call, Ended, Key, TaskOutcome};
use scheduler::wire::{FromScheduler, ToScheduler};

const CLIENT: Peer = Peer(0);
const BATCH: u64 = 5;

/// A machine, and the time.
struct Played {
    machine: Machine,
    now: Duration,
    kept: Vec<Record>,
}

impl Played {
    fn new() -> Self {
        Self::with(Rules::default())
    }

    fn with(rules: Rules) -> Self {
        Self {
            machine: Machine::new(rules),
            now: Duration::ZERO,
            kept: Vec::new(),
        }
    }

    /// What is to be done, without what is to be kept.
    fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.machine.step(self.now, event);
        let kept = effects.extract_if(.., |effect| matches!(effect, Effect::Keep(_)));
        self.kept.extend(kept.filter_map(|effect| match effect {
            Effect::Keep(record) => Some(record),
            _ => None,
        }));
        effects
    }

    fn say(&mut self, peer: Peer, message: ToScheduler) -> Vec<Effect> {
        self.step(Event::Received(peer, message))
    }

    fn submit(&mut self, count: u32) {
        for index in 0..count {
            let effects = self.say(CLIENT, submit(index));
            let accepted = accepted(index.into(), index);
            assert_eq!(effects.first(), Some(&accepted), "{effects:?}");
        }
    }

    fn ready(&mut self, worker: Peer) -> Vec<Effect> {
        self.say(worker, ToScheduler::Credit { most: 1 })
    }

    fn start(&mut self, worker: Peer, id: u64, attempt: u32) {
        let id = TaskId(id);
        assert_eq!(self.say(worker, ToScheduler::Started { id, attempt }), []);
    }

    fn fail(&mut self, worker: Peer, id: u64, attempt: u32) -> Vec<Effect> {
        let (id, message) = (TaskId(id), "not today".to_owned());
        let failed = ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        self.say(worker, failed)
    }

    /// Lets time pass, to the next timer and no further.
    fn wait(&mut self) -> Vec<Effect> {
        self.now = self.machine.next_timer().expect("there is a timer");
        self.step(Event::Tick)
    }
}

fn call() -> Call {
    let (kind, body) = ("square".to_owned(), vec![7]);
    Call { kind, body }
}

fn submit(index: u32) -> ToScheduler {
    let (key, call) = (
        Key {
            batch: BATCH,
            index,
        },
        call(),
    );
    ToScheduler::Submit { key, call }
}

fn accepted(id: u64, index: u32) -> Effect {
    let (id, key) = (
        TaskId(id),
        Key {
            batch: BATCH,
            index,
        },
    );
    Effect::Send(CLIENT, FromScheduler::Accepted { id, key })
}

fn lease(worker: Peer, id: u64, attempt: u32) -> Effect {
    let (id, call) = (TaskId(id), call());
    Effect::Send(worker, FromScheduler::Lease { id, attempt, call })
}

fn finished(id: u64, outcome: TaskOutcome) -> Effect {
    let id = TaskId(id);
    Effect::Send(CLIENT, FromScheduler::Finished { id, outcome })
}

fn recorded(worker: Peer, id: u64) -> Effect {
    Effect::Send(worker, FromScheduler::Recorded { id: TaskId(id) })
}

fn revoked(worker: Peer, id: u64) -> Effect {
    Effect::Send(worker, FromScheduler::Revoked { id: TaskId(id) })
}

fn done(id: u64, attempt: u32, body: u8) -> ToScheduler {
    let (id, body) = (TaskId(id), vec![body]);
    ToScheduler::Done { id, attempt, body }
}

fn collect(id: u64) -> ToScheduler {
    ToScheduler::Collect { id: TaskId(id) }
}

fn results(since: u64) -> ToScheduler {
    let batch = BATCH;
    ToScheduler::Results { batch, since }
}

/// The tasks of these tests have the same number in their batch as in all.
fn told(since: u64, next: u64, ended: Vec<(TaskId, TaskOutcome)>) -> Effect {
    let ended = ended.into_iter().map(|(id, outcome)| {
        let index = u32::try_from(id.0).unwrap_or(u32::MAX);
        Ended { id, index, outcome }
    });
    let ended = ended.collect();
    Effect::Send(CLIENT, FromScheduler::Results { since, next, ended })
}

/// Row D09.
#[test]
fn d09_a_worker_holds_as_many_tasks_as_it_has_credit_for() {
    let mut m = Played::new();
    m.submit(4);
    assert_eq!(m.ready(Peer(1)), [lease(Peer(1), 0, 1)]);
    assert_eq!(m.ready(Peer(1)), []);
    let both = [lease(Peer(2), 1, 1), lease(Peer(2), 2, 1)];
    assert_eq!(m.say(Peer(2), ToScheduler::Credit { most: 2 }), both);
    let next = [recorded(Peer(1), 0), lease(Peer(1), 3, 1)];
    assert_eq!(m.say(Peer(1), done(0, 1, 9)), next);
    assert_eq!(m.machine.held_by(Peer(2)), 2);
}

#[test]
fn tasks_go_to_the_workers_in_turn() {
    let mut m = Played::new();
    for worker in [1, 2] {
        assert_eq!(m.say(Peer(worker), ToScheduler::Credit { most: 2 }), []);
    }
    for (index, worker) in [(0, 1), (1, 2), (2, 1), (3, 2)] {
        let expected = [
            accepted(index.into(), index),
            lease(Peer(worker), index.into(), 1),
        ];
        assert_eq!(m.say(CLIENT, submit(index)), expected);
    }
}

#[test]
fn a_worker_without_credit_gets_no_task_and_keeps_those_it_has() {
    let mut m = Played::new();
    m.submit(2);
    assert_eq!(m.ready(Peer(1)), [lease(Peer(1), 0, 1)]);
    assert_eq!(m.say(Peer(1), ToScheduler::Credit { most: 0 }), []);
    assert_eq!(m.say(Peer(1), done(0, 1, 9)), [recorded(Peer(1), 0)]);
    assert_eq!(m.machine.status().ready, 1);
}

#[test]
fn a_client_that_asks_twice_is_told_once() {
    let mut m = Played::new();
    m.submit(1);
    assert_eq!(m.say(CLIENT, collect(0)), []);
    assert_eq!(m.say(CLIENT, collect(0)), []);
    m.ready(Peer(1));
    let once = [finished(0, Ok(vec![49])), recorded(Peer(1), 0)];
    assert_eq!(m.say(Peer(1), done(0, 1, 49)), once);
}

/// Row D12.
#[test]
fn d12_the_task_of_a_worker_that_is_gone_is_the_next_to_be_lent() {
    let mut m = Played::new();
    m.submit(2);
    assert_eq!(m.ready(Peer(1)), [lease(Peer(1), 0, 1)]);
    assert_eq!(m.step(Event::Gone(Peer(1))), []);
    assert_eq!(m.machine.held_by(Peer(1)), 0);
    assert_eq!(m.ready(Peer(2)), [lease(Peer(2), 0, 2)]);
    // At once, when another is idle already.
    assert_eq!(m.ready(Peer(3)), [lease(Peer(3), 1, 1)]);
    assert_eq!(m.ready(Peer(4)), []);
    assert_eq!(m.step(Event::Gone(Peer(3))), [lease(Peer(4), 1, 2)]);
}

#[test]
fn d12_a_lease_ends_without_heartbeats_that_name_its_task() {
    let mut m = Played::new();
    m.submit(2);
    m.say(Peer(1), ToScheduler::Credit { most: 2 });
    let lease_time = Rules::default().lease;
    for _ in 0..3 {
        m.now += lease_time / 2;
        let held = vec![TaskId(0), TaskId(1)];
        assert_eq!(m.say(Peer(1), ToScheduler::Heartbeat { held }), []);
    }
    m.now += lease_time / 2;
    let held = vec![TaskId(0)];
    assert_eq!(m.say(Peer(1), ToScheduler::Heartbeat { held }), []);
    assert_eq!(m.wait(), [Effect::HangUp(Peer(1))]);
    assert_eq!(
        (m.machine.status().ready, m.machine.status().leased),
        (2, 0)
    );
}

/// Rows D12 and X27.
#[test]
fn d12_the_first_result_counts_and_later_ones_are_dropped() {
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    m.start(Peer(1), 0, 1);
    assert_eq!(m.wait(), [Effect::HangUp(Peer(1))]);
    assert_eq!(m.ready(Peer(2)), [lease(Peer(2), 0, 2)]);
    // It was cut off only, and comes back with its result.
    let first = [revoked(Peer(2), 0), recorded(Peer(3), 0)];
    assert_eq!(m.say(Peer(3), done(0, 1, 13)), first);
    assert_eq!(m.say(Peer(2), done(0, 2, 14)), [recorded(Peer(2), 0)]);
    assert_eq!(m.say(CLIENT, collect(0)), [finished(0, Ok(vec![13]))]);
    assert_eq!(m.machine.status().late, 1);
    assert_eq!(m.say(Peer(2), done(99, 1, 1)), [recorded(Peer(2), 99)]);
    let ends = m
        .kept
        .iter()
        .filter(|record| matches!(record, Record::Ended { .. }));
    assert_eq!(ends.count(), 1);
}

/// Row D16.
#[test]
fn d16_a_task_that_fails_is_tried_again_later_and_dead_when_its_budget_is_spent() {
    let mut m = Played::new();
    m.submit(1);
    m.say(CLIENT, collect(0));
    m.ready(Peer(1));
    let most = u32::from(Rules::default().most_errors);
    for attempt in 1..most {
        assert_eq!(m.fail(Peer(1), 0, attempt), [recorded(Peer(1), 0)]);
        assert_eq!(m.machine.status().delayed, 1);
        let before = m.now;
        assert_eq!(m.wait(), [lease(Peer(1), 0, attempt + 1)]);
        assert!(m.now - before <= Rules::default().delay * 2_u32.pow(attempt - 1));
    }
    let dead = [
        finished(0, Err("not today".to_owned())),
        recorded(Peer(1), 0),
    ];
    assert_eq!(m.fail(Peer(1), 0, most), dead);
    let tasks = vec![(TaskId(0), "not today".to_owned())];
    let listed = Effect::Send(CLIENT, FromScheduler::Dead { tasks });
    let since = TaskId(0);
    assert_eq!(m.say(CLIENT, ToScheduler::Dead { since }), [listed]);
}

#[test]
fn a_dead_task_can_be_tried_again_and_has_new_budgets() {
    let rules = Rules {
        most_errors: 1,
        ..Rules::default()
    };
    let mut m = Played::with(rules);
    m.submit(1);
    m.ready(Peer(1));
    m.fail(Peer(1), 0, 1);
    assert_eq!(m.machine.status().dead, 1);
    let retry = ToScheduler::Retry { id: TaskId(0) };
    let again = [accepted(0, 0), lease(Peer(1), 0, 2)];
    assert_eq!(m.say(CLIENT, retry.clone()), again);
    m.say(Peer(1), done(0, 2, 49));
    assert_eq!(m.say(CLIENT, retry), [finished(0, Ok(vec![49]))]);
    // Its place is that of its latest end: it is told once.
    let ended = vec![(TaskId(0), Ok(vec![49]))];
    assert_eq!(m.say(CLIENT, results(0)), [told(0, 2, ended)]);
}

#[test]
fn only_a_task_that_was_started_is_blamed_for_a_death() {
    let mut m = Played::new();
    m.submit(2);
    m.say(CLIENT, collect(0));
    let most = u32::from(Rules::default().most_deaths);
    for attempt in 1..=most {
        let victim = Peer(attempt.into());
        let both = [lease(victim, 0, attempt), lease(victim, 1, attempt)];
        assert_eq!(m.say(victim, ToScheduler::Credit { most: 2 }), both);
        m.start(victim, 0, attempt);
        let told = m.step(Event::Gone(victim));
        assert_eq!(told.len(), usize::from(attempt == most), "{told:?}");
    }
    // The other has lost as many workers, and is not to blame.
    let innocent = lease(Peer(9), 1, most + 1);
    assert_eq!(m.ready(Peer(9)), [innocent]);
}

#[test]
fn what_is_said_of_an_earlier_lease_is_not_heard() {
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    let (id, attempt) = (TaskId(0), 1);
    let again = [lease(Peer(1), 0, 2)];
    assert_eq!(m.say(Peer(1), ToScheduler::Release { id, attempt }), again);
    assert_eq!(m.say(Peer(1), ToScheduler::Release { id, attempt }), []);
    assert_eq!(m.fail(Peer(1), 0, 1), [recorded(Peer(1), 0)]);
    assert_eq!(m.machine.held_by(Peer(1)), 1);
}

#[test]
fn a_cancelled_task_is_revoked_and_its_result_dropped() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    let cancel = |id| ToScheduler::Cancel { id: TaskId(id) };
    let cancelled = |id| finished(id, Err("it was cancelled".to_owned()));
    assert_eq!(m.say(CLIENT, cancel(1)), [cancelled(1)]);
    assert_eq!(
        m.say(CLIENT, cancel(0)),
        [revoked(Peer(1), 0), cancelled(0)]
    );
    assert_eq!(m.say(Peer(1), done(0, 1, 9)), [recorded(Peer(1), 0)]);
    assert_eq!(m.say(CLIENT, collect(0)), [cancelled(0)]);
    assert_eq!(m.machine.status().ended, 2);
}

#[test]
fn a_task_that_is_submitted_twice_is_one_task() {
    let mut m = Played::new();
    m.submit(2);
    assert_eq!(m.say(CLIENT, submit(1)), [accepted(1, 1)]);
    assert_eq!(m.machine.status().ready, 2);
    assert_eq!(m.kept.len(), 2);
}

#[test]
fn a_full_scheduler_is_busy_until_a_task_has_ended() {
    let rules = Rules {
        most_bytes: 600,
        ..Rules::default()
    };
    let mut m = Played::with(rules);
    m.submit(2);
    let key = Key {
        batch: BATCH,
        index: 2,
    };
    let busy = Effect::Send(CLIENT, FromScheduler::Busy { key });
    assert_eq!(m.say(CLIENT, submit(2)), [busy]);
    m.ready(Peer(1));
    m.say(Peer(1), done(0, 1, 9));
    assert_eq!(m.say(CLIENT, submit(2)), [accepted(2, 2)]);
}

#[test]
fn results_come_in_the_order_of_their_ends_from_any_place_on() {
    let mut m = Played::new();
    m.submit(3);
    m.say(Peer(1), ToScheduler::Credit { most: 3 });
    assert_eq!(m.say(CLIENT, results(0)), []);
    let ended = |id: u64| (TaskId(id), Ok(vec![u8::try_from(id).unwrap()]));
    let at_once = [told(0, 1, vec![ended(2)]), recorded(Peer(1), 2)];
    assert_eq!(m.say(Peer(1), done(2, 1, 2)), at_once);
    for id in [0, 1] {
        m.say(Peer(1), done(id, 1, u8::try_from(id).unwrap()));
    }
    let rest = vec![ended(0), ended(1)];
    assert_eq!(m.say(CLIENT, results(1)), [told(1, 3, rest)]);
    let all = vec![ended(2), ended(0), ended(1)];
    assert_eq!(m.say(CLIENT, results(0)), [told(0, 3, all)]);
    // A client that is gone is told nothing.
    assert_eq!(m.say(CLIENT, results(3)), []);
    assert_eq!(m.step(Event::Gone(CLIENT)), []);
}

#[test]
fn as_many_results_are_told_at_once_as_a_message_holds() {
    let mut m = Played::new();
    m.submit(3);
    m.say(Peer(1), ToScheduler::Credit { most: 3 });
    for id in 0..3 {
        let (id, attempt, body) = (TaskId(id), 1, vec![0; MESSAGE_LIMIT / 2]);
        m.say(Peer(1), ToScheduler::Done { id, attempt, body });
    }
    for since in 0..3 {
        let effects = m.say(CLIENT, results(since));
        let [Effect::Send(_, FromScheduler::Results { next, ended, .. })] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert_eq!((*next, ended.len()), (since + 1, 1));
    }
}

#[test]
fn a_scheduler_that_drains_lends_nothing_more_and_ends_with_its_last_lease() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    assert_eq!(m.say(CLIENT, ToScheduler::Drain { limit_ms: 100 }), []);
    let key = Key {
        batch: BATCH,
        index: 7,
    };
    let busy = Effect::Send(CLIENT, FromScheduler::Busy { key });
    assert_eq!(m.say(CLIENT, submit(7)), [busy]);
    let last = [recorded(Peer(1), 0), Effect::Shutdown];
    assert_eq!(m.say(Peer(1), done(0, 1, 9)), last);
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    m.say(CLIENT, ToScheduler::Drain { limit_ms: 100 });
    assert_eq!(m.wait(), [Effect::Shutdown]);
}

#[test]
fn what_was_kept_makes_the_same_tasks_again_and_none_is_leased() {
    let mut m = Played::new();
    m.submit(4);
    m.say(Peer(1), ToScheduler::Credit { most: 3 });
    m.say(Peer(1), done(0, 1, 9));
    m.fail(Peer(1), 1, 1);
    m.say(CLIENT, ToScheduler::Cancel { id: TaskId(3) });
    let mut again = Played::new();
    for record in m.kept {
        again.machine.restore(record);
    }
    let status = again.machine.status();
    assert_eq!((status.ready, status.leased, status.ended), (2, 0, 2));
    assert_eq!(again.say(CLIENT, collect(0)), [finished(0, Ok(vec![9]))]);
    // Its budget is as far spent as it was.
    again.say(Peer(1), ToScheduler::Credit { most: 1 });
    for attempt in 1..u32::from(Rules::default().most_errors) {
        again.fail(Peer(1), 1, attempt);
        again.say(Peer(1), done(2, 1, 0));
        again.now += Duration::from_secs(1);
        again.step(Event::Tick);
    }
    assert_eq!(again.machine.status().dead, 1);
    assert!(matches!(
        again.kept.last(),
        Some(Record::Ended {
            end: End::Dead(_),
            ..
        })
    ));
}

#[test]
fn an_unknown_number_is_answered_at_once() {
    let mut m = Played::new();
    let unknown = FromScheduler::Unknown { id: TaskId(3) };
    for question in [collect(3), ToScheduler::Cancel { id: TaskId(3) }] {
        assert_eq!(
            m.say(CLIENT, question),
            [Effect::Send(CLIENT, unknown.clone())]
        );
    }
}

#[test]
fn the_same_events_have_the_same_effects_and_another_seed_other_pauses() {
    let pause = |seed| {
        let mut m = Played::with(Rules {
            seed,
            ..Rules::default()
        });
        m.submit(1);
        m.ready(Peer(1));
        m.fail(Peer(1), 0, 1);
        m.machine.next_timer().unwrap()
    };
    assert_eq!(pause(1), pause(1));
    assert_ne!(pause(1), pause(2));
}

fn batch(tasks: u64, ended: u64) -> Effect {
    let (batch, kind) = (BATCH, if tasks > 0 { "square" } else { "" }.to_owned());
    let answer = FromScheduler::Batch {
        batch,
        kind,
        tasks,
        ended,
    };
    Effect::Send(CLIENT, answer)
}

fn restarted(kept: &[Record]) -> Played {
    let mut m = Played::new();
    for record in kept {
        m.machine.restore(record.clone());
    }
    m
}

#[test]
fn a_batch_is_cancelled_as_a_whole_and_what_has_ended_stays() {
    let mut m = Played::new();
    m.submit(3);
    m.ready(Peer(1));
    m.say(Peer(1), done(0, 1, 7));
    assert_eq!(
        m.say(CLIENT, ToScheduler::Batch { batch: BATCH }),
        [batch(3, 1)]
    );
    let effects = m.say(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
    assert_eq!(effects.last(), Some(&batch(3, 3)), "{effects:?}");
    let [Effect::Send(_, FromScheduler::Results { ended, .. })] = &m.say(CLIENT, results(0))[..]
    else {
        panic!("no results");
    };
    let outcomes: Vec<_> = ended.iter().map(|it| it.outcome.is_ok()).collect();
    assert_eq!(outcomes, [true, false, false]);
}

#[test]
fn a_batch_is_forgotten_once_all_its_tasks_have_ended_and_no_number_comes_again() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    m.say(Peer(1), done(0, 1, 7));
    let forget = ToScheduler::Forget { batch: BATCH };
    assert_eq!(m.say(CLIENT, forget.clone()), [batch(2, 1)]);
    assert_eq!(m.machine.status().ended, 1);
    m.say(Peer(1), done(1, 1, 7));
    assert_eq!(m.say(CLIENT, forget), [batch(0, 0)]);
    assert_eq!(m.machine.status().ended, 0);
    let unknown = FromScheduler::Unknown { id: TaskId(1) };
    assert_eq!(m.say(CLIENT, collect(1)), [Effect::Send(CLIENT, unknown)]);
    // A disk may have dropped all but that it was forgotten.
    for mut m in [restarted(&m.kept), restarted(&m.kept[4..]), m] {
        let effects = m.say(CLIENT, submit(0));
        assert_eq!(effects.first(), Some(&accepted(2, 0)), "{effects:?}");
    }
}

#[test]
fn who_follows_a_batch_that_is_forgotten_is_told() {
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    m.say(Peer(1), done(0, 1, 7));
    assert_eq!(m.say(CLIENT, results(1)), []);
    let effects = m.say(CLIENT, ToScheduler::Forget { batch: BATCH });
    assert_eq!(effects, [told(1, 1, Vec::new()), batch(0, 0)]);
}

#[test]
fn a_batch_that_is_over_is_kept_for_a_time_and_one_with_a_dead_task_longer() {
    let keep = Duration::from_secs(3600);
    let mut m = Played::with(Rules {
        most_errors: 1,
        keep: Some(keep),
        ..Rules::default()
    });
    m.submit(2);
    m.say(Peer(1), ToScheduler::Credit { most: 2 });
    m.say(Peer(1), done(0, 1, 7));
    m.fail(Peer(1), 1, 1);
    m.now = keep * 2;
    assert_eq!(m.step(Event::Tick), []);
    assert_eq!(m.machine.status().dead, 1);
    m.say(CLIENT, ToScheduler::Retry { id: TaskId(1) });
    m.say(Peer(1), done(1, 2, 7));
    assert_eq!(m.machine.status().ended, 2);
    m.wait();
    assert_eq!(m.now, keep * 3);
    assert_eq!(m.machine.status().ended, 0);
    assert_eq!(m.machine.next_timer(), None);
}

#[test]
fn a_batch_that_was_opened_again_is_kept_from_when_it_closed_last() {
    let keep = Duration::from_secs(3600);
    let mut m = Played::with(Rules {
        most_errors: 1,
        keep: Some(keep),
        ..Rules::default()
    });
    m.submit(1);
    m.ready(Peer(1));
    m.fail(Peer(1), 0, 1);
    m.now = keep / 2;
    m.say(CLIENT, ToScheduler::Retry { id: TaskId(0) });
    let forget = ToScheduler::Forget { batch: BATCH };
    assert_eq!(m.say(CLIENT, forget), [batch(1, 0)], "it is open");
    m.say(Peer(1), done(0, 2, 7));
    m.now = keep;
    assert_eq!(m.step(Event::Tick), []);
    assert_eq!(m.machine.status().ended, 1);
    m.wait();
    assert_eq!((m.now, m.machine.status().ended), (keep * 3 / 2, 0));
}

#[test]
fn a_place_among_the_results_is_the_same_after_a_restart() {
    let mut m = Played::with(Rules {
        most_errors: 1,
        ..Rules::default()
    });
    m.submit(2);
    m.say(Peer(1), ToScheduler::Credit { most: 2 });
    m.fail(Peer(1), 0, 1);
    m.say(Peer(1), done(1, 1, 7));
    m.say(CLIENT, ToScheduler::Retry { id: TaskId(0) });
    m.say(Peer(1), done(0, 2, 8));
    let all = m.say(CLIENT, results(1));
    assert_eq!(restarted(&m.kept).say(CLIENT, results(1)), all);
}

#[test]
fn a_scheduler_that_is_told_to_drain_from_within_does() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    assert_eq!(m.step(Event::Drain(Duration::from_secs(5))), []);
    assert_eq!(
        m.machine.next_timer(),
        Some(Duration::from_secs(3)),
        "the lease"
    );
    let effects = m.say(Peer(1), done(0, 1, 7));
    assert_eq!(effects.last(), Some(&Effect::Shutdown), "{effects:?}");
}
