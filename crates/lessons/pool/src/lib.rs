//! A pool is a fixed number of worker processes that are started once and do any number of tasks. A
//! task that is submitted while all are busy waits until one is free.
//!
//! Notes: 1.3. (They say that a pool makes a new process for each request, and another one when a
//! process in it ends. Their own output shows that it does not: five tasks, three process ids.)
//!
//! ```no_run
//! let pool = pool::Pool::new(3, |number: u64| number * number)?;
//! assert_eq!(pool.map(0..5)?, [0, 1, 4, 9, 16]);
//! pool.join()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Built from: processes ([`multiprocess::Process`]), one that supervises and its children that
//! work, whose functions return an [`multiprocess::Outcome`]; two queues ([`ipc_queue::Sender`] and
//! [`Receiver`](ipc_queue::Receiver)), one of tasks, from which every free worker takes the
//! next, and one of answers. The engine decides which task is lost with a worker, and when a dead
//! worker is replaced ([`inflight::Owner`], [`supervisor::Crew`]).
//!
//! Try:
//! - let task 2 of `src/main.rs` return `Err("no")`, and delete the `get`s: `join` reports the error.
//! - kill a worker while it runs a task (`--bin pool-worker-killed`).
//! - `Pool::new(1, run_task)`: the tasks run one after the other, all in one process.
//!
//! Use instead: rayon, where the work needs no process of its own; `--bin pool-threads` shows the
//! same tasks on threads.

#![forbid(unsafe_code)]

mod error;
mod handle;
mod iter;
mod map;
mod pool;
mod start;
pub mod tiny;
mod worker;

pub use error::PoolError;
pub use handle::{MapHandle, TaskHandle};
pub use inflight::{Cause, SubmitError, TaskError, UnseenFailures};
pub use iter::{Ordered, Unordered};
pub use pool::Pool;
