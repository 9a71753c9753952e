//! A [`Value`] or an [`Array`] is in memory that several processes share, with a [`Lock`] beside
//! it. Only the holder of the lock can change it; what one process writes, the others read.
//!
//! Notes: 1.4, which names Value and Array but never shows them.
//!
//! Built from: [`child::Mapping`] (pages that `fork` does not copy), and the robust
//! process-shared mutex of pthreads, which the kernel frees when its owner is killed.
//!
//! Try:
//! - in `src/main.rs`, replace `number.update(...)` by `number.set(number.get()? + 1)?`: updates
//!   are lost. `--bin value-lost-updates` loses most of them.
//! - in `--bin value-owner-died`, leave out `recover`: what does `lock` return, and how often?
//!
//! Use instead: [`AtomicValue`] where the value is one integer; a pipe or a queue to pass data on
//! to another process.
//!
//! A type that contains an address cannot be shared, and does not compile. A change without the
//! lock does not compile either:
//!
//! ```compile_fail,E0277
//! ipc_shared::Value::new(String::from("on the heap of one process"));
//! ```
//! ```compile_fail
//! let number = ipc_shared::Value::new(0_i32).unwrap();
//! number += 1;
//! ```

mod array;
mod atomic;
mod error;
mod lock;
mod memory;
mod region;
pub mod tiny;
mod value;

pub use array::{Array, ArrayGuard};
pub use atomic::AtomicValue;
pub use error::{LockError, TryLockError};
pub use lock::{Lock, LockGuard};
pub use value::{Value, ValueGuard};
