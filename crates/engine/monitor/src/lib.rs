//! A monitor: a value behind a lock, and a condition at which threads wait for its change.
//!
//! [`Lock`] and [`Condition`] are std's mutex and condition variable, with a name for the timeline,
//! limits on waiting, and no poison; `sync` re-exports them. A [`Monitor`] joins one of each into a
//! single object: `sync` builds its events, semaphores and barriers from it. The name is
//! [Hoare's](https://dl.acm.org/doi/10.1145/355620.361161).

#![forbid(unsafe_code)]

mod condition;
mod guard;
mod lock;
mod monitor;

pub use condition::{Condition, TimedOut};
pub use guard::MonitorGuard;
pub use lock::{Lock, LockGuard};
pub use monitor::Monitor;
