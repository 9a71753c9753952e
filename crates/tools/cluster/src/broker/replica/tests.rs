use super::*;

/// A task of a batch with this digest.
fn submit(batch: u64, digest: u8) -> ToScheduler {
    let (kind, body) = ("square".to_owned(), vec![digest]);
    let (key, call) = (Key { batch, index: 0 }, Call { kind, body });
    ToScheduler::Submit { key, call }
}

/// The answer to a client that hands the task in.
fn find(replica: &Replica, batch: u64, digest: u8) -> Option<Found> {
    match submit(batch, digest) {
        ToScheduler::Submit { key, call } => replica.find(key, &call),
        _ => None,
    }
}

const ID: TaskId = TaskId(ENTRY_TASKS);

fn died(round: u32) -> Ended {
    let (kind, body) = ("square".to_owned(), vec![3]);
    let (why, call) = (format!("round {round}"), Call { kind, body });
    let end = End::Dead { why, call };
    let (id, cause) = (ID, [0; 8]);
    Ended {
        id,
        round,
        end,
        cause,
    }
}

fn done(round: u32) -> Ended {
    let end = End::Done(vec![9]);
    Ended { end, ..died(round) }
}

/// A replica with a task that has died in its first round.
fn with_dead() -> Replica {
    let mut replica = Replica::new();
    replica.reserve(1, &[submit(7, 3)]);
    replica.end(died(1));
    assert!(replica.dead_call(ID).is_some());
    replica
}

/// How many tasks are open, dead, and done, and how many results came too late.
fn counts(replica: &Replica) -> [u64; 4] {
    let status = replica.status();
    [status.leased, status.dead, status.ended, status.late]
}

#[test]
fn a_retry_that_was_killed_before_its_entry_has_its_end_all_the_same() {
    let mut replica = with_dead();
    replica.end(done(2));
    assert_eq!(counts(&replica), [0, 0, 1, 0]);
    assert!(replica.dead_call(ID).is_none());
    let mut replica = with_dead();
    replica.end(died(2));
    assert_eq!(counts(&replica), [0, 1, 0, 0]);
    assert_eq!(replica.dead(1)[0].2, "round 2");
}

#[test]
fn a_second_retry_of_the_same_round_adds_no_second_result() {
    for killed_before_its_entry in [true, false] {
        let mut replica = with_dead();
        if !killed_before_its_entry {
            replica.try_again(ID, 2);
        }
        replica.try_again(ID, 2);
        assert_eq!(counts(&replica), [1, 0, 0, 0]);
        replica.end(done(2));
        replica.end(done(2));
        assert_eq!(counts(&replica), [0, 0, 1, 1]);
    }
}

#[test]
fn a_retry_that_comes_after_the_next_death_opens_nothing() {
    let mut replica = with_dead();
    replica.try_again(ID, 2);
    replica.end(died(2));
    replica.try_again(ID, 2);
    // No queue has a copy for a third round, so the replica must not wait for one.
    assert_eq!(counts(&replica), [0, 1, 0, 0]);
    replica.try_again(ID, 3);
    assert_eq!(counts(&replica), [1, 0, 0, 0]);
    // A copy of the second round dies as well; the copy of the third is still in the queue.
    replica.end(died(2));
    assert_eq!(counts(&replica), [1, 0, 0, 0]);
    replica.end(died(3));
    assert_eq!(counts(&replica), [0, 1, 0, 0]);
}

#[test]
fn a_dead_task_of_a_forgotten_batch_is_not_tried_again() {
    let mut replica = with_dead();
    replica.try_again(ID, 2);
    replica.end(died(2));
    replica.others_ask(ToScheduler::Forget { batch: 7 });
    assert!(replica.dead_call(ID).is_none() && replica.rounds.is_empty());
    replica.try_again(ID, 3);
    replica.end(died(3));
    assert_eq!(counts(&replica), [0; 4]);
}

#[test]
fn a_task_is_in_its_batch_once_it_is_in_the_queue_or_has_ended() {
    let mut replica = Replica::new();
    replica.reserve(1, &[submit(7, 3)]);
    assert_eq!(counts(&replica), [0; 4], "its client may give up");
    assert!(replica.is_about_to_have(7));
    assert!(matches!(find(&replica, 7, 3), Some(Found::Reserved(ID))));
    // Another client begins where the first one has given up.
    replica.reserve(2, &[submit(7, 3)]);
    assert!(matches!(find(&replica, 7, 3), Some(Found::Reserved(ID))));
    for _ in 0..2 {
        replica.admit(&[ID]);
        assert_eq!(counts(&replica), [1, 0, 0, 0]);
        assert!(!replica.is_about_to_have(7));
    }
    replica.end(done(1));
    replica.admit(&[ID]);
    assert_eq!(counts(&replica), [0, 0, 1, 0]);
    // The client was killed before it could write that the task is in the queue.
    let mut replica = Replica::new();
    replica.reserve(1, &[submit(7, 3)]);
    replica.end(done(1));
    replica.admit(&[ID]);
    assert_eq!(counts(&replica), [0, 0, 1, 0]);
}

#[test]
fn a_batch_of_two_clients_with_other_arguments_is_that_of_the_first() {
    for is_queued in [false, true] {
        let mut replica = Replica::new();
        replica.reserve(1, &[submit(7, 3)]);
        if is_queued {
            replica.admit(&[ID]);
        }
        replica.reserve(2, &[submit(8, 3), submit(7, 4)]);
        let found = find(&replica, 7, 4);
        assert!(matches!(
            found,
            Some(Found::Known(FromScheduler::Refused { .. }))
        ));
        // Its client gives up, so none of its tasks is begun.
        assert!(find(&replica, 8, 3).is_none());
    }
}

#[test]
fn a_forgotten_batch_keeps_no_number_for_a_task_that_is_on_its_way() {
    let mut replica = Replica::new();
    replica.reserve(1, &[submit(7, 3)]);
    replica.end(done(1));
    let second = Key { batch: 7, index: 1 };
    if let ToScheduler::Submit { call, .. } = submit(7, 3) {
        replica.reserve(2, &[ToScheduler::Submit { key: second, call }]);
    }
    assert!(replica.has(second));
    replica.others_ask(ToScheduler::Forget { batch: 7 });
    assert!(!replica.has(second));
    replica.admit(&[TaskId(2 * ENTRY_TASKS)]);
    assert_eq!(counts(&replica), [0; 4]);
}
