//! The scheduler as a pure function: batches that are cancelled, forgotten and followed as a whole.

mod played;

use std::time::Duration;

use played::{BATCH, CLIENT, Played, accepted, collect, done, ends, recorded, results, submit};
use scheduler::TaskId;
use scheduler::machine::{Effect, Event, Peer, Record, Rules};
use scheduler::task::Key;
use scheduler::wire::{FromScheduler, ToScheduler};

fn batch(tasks: u64, ended: u64) -> Effect {
    let (batch, kind) = (BATCH, if tasks > 0 { "square" } else { "" }.to_owned());
    let answer = FromScheduler::Batch {
        batch,
        kind,
        tasks,
        of: 0,
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
fn a_batch_is_cancelled_as_a_whole_and_keeps_its_results() {
    let mut m = Played::new();
    m.submit(3);
    m.ready(Peer(1));
    m.recv(Peer(1), done(0, 1, 7));
    assert_eq!(
        m.recv(CLIENT, ToScheduler::Batch { batch: BATCH }),
        [batch(3, 1)]
    );
    let effects = m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
    assert_eq!(effects.last(), Some(&batch(3, 3)), "{effects:?}");
    let [Effect::Send(_, FromScheduler::Results { ended, .. })] = &m.recv(CLIENT, results(0))[..]
    else {
        panic!("no results");
    };
    let outcomes: Vec<_> = ended.iter().map(|it| it.outcome.is_ok()).collect();
    assert_eq!(outcomes, [true, false, false]);
}

/// One step for all tasks would be one commit, and all other peers would wait for it.
#[test]
fn a_large_batch_is_cancelled_a_thousand_tasks_at_a_time() {
    let mut m = Played::with(Rules {
        most_errors: 1,
        ..Rules::default()
    });
    m.submit(2500);
    let mut kept = m.kept.len();
    for (cancelled, ended) in [(1000, 1000), (1000, 2000), (500, 2500), (0, 2500)] {
        let effects = m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
        assert!(effects.contains(&batch(2500, ended)), "{effects:?}");
        assert_eq!(m.kept.len() - kept, cancelled);
        kept = m.kept.len();
    }
    // It does not visit ended tasks again, and still finds open ones there: a task with a lower
    // index that is added later, and a dead one that is tried again.
    for (task, index) in [(2500, 2999), (2501, 2600)] {
        assert_eq!(m.recv(CLIENT, submit(index)), [accepted(task, index)]);
        let effects = m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
        assert!(effects.contains(&batch(task + 1, task + 1)), "{effects:?}");
    }
    m.recv(CLIENT, submit(2500));
    m.ready(Peer(1));
    m.fail(Peer(1), 2502, 1);
    m.recv(CLIENT, submit(2998));
    m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
    m.recv(CLIENT, ToScheduler::Retry { id: TaskId(2502) });
    let effects = m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
    assert!(effects.contains(&batch(2504, 2504)), "{effects:?}");
}

#[test]
fn a_batch_is_forgotten_once_all_its_tasks_have_ended_and_no_number_comes_again() {
    let mut m = Played::new();
    m.submit(2);
    m.ready(Peer(1));
    m.recv(Peer(1), done(0, 1, 7));
    let forget = ToScheduler::Forget { batch: BATCH };
    assert_eq!(m.recv(CLIENT, forget.clone()), [batch(2, 1)]);
    assert_eq!(m.machine.status().ended, 1);
    m.recv(Peer(1), done(1, 1, 7));
    assert_eq!(m.recv(CLIENT, forget), [batch(0, 0)]);
    assert_eq!(m.machine.status().ended, 0);
    let unknown = FromScheduler::Unknown { id: TaskId(1) };
    assert_eq!(m.recv(CLIENT, collect(1)), [Effect::Send(CLIENT, unknown)]);
    // The disk may have dropped everything except that the batch was forgotten.
    for mut m in [restarted(&m.kept), restarted(&m.kept[4..]), m] {
        let effects = m.recv(CLIENT, submit(0));
        assert_eq!(effects.first(), Some(&accepted(2, 0)), "{effects:?}");
    }
}

#[test]
fn a_follower_of_a_batch_that_is_forgotten_is_informed() {
    let mut m = Played::new();
    m.submit(1);
    m.ready(Peer(1));
    m.recv(Peer(1), done(0, 1, 7));
    assert_eq!(m.recv(CLIENT, results(1)), []);
    let effects = m.recv(CLIENT, ToScheduler::Forget { batch: BATCH });
    assert_eq!(effects, [batch(0, 0), ends(1, 1, Vec::new())]);
}

#[test]
fn ends_that_come_in_one_turn_are_reported_together() {
    let mut m = Played::new();
    m.submit(3);
    m.recv(Peer(1), ToScheduler::Credit { most: 3 });
    assert_eq!(m.recv(CLIENT, results(0)), []);
    let mut effects = Vec::new();
    for id in 0..2 {
        let done = Event::Received(Peer(1), done(id, 1, 7));
        m.machine.step_into(m.now, done, &mut effects);
    }
    let is_sent = |effect: &Effect| matches!(effect, Effect::Send(CLIENT, _));
    assert!(!effects.iter().any(is_sent), "{effects:?}");
    effects.clear();
    m.machine.notify_followers(&mut effects);
    let ended = |id| (TaskId(id), Ok(vec![7]));
    assert_eq!(effects, [ends(0, 2, vec![ended(0), ended(1)])]);
    effects.clear();
    m.machine.notify_followers(&mut effects);
    assert_eq!(effects, [], "they have to ask again");
}

/// For a batch that is kept only while it is open, and for a scheduler that ends with its last lease.
#[test]
fn the_last_end_is_reported_before_its_batch_is_forgotten_and_before_the_scheduler_ends() {
    let keep = Some(Duration::ZERO);
    for (keep, drains) in [(keep, false), (None, true)] {
        let mut m = Played::with(Rules {
            keep,
            ..Rules::default()
        });
        m.submit(1);
        m.ready(Peer(1));
        assert_eq!(m.recv(CLIENT, results(0)), []);
        if drains {
            m.step(Event::Drain(Duration::from_secs(5)));
        }
        let effects = m.recv(Peer(1), done(0, 1, 7));
        let end = ends(0, 1, vec![(TaskId(0), Ok(vec![7]))]);
        assert_eq!(effects[..2], [recorded(Peer(1), 0), end]);
        assert_eq!(effects.get(2), drains.then_some(&Effect::Shutdown));
    }
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
    m.recv(Peer(1), ToScheduler::Credit { most: 2 });
    m.recv(Peer(1), done(0, 1, 7));
    m.fail(Peer(1), 1, 1);
    m.now = keep * 2;
    assert_eq!(m.step(Event::Tick), []);
    assert_eq!(m.machine.status().dead, 1);
    m.recv(CLIENT, ToScheduler::Retry { id: TaskId(1) });
    m.recv(Peer(1), done(1, 2, 7));
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
    m.recv(CLIENT, ToScheduler::Retry { id: TaskId(0) });
    let forget = ToScheduler::Forget { batch: BATCH };
    assert_eq!(m.recv(CLIENT, forget), [batch(1, 0)], "it is open");
    m.recv(Peer(1), done(0, 2, 7));
    m.now = keep;
    assert_eq!(m.step(Event::Tick), []);
    assert_eq!(m.machine.status().ended, 1);
    m.wait();
    assert_eq!((m.now, m.machine.status().ended), (keep * 3 / 2, 0));
}

/// Whatever has happened to its tasks. The text shows every map and list of the machine.
#[test]
fn nothing_is_left_of_a_batch_that_is_forgotten() {
    let mut m = Played::with(Rules {
        most_errors: 1,
        keep: Some(Duration::from_secs(3600)),
        ..Rules::default()
    });
    let mut lengths = Vec::new();
    for round in 1..=200 {
        let (worker, id) = (Peer(round), 4 * round - 4);
        let batch = round;
        for index in 0..4 {
            let (key, call) = (Key { batch, index }, played::call());
            m.recv(CLIENT, ToScheduler::Submit { key, call });
        }
        m.recv(CLIENT, ToScheduler::Results { batch, since: 0 });
        m.recv(CLIENT, collect(id));
        m.recv(worker, ToScheduler::Credit { most: 3 });
        m.recv(worker, done(id, 1, 7));
        m.fail(worker, id + 1, 1);
        m.fail(worker, id + 2, 1);
        m.recv(CLIENT, ToScheduler::CancelBatch { batch });
        m.recv(CLIENT, ToScheduler::Retry { id: TaskId(id + 1) });
        m.recv(worker, done(id + 1, 2, 7));
        m.recv(CLIENT, ToScheduler::Forget { batch });
        m.step(Event::Gone(worker));
        m.step(Event::Gone(CLIENT));
        assert_eq!(m.machine.next_timer(), None, "{:?}", m.machine);
        lengths.push(format!("{:?}", m.machine).len());
    }
    // A number has a few more digits.
    assert!(lengths[199] < lengths[0] + 20, "{lengths:?}");
}

#[test]
fn a_place_among_the_results_is_the_same_after_a_restart() {
    let mut m = Played::with(Rules {
        most_errors: 1,
        ..Rules::default()
    });
    m.submit(2);
    m.recv(Peer(1), ToScheduler::Credit { most: 2 });
    m.fail(Peer(1), 0, 1);
    m.recv(Peer(1), done(1, 1, 7));
    m.recv(CLIENT, ToScheduler::Retry { id: TaskId(0) });
    m.recv(Peer(1), done(0, 2, 8));
    let all = m.recv(CLIENT, results(1));
    assert_eq!(restarted(&m.kept).recv(CLIENT, results(1)), all);
}

#[test]
fn how_many_tasks_a_batch_is_to_have_is_kept_once_and_goes_with_it() {
    let mut m = Played::new();
    let mut out = Vec::new();
    // For a batch without tasks there is nothing to keep.
    m.machine.expect(BATCH, 2, &mut out).unwrap();
    m.submit(1);
    for _ in 0..2 {
        m.machine.expect(BATCH, 2, &mut out).unwrap();
    }
    let (id, tasks) = (TaskId(0), 2);
    let expected = Record::Expected { id, tasks };
    assert_eq!(out, [Effect::Keep(expected.clone())]);
    m.kept.push(expected);
    let why = m.machine.expect(BATCH, 3, &mut out).unwrap_err();
    assert!(why.contains("2 tasks, and not with 3"), "{why}");
    let expects = |m: &mut Played| match &m.recv(CLIENT, ToScheduler::Batch { batch: BATCH })[..] {
        [Effect::Send(CLIENT, FromScheduler::Batch { of, .. })] => *of,
        other => panic!("{other:?}"),
    };
    assert_eq!(expects(&mut m), 2);
    let mut m = restarted(&m.kept);
    assert_eq!(expects(&mut m), 2);
    m.recv(CLIENT, ToScheduler::CancelBatch { batch: BATCH });
    m.recv(CLIENT, ToScheduler::Forget { batch: BATCH });
    assert_eq!(expects(&mut m), 0);
}
