//! Pages to fetch: two servers on this machine ([`PageServer`], [`LateServer`]), a client that
//! blocks a thread ([`fetch`] runs it on one of its own), and a client for tasks ([`get`]).
//!
//! Lessons use it, and none teaches it: `coroutines` fetches pages with it. It works with any executor.

#![forbid(unsafe_code)]

mod acceptor;
mod address;
mod answer;
mod failure;
mod fetch;
mod get;
mod late;
mod resolve;
mod roots;
mod server;
mod threads;

use std::time::Duration;

pub use failure::{GetError, GetFailure};
pub use fetch::{FetchError, fetch, fetch_blocking};
pub use get::get;
pub use late::{LATE_PAGE_BYTES, LateServer};
pub use server::PageServer;

/// How long a page may take in all, from the lookup of the name to its last byte.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long the connection alone may take.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How large a page may be: 10 MiB.
pub const SIZE_LIMIT_BYTES: usize = 10 << 20;
/// How often a page may redirect to another one.
pub const REDIRECT_LIMIT: u32 = 5;

/// The limits for a page; the defaults are the four constants of this module.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// See [`TIME_LIMIT`].
    pub time: Duration,
    /// See [`CONNECT_LIMIT`].
    pub connect: Duration,
    /// See [`SIZE_LIMIT_BYTES`].
    pub size_bytes: usize,
    /// See [`REDIRECT_LIMIT`]; [`get`] follows none.
    pub redirects: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: TIME_LIMIT,
            connect: CONNECT_LIMIT,
            size_bytes: SIZE_LIMIT_BYTES,
            redirects: REDIRECT_LIMIT,
        }
    }
}
