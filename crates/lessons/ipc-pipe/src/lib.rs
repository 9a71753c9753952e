//! A pipe carries whole messages, in order, from one process to another: a [`Sender`] and a
//! [`Receiver`], two types, so that the wrong direction does not compile.
//!
//! Notes: 1.4.2.
//!
//! Built from: [`multiprocess::Mapping`], a piece of memory that both processes see, used as a
//! ring of bytes (`ring.rs`); and a socket pair, over which one side wakes the other, and whose
//! end tells that the other has gone (`bell.rs`). `--bin pipe-syscalls` is the same lesson on
//! the kernel's own pipe(2).
//!
//! Try:
//! - in `src/main.rs`, terminate the receiver as soon as the sender is joined: messages may be
//!   lost, as in the notes. `--bin pipe-lost-message` loses some always.
//! - let the parent call `send_urls(&sender)?` itself, and keep the sender: the receiver gets
//!   all ten, and then waits for ever. Why?
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

mod bell;
mod bytes;
mod connection;
mod error;
mod pipe;
mod position;
pub mod ring;
mod select;
pub mod tiny;
pub mod traced;

pub use bytes::{BufferTooShort, ByteReceiver, ByteSender, byte_pipe};
pub use connection::{Connection, duplex};
pub use error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
pub use pipe::{Receiver, Sender, pipe};
pub use select::wait_any;
