//! An iterator that waits for a result waits in a turn.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use check::{Recorded, expect_in_time, sleeps_besides, sleeps_in, use_of};

use crate::{join, pool, pool_of, shared, wait_for};

/// A turn waits, and the log records this. There may be as many tasks as workers, or far more than may be
/// under way.
pub(crate) fn sleeps() {
    let recorded = Recorded::begin();
    for count in [2, 400] {
        sleeps_with(count, &recorded);
    }
}

/// The first two of these tasks are slow, and there are two workers.
fn sleeps_with(count: u32, recorded: &Recorded) {
    let pool = pool(|number: u32| {
        if number < 2 {
            sleep(Duration::from_millis(1200));
        }
        number
    });
    let mut results = pool.imap_unordered(0..count).expect("the pool is open");
    let wait = || use_of(|| results.next());
    let (((result, used), sleeps), besides) = sleeps_besides(recorded, || sleeps_in(wait));
    assert!(
        matches!(result, Some(Ok(_))),
        "the result of a slow task is {result:?}"
    );
    let (cpu, times) = (used.cpu.as_millis(), used.sleeps);
    expect_in_time(cpu < 60 && times < 40, || {
        format!(
            "while it waited for 1200 ms, with {count} tasks, it used the processor for {cpu} ms and went to \
             sleep {times} times: it polls"
        )
    });
    assert!(
        !sleeps && !besides,
        "it sleeps between two checks: it should wait in a turn, which ends when there is a result"
    );
    // A turn without a wait may come before one that waits.
    let short = recorded.short_waits_in_a_row(TURN);
    assert!(
        short <= MOST_SHORT,
        "{short} turns in a row ended without a result after less than {TURN:?} each: it polls"
    );
    assert_eq!(
        results.count() + 1,
        count as usize,
        "the number of results of {count} tasks"
    );
    join(pool);
}

/// How many turns in a row may be short: those that do not wait.
const MOST_SHORT: usize = 3;

/// The only worker does a task of the iterator, and then another one, whose result the caller has. So the
/// result of the first one is in its stream, and no argument is left. One try may have to wait for a lock.
pub(crate) fn there() {
    let sleeps = || {
        let pool = pool_of(1, |number: u32| number);
        let mut results = pool.imap_unordered([1]).expect("the pool is open");
        let later = pool.apply(2);
        assert_eq!(
            later.ok(),
            Some(2),
            "the value of a task that does not belong to the iterator"
        );
        let (result, used) = use_of(|| results.next());
        assert!(
            matches!(result, Some(Ok(1))),
            "the result of the only task is {result:?}"
        );
        drop(results);
        join(pool);
        used.sleeps > 0
    };
    assert!(
        !(0..MOST_TRIES).all(|_| sleeps()),
        "the result of a task had come before `next` was called, but `next` went to sleep in each of \
         {MOST_TRIES} tries: it should check first, and wait only if there is no result"
    );
    assert!(
        !(0..MOST_TRIES).all(sleeps_beside_a_slow_one),
        "the result of a quick task had come before `next` was called, while another task was slow, but \
         `next` went to sleep in each of {MOST_TRIES} tries: it should look for a result again before it waits"
    );
}

/// One of two workers does a slow task. The result of the other one is in the queue of answers, not yet in
/// the stream, and no argument is left. On a busy machine it takes longer until it is there.
fn sleeps_beside_a_slow_one(tries: u32) -> bool {
    let is_over = shared(0);
    let theirs = is_over.clone();
    let pool = pool_of(2, move |number: u32| {
        if number == 0 {
            wait_for(&theirs, 1);
        }
        number
    });
    let mut results = pool.imap_unordered([0, 1]).expect("the pool is open");
    sleep(Duration::from_millis(100) * 2_u32.pow(tries));
    let (result, used) = use_of(|| results.next());
    is_over.store(1, Ordering::SeqCst);
    assert!(
        matches!(result, Some(Ok(1))),
        "the result of the quick task is {result:?}"
    );
    assert!(
        matches!(results.next(), Some(Ok(0))),
        "the slow task has no result"
    );
    drop(results);
    join(pool);
    used.sleeps > 0
}

/// The limit of the number of tries until one does not go to sleep.
const MOST_TRIES: u32 = 5;

/// The shortest time of a turn that waits in vain.
const TURN: Duration = Duration::from_millis(50);
