//! Tasks of packets that fail.

use std::sync::atomic::Ordering;

use pool::{Cause, TaskError};

use crate::{join, pool, shared};

/// One task of each packet of three fails or panics. The others are done all the same, each once.
pub(crate) fn failures() {
    let begun = shared();
    let count = begun.clone();
    let pool = pool(1, move |number: u32| {
        count.fetch_add(1, Ordering::Relaxed);
        match number {
            1 => Err("no 1"),
            5 => panic!("never 5"),
            _ => Ok(number),
        }
    });
    let causes = [
        (1, Cause::Failed("no 1".to_owned())),
        (5, Cause::Panicked("never 5".to_owned())),
    ];
    for (first, (task, cause)) in [0, 3].into_iter().zip(causes) {
        let values = pool.map_packets(first..first + 3, 3);
        assert_eq!(
            values,
            Err(TaskError { task, cause }),
            "the result of a packet of three tasks, of which task {task} does not succeed"
        );
    }
    assert_eq!(
        begun.load(Ordering::Relaxed),
        6,
        "how often the six tasks of two packets were begun: each should be begun once"
    );
    join(pool);
}
