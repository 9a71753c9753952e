//! For tests only: runs a lesson, or a test that forks, as a process of its own, ends it when
//! its time is over, and looks at what it left behind.
//!
//! A test that forks cannot run in a thread of the test runner. The child would be a copy of a
//! program whose other threads have vanished, perhaps with a lock held; and an assertion that
//! fails in the child unwinds into a copy of the runner, which ends with 0: the test passes.
//! So such a test does one of two things. It runs a program of the lesson from outside
//! ([`run`]); or it is listed in [`forking_tests!`], in a test target with `harness = false`,
//! and is then run by a fresh process that has one thread and nothing else to do.

#![forbid(unsafe_code)]

mod bench;
mod forking;
mod outside;
mod stepping;

pub use bench::{Measurement, bench, scaled};
pub use forking::{Case, run_cases, run_cases_within};
pub use outside::{LIMIT, Ran, run, run_within};
pub use stepping::{begin_steps, end_steps, kill_after, kill_everywhere};
