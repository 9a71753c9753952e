//! The scheduler as a pure function, one situation after the other: its workers, their leases, and
//! failures. `tests/clients.rs` has the clients' view; `tests/simulator.rs` plays at random.

mod played;

use played::{
    CLIENT, Played, accepted, collect, done, ends, finished, lease, recorded, results, revoked,
    submit,
};
use scheduler::TaskId;
use scheduler::machine::{Effect, Event, Peer, Record, Rules};
use scheduler::wire::{FromScheduler, ToScheduler};

/// Row D09.
#[test]
fn d09_a_worker_holds_as_many_tasks_as_it_has_credit_for() {
    let mut m = Played::new();
    m.submit(4);
    assert_eq!(m.ready(Peer(1)), [lease(Peer(1), 0, 1)]);
    assert_eq!(m.ready(Peer(1)), []);
    let both = [lease(Peer(2), 1, 1), lease(Peer(2), 2, 1)];
    assert_eq!(m.recv(Peer(2), ToScheduler::Credit { most: 2 }), both);
    let next = [recorded(Peer(1), 0), lease(Peer(1), 3, 1)];
    assert_eq!(m.recv(Peer(1), done(0, 1, 9)), next);
    assert_eq!(m.machine.held_by(Peer(2)), 2);
}

#[test]
fn tasks_go_to_the_workers_in_turn() {
    let mut m = Played::new();
    for worker in [1, 2] {
        assert_eq!(m.recv(Peer(worker), ToScheduler::Credit { most: 2 }), []);
    }
    for (index, worker) in [(0, 1), (1, 2), (2, 1), (3, 2)] {
        let expected = [
            accepted(index.into(), index),
            lease(Peer(worker), index.into(), 1),
        ];
        assert_eq!(m.recv(CLIENT, submit(index)), expected);
    }
}

#[test]
fn a_worker_without_credit_gets_no_task_and_keeps_those_it_has() {
    let mut m = Played::new();
    m.submit(2);
    assert_eq!(m.ready(Peer(1)), [lease(Peer(1), 0, 1)]);
    assert_eq!(m.recv(Peer(1), ToScheduler::Credit { most: 0 }), []);
    assert_eq!(m.recv(Peer(1), done(0, 1, 9)), [recorded(Peer(1), 0)]);
    assert_eq!(m.machine.status().ready, 1);
}

#[test]
fn a_client_that_asks_twice_gets_one_answer() {
    let mut m = Played::new();
    m.submit(1);
    assert_eq!(m.recv(CLIENT, collect(0)), []);
    assert_eq!(m.recv(CLIENT, collect(0)), []);
    m.ready(Peer(1));
    let once = [finished(0, Ok(vec![49])), recorded(Peer(1), 0)];
    assert_eq!(m.recv(Peer(1), done(0, 1, 49)), once);
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
    // At once, if another worker is already idle.
    assert_eq!(m.ready(Peer(3)), [lease(Peer(3), 1, 1)]);
    assert_eq!(m.ready(Peer(4)), []);
    assert_eq!(m.step(Event::Gone(Peer(3))), [lease(Peer(4), 1, 2)]);
}

#[test]
fn d12_a_lease_ends_without_heartbeats_that_name_its_task() {
    let mut m = Played::new();
    m.submit(2);
    m.recv(Peer(1), ToScheduler::Credit { most: 2 });
    let lease_time = Rules::default().lease;
    for _ in 0..3 {
        m.now += lease_time / 2;
        let held = vec![TaskId(0), TaskId(1)];
        assert_eq!(m.recv(Peer(1), ToScheduler::Heartbeat { held }), []);
    }
    m.now += lease_time / 2;
    let held = vec![TaskId(0)];
    assert_eq!(m.recv(Peer(1), ToScheduler::Heartbeat { held }), []);
    assert_eq!(m.wait(), [Effect::HangUp(Peer(1))]);
    assert_eq!(
        (m.machine.status().ready, m.machine.status().leased),
        (2, 0)
    );
}

#[test]
fn a_worker_with_messages_still_on_their_way_keeps_its_leases() {
    let mut m = Played::new();
    m.submit(2);
    let worker = Peer(1);
    let leases = m.recv(worker, ToScheduler::Credit { most: 2 });
    assert_eq!(leases, [lease(worker, 0, 1), lease(worker, 1, 1)]);
    let limit = m.machine.next_timer().unwrap();
    m.now = limit / 2;
    assert_eq!(m.step(Event::Alive(worker)), []);
    assert_eq!(m.machine.next_timer(), Some(m.now + limit));
    assert_eq!(m.machine.held_by(worker), 2);
}

#[test]
fn a_dead_task_with_a_long_reason_hides_no_later_one() {
    let mut m = Played::with(Rules {
        most_errors: 1,
        ..Rules::default()
    });
    m.submit(2);
    let worker = Peer(1);
    for (number, bytes) in [(0, 5 << 20), (1, 1)] {
        let (id, attempt, message) = (TaskId(number), 1, "x".repeat(bytes));
        let _lent = m.ready(worker);
        let failed = ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        let _recorded = m.recv(worker, failed);
    }
    let of = |since| {
        let since = TaskId(since);
        let tasks = match &m
            .machine
            .clone()
            .step(m.now, Event::Received(CLIENT, ToScheduler::Dead { since }))[..]
        {
            [Effect::Send(CLIENT, FromScheduler::Dead { tasks })] => tasks.clone(),
            other => panic!("{other:?}"),
        };
        tasks.into_iter().map(|(id, _)| id.0).collect::<Vec<_>>()
    };
    assert_eq!((of(0), of(1)), (vec![0], vec![1]));
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
    // It was only cut off, and comes back with its result.
    let first = [revoked(Peer(2), 0), recorded(Peer(3), 0)];
    assert_eq!(m.recv(Peer(3), done(0, 1, 13)), first);
    assert_eq!(m.recv(Peer(2), done(0, 2, 14)), [recorded(Peer(2), 0)]);
    assert_eq!(m.recv(CLIENT, collect(0)), [finished(0, Ok(vec![13]))]);
    assert_eq!(m.machine.status().late, 1);
    assert_eq!(m.recv(Peer(2), done(99, 1, 1)), [recorded(Peer(2), 99)]);
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
    m.recv(CLIENT, collect(0));
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
    assert_eq!(m.recv(CLIENT, ToScheduler::Dead { since }), [listed]);
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
    assert_eq!(m.recv(CLIENT, retry.clone()), again);
    m.recv(Peer(1), done(0, 2, 49));
    assert_eq!(m.recv(CLIENT, retry), [finished(0, Ok(vec![49]))]);
    // Its place is that of its latest end, so it is reported once.
    let ended = vec![(TaskId(0), Ok(vec![49]))];
    assert_eq!(m.recv(CLIENT, results(0)), [ends(0, 2, ended)]);
}

#[test]
fn only_a_task_that_was_started_is_blamed_for_a_death() {
    let mut m = Played::new();
    m.submit(2);
    m.recv(CLIENT, collect(0));
    let most = u32::from(Rules::default().most_deaths);
    for attempt in 1..=most {
        let victim = Peer(attempt.into());
        let both = [lease(victim, 0, attempt), lease(victim, 1, attempt)];
        assert_eq!(m.recv(victim, ToScheduler::Credit { most: 2 }), both);
        m.start(victim, 0, attempt);
        let effects = m.step(Event::Gone(victim));
        assert_eq!(effects.len(), usize::from(attempt == most), "{effects:?}");
    }
    // The other task has lost as many workers, and is not to blame.
    let innocent = lease(Peer(9), 1, most + 1);
    assert_eq!(m.ready(Peer(9)), [innocent]);
}

/// A worker begins such a task alone. If it began with others, they would all be blamed for the next
/// death too.
#[test]
fn a_task_that_was_blamed_is_no_new_one_after_a_restart_either() {
    let mut m = Played::new();
    m.submit(2);
    m.recv(Peer(1), ToScheduler::Credit { most: 2 });
    m.start(Peer(1), 0, 1);
    m.step(Event::Gone(Peer(1)));
    for death in 1..=2 {
        let mut next = Played::new();
        let records = m.kept.iter().cloned();
        records.for_each(|record| next.machine.restore(record));
        next.kept = m.kept;
        m = next;
        let worker = Peer(death.into());
        let both = [lease(worker, 0, death + 1), lease(worker, 1, 1)];
        assert_eq!(m.recv(worker, ToScheduler::Credit { most: 2 }), both);
        m.start(worker, 0, death + 1);
        m.step(Event::Gone(worker));
    }
    assert_eq!(m.machine.status().dead, 1);
}

#[test]
fn messages_about_an_earlier_lease_are_ignored() {
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    let (id, attempt) = (TaskId(0), 1);
    let again = [lease(Peer(1), 0, 2)];
    assert_eq!(m.recv(Peer(1), ToScheduler::Release { id, attempt }), again);
    assert_eq!(m.recv(Peer(1), ToScheduler::Release { id, attempt }), []);
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
    assert_eq!(m.recv(CLIENT, cancel(1)), [cancelled(1)]);
    assert_eq!(
        m.recv(CLIENT, cancel(0)),
        [revoked(Peer(1), 0), cancelled(0)]
    );
    assert_eq!(m.recv(Peer(1), done(0, 1, 9)), [recorded(Peer(1), 0)]);
    assert_eq!(m.recv(CLIENT, collect(0)), [cancelled(0)]);
    assert_eq!(m.machine.status().ended, 2);
}
