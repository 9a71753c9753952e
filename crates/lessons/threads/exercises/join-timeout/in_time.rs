//! The wait is over at its limit, and not before, even if most of the limit is over during one wait.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::{FIVE_YEARS, at, now, time_jumps, time_passes};
use threads::Thread;

use crate::stories::{DAY, Gate, LONG, SHORT, SHORTEST, gated, without_handle};

/// Only waits let time pass, so a wait that keeps its limit is over this much later.
const LATER: Duration = Duration::from_millis(2);

pub(crate) fn in_time() {
    explored(|| gives_up(SHORT, 10 * SHORT));
    explored(|| gives_up(SHORT, SHORT / 3));
    explored(|| gives_up(SHORT, SHORT / 7));
    explored(|| gives_up(SHORTEST, SHORT));
    explored(|| gives_up_long_after(LONG + Duration::from_nanos(1)));
    explored(|| gives_up_long_after(20 * DAY));
    explored(|| gives_up_long_after(FIVE_YEARS));
}

/// Most of the limit is over in a jump, so it may be waited for in slices.
fn gives_up_long_after(limit: Duration) {
    let jump = limit - Duration::from_secs(1);
    at(SHORT, move || time_jumps(jump));
    let said = move || {
        format!(
            "One wait lasted until {jump:?} had passed, as when the process is stopped with Ctrl-Z, and \
             join_timeout({limit:?}) still waits after its limit: measure the limit by a clock, and not by \
             counting waits."
        )
    };
    expect_given_up(limit, over_or(said, limit, limit));
}

fn gives_up(limit: Duration, step: Duration) {
    expect_given_up(limit, in_passing_time(limit, step));
}

fn expect_given_up(limit: Duration, (thread, gate): (Thread<u32>, Arc<Gate>)) {
    let joined = thread.join_timeout(limit);
    let took = now();
    gate.open();
    assert_eq!(
        without_handle(joined),
        Err("the handle"),
        "join_timeout of a thread that still runs"
    );
    assert!(
        took >= limit,
        "join_timeout({limit:?}) gave up after {took:?}"
    );
}

/// Starts a gated thread, to be joined within `limit`, in a run in which a wait has a spurious wake-up after
/// each `step`.
pub(crate) fn in_passing_time(limit: Duration, step: Duration) -> (Thread<u32>, Arc<Gate>) {
    let said = move || format!("{limit:?} are over, but join_timeout({limit:?}) still waits");
    over_or(said, limit, step)
}

/// The same; `said` is the fault of a wait that goes on after its limit.
fn over_or(
    said: impl FnOnce() -> String + 'static,
    limit: Duration,
    step: Duration,
) -> (Thread<u32>, Arc<Gate>) {
    time_passes(step);
    let (thread, gate) = gated();
    let opens = Arc::clone(&gate);
    at(limit + LATER, move || {
        opens.open();
        panic!("{}", said())
    });
    (thread, gate)
}
