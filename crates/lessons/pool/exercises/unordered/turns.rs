//! What waits for a result, waits in a turn.

use std::thread::sleep;
use std::time::Duration;

use check::{Recorded, sleeps_besides, sleeps_in, use_of};

use crate::{join, pool, pool_of};

/// Waiting is what a turn does, and the log knows of it.
pub(crate) fn sleeps() {
    let recorded = Recorded::begin();
    let pool = pool(|number: u32| {
        sleep(Duration::from_millis(1200));
        number
    });
    let mut results = pool.imap_unordered([1, 2]).expect("the pool is open");
    let wait = || use_of(|| results.next());
    let (((result, used), sleeps), besides) = sleeps_besides(&recorded, || sleeps_in(wait));
    assert!(
        matches!(result, Some(Ok(_))),
        "the result of a task that takes its time: {result:?}"
    );
    let (cpu, times) = (used.cpu.as_millis(), used.sleeps);
    assert!(
        cpu < 60 && times < 40,
        "while it waited for 1200 ms, it used the processor for {cpu} ms and went to sleep {times} \
         times: it asks again and again"
    );
    assert!(
        !sleeps && !besides,
        "it sleeps between two looks: it has to wait in a turn, which ends when there is a result"
    );
    let shortest = recorded.shortest_wait().unwrap_or(TURN);
    assert!(
        shortest >= TURN,
        "a turn that brought nothing ended after {shortest:?}: it asks again and again"
    );
    assert_eq!(results.count(), 1, "results after the first one of two");
    join(pool);
}

/// The only worker does a task of the iterator, and then another one, whose result the caller has. So the
/// result of the first one is in its stream, and no argument is left. A lock may once be waited for.
pub(crate) fn there() {
    let sleeps = || {
        let pool = pool_of(1, |number: u32| number);
        let mut results = pool.imap_unordered([1]).expect("the pool is open");
        let later = pool.apply(2);
        assert_eq!(
            later.ok(),
            Some(2),
            "the value of a task that is not of the iterator"
        );
        let (result, used) = use_of(|| results.next());
        assert!(
            matches!(result, Some(Ok(1))),
            "the result of one task: {result:?}"
        );
        drop(results);
        join(pool);
        used.sleeps > 0
    };
    assert!(
        !(0..MOST_TRIES).all(|_| sleeps()),
        "the result of a task was there before it was asked for, and `next` went to sleep in each of {MOST_TRIES} \
         tries: it has to look first, and to wait only if there is no result"
    );
}

/// How often it is tried until it does not go to sleep.
const MOST_TRIES: u32 = 5;

/// No turn that waits is shorter.
const TURN: Duration = Duration::from_millis(50);
