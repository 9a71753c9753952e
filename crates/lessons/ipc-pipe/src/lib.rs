//! A pipe carries whole messages, in order, from one process to another. Its ends are two types, a
//! [`Sender`] and a [`Receiver`], so the wrong direction does not compile.
//!
//! Notes: 1.4.2.
//!
//! Built from: [`ring::messages`], a ring in memory that both processes share, with a socket pair
//! over which each side wakes the other and learns that it has gone; its two sides are a
//! [`MessageWriter`](ring::MessageWriter) and a [`MessageReader`](ring::MessageReader). [`tiny`] is
//! a ring in one file, and `--bin pipe-syscalls` the same lesson with the kernel's own pipe(2).
//!
//! Try:
//! - in `src/main.rs`, terminate the receiver as soon as the sender is joined: messages may be
//!   lost, as in the notes. `--bin pipe-lost-message` loses some in every run.
//! - let the parent call `send_urls(&sender)?` itself, and keep the sender: the receiver gets
//!   all ten, and then waits forever. Why?
//!
//! Use instead: a queue (`ipc-queue`) between more than two processes.
//!
//! ```compile_fail,E0599
//! let (sender, receiver) = ipc_pipe::pipe::<u32>().unwrap();
//! sender.recv();
//! ```
//! ```compile_fail,E0599
//! let (sender, receiver) = ipc_pipe::pipe::<u32>().unwrap();
//! receiver.send(1);
//! ```

mod bytes;
mod connection;
mod error;
mod pipe;
mod select;
pub mod tiny;

pub use bytes::{BufferTooShort, ByteError, ByteReceiver, ByteSender, byte_pipe};
pub use connection::{Connection, duplex};
pub use error::{RecvError, SendError};
pub use pipe::{Receiver, Sender, pipe};
pub use select::wait_any;
