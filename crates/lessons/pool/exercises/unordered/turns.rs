//! What waits for a result, waits in a turn.

use std::thread::sleep;
use std::time::Duration;

use check::{Recorded, sleeps_besides, sleeps_in, use_of};

use crate::{join, pool};

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

/// No turn that waits is shorter.
const TURN: Duration = Duration::from_millis(50);
