//! Every schedule: the stories that go wrong in some, and the locks that do in none.
//!
//! Only with `RUSTFLAGS="--cfg explore"`.
#![cfg(explore)]

#[path = "explore/faults.rs"]
mod faults;
#[path = "explore/locks.rs"]
mod locks;
#[path = "explore/program.rs"]
mod program;
#[path = "explore/tiny.rs"]
mod tiny;
#[path = "explore/waits.rs"]
mod waits;

use sync::explore::{Body, Fault, Reach, explore, lanes, pct, random};

/// How many schedules are tried in order, before the rest goes at random.
const IN_ORDER: usize = 100_000;
/// How many at random, of each kind.
const BY_LOT: usize = 10_000;

/// Runs each in a thread of its own until all have ended.
fn together(threads: &[&(dyn Fn() + Sync)]) {
    shuttle::thread::scope(|scope| {
        for thread in threads {
            scope.spawn(*thread);
        }
    });
}

/// No schedule may fail; gives how far "no schedule" goes.
#[track_caller]
fn never_fails(body: Body) -> Reach {
    let explored = explore(body, IN_ORDER);
    let fault = explored.fault;
    let fault = fault.or_else(|| random(body, 1, BY_LOT).err());
    let fault = fault.or_else(|| {
        [1, 2, 3]
            .into_iter()
            .find_map(|n| pct(body, 1, n, BY_LOT).err())
    });
    if let Some(Fault { what, steps, path }) = fault {
        panic!("{what}\n{}\n{path}", lanes(&steps).join("\n"));
    }
    explored.reach
}

/// No schedule may fail, and none is left out.
#[track_caller]
fn never_fails_at_all(body: Body) {
    assert_eq!(never_fails(body), Reach::All);
}
