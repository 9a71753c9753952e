//! Every schedule: the stories that fail in some, and the locks that fail in none.
//!
//! Only with `RUSTFLAGS="--cfg explore"`.
#![cfg(explore)]

#[path = "explore/demands.rs"]
mod demands;
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

#[path = "../explore/stories/mod.rs"]
mod stories;
#[path = "../explore/worlds/mod.rs"]
mod worlds;

use explore::{Body, Reach, never_fails, together};

/// No schedule may fail, and none is left out.
#[track_caller]
fn never_fails_at_all(body: Body) {
    assert_eq!(never_fails(body), Reach::All);
}
