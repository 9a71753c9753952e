//! A queue carries items between any number of processes on either side; each item goes to exactly
//! one receiver.
//!
//! Notes: 1.4.1.
//!
//! Built from: a ring ([`ring::messages`]), as a pipe is, between two locks ([`ipc_shared::Lock`]),
//! one for putting and one for getting, and a count of the items that are done
//! ([`ipc_shared::AtomicValue`]). CPython's Queue has the same parts, and in each process a thread
//! that sends later. That thread is missing here on purpose: when `put` returns, the item is in the
//! queue, and its process may end. `put` waits while 2 MiB of items are in the queue ([`Options`]
//! can give it more room) and no receiver gets any. [`tiny`] is such a queue in one file, and
//! `--bin queue-syscalls` the same lesson with the kernel's own pipe(2).
//!
//! Try:
//! - in `src/main.rs`, start a second reader. Which reader gets which url?
//! - remove `drop(sender)`: the reader never ends. Why?
//! - replace `unbounded()` by `bounded(1)?` and look at the order of the lines.
//!
//! Use instead: a pipe (`ipc-pipe`) between two processes; a channel (`crossbeam-channel`)
//! between threads.
//!
//! An end that has been closed, by dropping it, cannot be used by mistake:
//!
//! ```compile_fail,E0382
//! let (sender, receiver) = ipc_queue::unbounded::<u32>().unwrap();
//! drop(sender);
//! sender.put(1);
//! ```

mod done;
mod error;
mod options;
mod queue;
mod readers;
pub mod tiny;
mod turns;
mod writers;

pub use done::JoinError;
pub use error::{GetError, MarkError, PutError};
pub use options::{Options, bounded, unbounded};
pub use queue::{Receiver, Sender};
