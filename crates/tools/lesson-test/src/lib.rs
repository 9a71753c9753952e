//! For tests only: runs a lesson, or a test that forks, as a process of its own, ends it at its
//! time limit, and checks what it left behind.
//!
//! A test that forks cannot run in a thread of the test runner. The child would be a copy of a
//! program whose other threads have vanished, perhaps with a lock held; and an assertion that
//! fails in the child unwinds into a copy of the runner, which ends with 0, so the test would pass.
//! So such a test does one of two things. It runs a program of the lesson from outside ([`run`]),
//! or it is listed in [`forking_tests!`], in a test target with `harness = false`, and is then run
//! by a new process that has one thread and nothing else to do.

#![forbid(unsafe_code)]

mod bench;
mod children;
mod dev_shm;
mod even;
mod folder;
mod forking;
mod limits;
mod moments;
mod outside;
mod recording;
mod stepping;
mod storms;
mod waiting;
mod waking;

pub use bench::{Measurement, bench, scaled};
pub use children::{assert_waits_for_all, children_of};
pub use dev_shm::assert_no_named_memory;
pub use even::Even;
pub use folder::Folder;
pub use forking::{Case, run_cases, run_cases_within};
pub use limits::{peak_kib, with_limit};
pub use moments::{Seeded, spin};
pub use outside::{LIMIT, Ran, assert_alone, run, run_within};
pub use recording::{event_id, field, recorded, run_recorded};
pub use stepping::{
    begin_steps, end_steps, kill_after, kill_at_system_call, kill_everywhere, kill_now,
    stay_on_one_processor,
};
pub use storms::rounds;
pub use waiting::{is_dead, limited, until};
pub use waking::{attach_asleep, kill_attached, run_until_asleep, step_on, until_asleep};
