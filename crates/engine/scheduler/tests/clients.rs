//! The scheduler as a pure function: the messages of its clients, its records, and its answers.

mod played;

use std::time::Duration;

use played::{
    BATCH, CLIENT, Played, accepted, collect, done, ends, finished, recorded, results, submit,
};
use scheduler::TaskId;
use scheduler::limits::{MESSAGE_LIMIT, PASSED_ON_LIMIT};
use scheduler::machine::{Effect, End, Event, Peer, Record, Rules};
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

#[test]
fn a_task_that_is_submitted_twice_is_one_task() {
    let mut m = Played::new();
    m.submit(2);
    assert_eq!(m.recv(CLIENT, submit(1)), [accepted(1, 1)]);
    assert_eq!(m.machine.status().ready, 2);
    assert_eq!(m.kept.len(), 2);
}

#[test]
fn in_memory_alone_only_deaths_are_to_be_kept() {
    let rules = Rules {
        is_volatile: true,
        most_errors: 1,
        ..Rules::default()
    };
    let mut m = Played::with(rules);
    m.submit(2);
    m.recv(Peer(1), ToScheduler::Credit { most: 2 });
    m.recv(Peer(1), done(0, 1, 9));
    let (id, attempt, message) = (TaskId(1), 1, "no".to_owned());
    m.recv(
        Peer(1),
        ToScheduler::Failed {
            id,
            attempt,
            message,
        },
    );
    let end = End::Dead("no".into());
    assert_eq!(m.kept, [Record::Ended { id, end }]);
    assert_eq!((m.machine.status().ended, m.machine.status().dead), (1, 1));
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
    assert_eq!(m.recv(CLIENT, submit(2)), [busy]);
    m.ready(Peer(1));
    m.recv(Peer(1), done(0, 1, 9));
    assert_eq!(m.recv(CLIENT, submit(2)), [accepted(2, 2)]);
}

/// Also after the task has ended, and if another scheduler has accepted it.
#[test]
fn another_task_under_the_key_of_one_is_refused_and_the_same_one_is_not() {
    let mut m = Played::new();
    m.submit(1);
    for _ in 0..2 {
        assert_eq!(m.recv(CLIENT, submit(0)), [accepted(0, 0)]);
        for (kind, body) in [("square", vec![8]), ("primes", vec![7])] {
            let (batch, index, kind) = (BATCH, 0, kind.to_owned());
            let (key, call) = (Key { batch, index }, Call { kind, body });
            let effects = m.recv(CLIENT, ToScheduler::Submit { key, call });
            let [Effect::Send(_, FromScheduler::Refused { why })] = &effects[..] else {
                panic!("{effects:?}");
            };
            assert!(why.contains("batch 5 has another task with number 0"));
        }
        m.ready(Peer(1));
        m.recv(Peer(1), done(0, 1, 49));
        let mut next = Played::new();
        let records = m.kept.iter().cloned();
        records.for_each(|record| next.machine.restore(record));
        assert_eq!(next.recv(CLIENT, submit(0)), [accepted(0, 0)]);
    }
}

fn submit_as(batch: u64, kind: &str) -> ToScheduler {
    let (kind, body) = (kind.to_owned(), vec![7]);
    let (key, call) = (Key { batch, index: 0 }, Call { kind, body });
    ToScheduler::Submit { key, call }
}

fn is_busy(effects: &[Effect]) -> bool {
    matches!(effects, [Effect::Send(_, FromScheduler::Busy { .. })])
}

/// Row D08.
#[test]
fn d08_results_fill_a_scheduler_as_tasks_do_until_they_are_forgotten() {
    let rules = Rules {
        most_bytes: 1000,
        counts_results: true,
        ..Rules::default()
    };
    let mut m = Played::with(rules);
    for batch in [1, 2] {
        assert!(!is_busy(&m.recv(CLIENT, submit_as(batch, "square"))));
    }
    m.ready(Peer(1));
    let (id, attempt, body) = (TaskId(0), 1, vec![9; 1001]);
    let effects = m.recv(Peer(1), ToScheduler::Done { id, attempt, body });
    assert_eq!(effects, [recorded(Peer(1), 0)], "the other is not lent");
    assert!(m.machine.is_full_of_results());
    assert!(is_busy(&m.recv(CLIENT, submit_as(3, "square"))));
    let effects = m.recv(CLIENT, ToScheduler::Forget { batch: 1 });
    let is_lease = |it: &Effect| matches!(it, Effect::Send(_, FromScheduler::Lease { .. }));
    assert!(effects.iter().any(is_lease), "{effects:?}");
    // The error of a dead task is just as long.
    for attempt in 1..=3 {
        let (id, message) = (TaskId(1), "x".repeat(1001));
        let failed = ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        m.recv(Peer(1), failed);
        if attempt < 3 {
            m.wait();
        }
    }
    assert_eq!(m.machine.status().dead, 1);
    assert!(is_busy(&m.recv(CLIENT, submit_as(3, "square"))));
    m.recv(CLIENT, ToScheduler::Retry { id: TaskId(1) });
    assert!(!is_busy(&m.recv(CLIENT, submit_as(3, "square"))));
}

/// Row D08. Each of them takes memory, however short its result is.
#[test]
fn d08_ends_without_a_result_fill_a_scheduler_until_they_are_forgotten() {
    let rules = Rules {
        most_bytes: 200_000,
        counts_results: true,
        ..Rules::default()
    };
    let mut m = Played::with(rules);
    let mut batch = 0;
    while !is_busy(&m.recv(CLIENT, submit_as(batch, "square"))) {
        m.ready(Peer(1));
        let (id, attempt, body) = (TaskId(batch), 1, Vec::new());
        m.recv(Peer(1), ToScheduler::Done { id, attempt, body });
        batch += 1;
        assert!(batch < 2000, "they count for nothing");
    }
    assert!(batch > 1000, "{batch}");
    // A task that waits takes more than one that has ended.
    for batch in [0, 1] {
        m.recv(CLIENT, ToScheduler::Forget { batch });
    }
    assert!(!is_busy(&m.recv(CLIENT, submit_as(batch, "square"))));
}

#[test]
fn the_name_of_a_kind_is_short_and_counts_as_long_as_it_is_used() {
    let mut m = Played::new();
    let effects = m.recv(CLIENT, submit_as(1, &"k".repeat(257)));
    let [Effect::Send(_, FromScheduler::Refused { why })] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(why, "the name of a kind has 256 bytes at most, and not 257");
    assert!(m.kept.is_empty());
    let rules = Rules {
        counts_results: true,
        most_bytes: 4500,
        ..Rules::default()
    };
    // Each task is cancelled, so that only its name is left.
    let mut m = Played::with(rules);
    let mut accepted = 0;
    while !is_busy(&m.recv(CLIENT, submit_as(accepted, &format!("{accepted:256}")))) {
        m.recv(CLIENT, ToScheduler::CancelBatch { batch: accepted });
        accepted += 1;
    }
    assert_eq!(accepted, 9);
    m.recv(CLIENT, ToScheduler::Forget { batch: 0 });
    assert!(!is_busy(&m.recv(CLIENT, submit_as(accepted, "square"))));
}

#[test]
fn results_come_in_the_order_of_their_ends_from_any_place_on() {
    let mut m = Played::new();
    m.submit(3);
    m.recv(Peer(1), ToScheduler::Credit { most: 3 });
    assert_eq!(m.recv(CLIENT, results(0)), []);
    let ended = |id: u64| (TaskId(id), Ok(vec![u8::try_from(id).unwrap()]));
    let at_once = [recorded(Peer(1), 2), ends(0, 1, vec![ended(2)])];
    assert_eq!(m.recv(Peer(1), done(2, 1, 2)), at_once);
    for id in [0, 1] {
        m.recv(Peer(1), done(id, 1, u8::try_from(id).unwrap()));
    }
    let rest = vec![ended(0), ended(1)];
    assert_eq!(m.recv(CLIENT, results(1)), [ends(1, 3, rest)]);
    let all = vec![ended(2), ended(0), ended(1)];
    assert_eq!(m.recv(CLIENT, results(0)), [ends(0, 3, all)]);
    // A client that is gone receives nothing.
    assert_eq!(m.recv(CLIENT, results(3)), []);
    assert_eq!(m.step(Event::Gone(CLIENT)), []);
}

/// An earlier scheduler, which kept nothing, has sent it those ends.
#[test]
fn a_client_that_knows_more_ends_than_there_are_is_answered_at_once() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    m.recv(Peer(1), done(0, 1, 9));
    assert_eq!(m.recv(CLIENT, results(2)), [ends(2, 1, vec![])]);
    assert_eq!(m.recv(CLIENT, results(1)), [], "the next is to come");
}

#[test]
fn a_message_carries_as_many_results_as_it_holds() {
    let mut m = Played::new();
    m.submit(3);
    m.recv(Peer(1), ToScheduler::Credit { most: 3 });
    for id in 0..3 {
        let (id, attempt, body) = (TaskId(id), 1, vec![0; MESSAGE_LIMIT / 2]);
        m.recv(Peer(1), ToScheduler::Done { id, attempt, body });
    }
    for since in 0..3 {
        let effects = m.recv(CLIENT, results(since));
        let [Effect::Send(_, FromScheduler::Results { next, ended, .. })] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert_eq!((*next, ended.len()), (since + 1, 1));
    }
}

/// Including the few bytes that each end and the message need beside the results, and the 8 of a
/// run that is recorded.
#[test]
fn no_message_carries_more_results_than_it_holds() {
    for (tasks, result_bytes) in [(1_100, 1_000), (45_000, 8)] {
        let mut m = Played::new();
        m.submit(tasks);
        for id in 0..u64::from(tasks) {
            let (id, attempt, body) = (TaskId(id), 1, vec![0; result_bytes]);
            m.recv(Peer(1), ToScheduler::Done { id, attempt, body });
        }
        let effects = m.recv(CLIENT, results(0));
        let [Effect::Send(_, message)] = &effects[..] else {
            panic!("{} effects", effects.len());
        };
        let len_bytes = common::encode(message).unwrap().len();
        let is_full = len_bytes > MESSAGE_LIMIT - 2 * result_bytes;
        assert!(is_full && len_bytes <= PASSED_ON_LIMIT - 8, "{len_bytes}");
    }
}

#[test]
fn a_scheduler_that_drains_lends_nothing_more_and_ends_with_its_last_lease() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    assert_eq!(m.recv(CLIENT, ToScheduler::Drain { limit_ms: 100 }), []);
    let key = Key {
        batch: BATCH,
        index: 7,
    };
    let busy = Effect::Send(CLIENT, FromScheduler::Busy { key });
    assert_eq!(m.recv(CLIENT, submit(7)), [busy]);
    let last = [recorded(Peer(1), 0), Effect::Shutdown];
    assert_eq!(m.recv(Peer(1), done(0, 1, 9)), last);
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    m.recv(CLIENT, ToScheduler::Drain { limit_ms: 100 });
    assert_eq!(m.wait(), [Effect::Shutdown]);
}

#[test]
fn kept_records_make_the_same_tasks_again_and_none_is_leased() {
    let mut m = Played::new();
    m.submit(4);
    m.recv(Peer(1), ToScheduler::Credit { most: 3 });
    m.recv(Peer(1), done(0, 1, 9));
    m.fail(Peer(1), 1, 1);
    m.recv(CLIENT, ToScheduler::Cancel { id: TaskId(3) });
    let mut again = Played::new();
    for record in m.kept {
        again.machine.restore(record);
    }
    let status = again.machine.status();
    assert_eq!((status.ready, status.leased, status.ended), (2, 0, 2));
    assert_eq!(again.recv(CLIENT, collect(0)), [finished(0, Ok(vec![9]))]);
    // As much of its budget is spent as before, and that was its first attempt.
    again.recv(Peer(1), ToScheduler::Credit { most: 1 });
    for attempt in 2..=u32::from(Rules::default().most_errors) {
        again.fail(Peer(1), 1, attempt);
        again.recv(Peer(1), done(2, 1, 0));
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
            m.recv(CLIENT, question),
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

#[test]
fn a_drain_ends_the_scheduler_after_its_last_lease() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    assert_eq!(m.step(Event::Drain(Duration::from_secs(5))), []);
    assert_eq!(
        m.machine.next_timer(),
        Some(Duration::from_secs(3)),
        "the lease"
    );
    let effects = m.recv(Peer(1), done(0, 1, 7));
    assert_eq!(effects.last(), Some(&Effect::Shutdown), "{effects:?}");
}
