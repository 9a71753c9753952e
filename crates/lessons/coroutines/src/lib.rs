//! Coroutines take turns on one thread: each runs until it waits, and while it waits the others
//! run. Here they are called tasks, and a task can lose its turn only at the `.await`s that you see
//! in its source.
//!
//! Notes: section 3. [`spawn`] is `gevent.spawn`, [`joinall`] is `gevent.joinall`, [`Pool`] is
//! `gevent.pool.Pool`, [`run`] takes the place of gevent's hidden hub.
//!
//! Built from: [`executor::spawn`] and [`executor::block_on`] (whose turn it is), [`common::life`]
//! (the lanes of a recorded run), [`smol::Timer`] (a limit of time), [`smol::channel`] (the queue
//! between tasks, see `--bin coroutine-queue`). The programs fetch pages with [`web::fetch`].

#![forbid(unsafe_code)]

mod error;
mod imap;
mod joinall;
mod name;
mod pool;
mod race;
mod slots;
mod spawn;
mod task;
mod timeout;

pub use error::{TaskError, TimedOut, ZeroSize};
pub use imap::Results;
pub use joinall::joinall;
pub use pool::Pool;
pub use race::try_joinall;
pub use spawn::{run, spawn};
pub use task::Task;
pub use timeout::timeout;

/// Lets every other task that can run have its turn first, like Python's bare `yield` and gevent's
/// `sleep(0)`.
pub use smol::future::yield_now;
