//! A queue carries items between any number of processes on either side: each item that is put
//! is got by exactly one of the getters.
//!
//! Notes: 1.4.1.
//!
//! Built from: a pipe (`ipc_pipe::ring`) between two locks (`ipc_shared::Lock`), one for those
//! who put and one for those who get. That is CPython's own picture of its Queue; what it needs
//! besides, a thread in each process that sends later, is missing here on purpose: when `put`
//! returns, the item is in the queue, and its process may end. While 2 MiB of items are in the
//! queue ([`Options`] can give it more room) and no receiver gets any, `put` waits. `--bin queue-syscalls` is the same lesson on the
//! kernel's own pipe(2).
//!
//! Try:
//! - in `src/main.rs`, start a second reader. Who gets which url?
//! - drop the `drop(sender)`: the reader never ends. Why?
//! - replace `unbounded()` by `bounded(1)?` and look at the order of the lines.
//!
//! Use instead: a pipe (`ipc-pipe`) between two processes; a channel (`crossbeam-channel`)
//! between threads.
//!
//! An end that was closed, by dropping it, cannot be used by mistake:
//!
//! ```compile_fail,E0382
//! let (sender, receiver) = ipc_queue::unbounded::<u32>().unwrap();
//! drop(sender);
//! sender.put(1);
//! ```

mod done;
mod options;
mod queue;
mod receiver;
mod sender;
pub mod tiny;

pub use done::{JoinError, NothingOutstanding};
pub use ipc_pipe::{
    RecvError as GetError, RecvTimeoutError as GetTimeoutError, SendError as PutError,
    TryRecvError as TryGetError, TrySendError as TryPutError,
};
pub use options::Options;
pub use queue::{bounded, unbounded};
pub use receiver::Receiver;
pub use sender::Sender;
