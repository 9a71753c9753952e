//! A thread is a second line of execution in the same process: it has a name and a stack of its
//! own, and shares everything else. Starting it returns a handle; joining the handle waits for the end
//! of the thread and returns what its function returned, or the text of its panic.
//!
//! Notes: 2.1, with 2.1.1 (a thread from a function: [`start`]) and 2.1.2 (a thread from a
//! type: [`Run`]).
//!
//! Built from: `std::thread`, as a black box, which comes through `explore::primitives`, so that
//! every schedule of these threads can be explored (`tests/explore.rs`); `common::life`, which
//! makes each thread a line of the timeline; a mutex and a condition variable that report a
//! thread's end, since std's join cannot wait with a limit.
//!
//! Try: delete the two `join` lines in `src/main.rs`: nothing is lost, for the handles join when
//! they are dropped, but "MainThread ended." now comes too early. `--bin thread-main-ends-first`
//! shows the same mistake with bare std. Or start `Thread_2` before `Thread_1`, and count in ten
//! runs with `--pace 0` which of them prints first.
//!
//! # What the compiler refuses
//!
//! A missing argument. The first program of the notes has this slip and prints `%s`:
//!
//! ```compile_fail
//! common::say!("I ({}) created a child process ({}).", common::pid());
//! ```
//!
//! A wrong list of arguments for a thread's function. Python finds it when the thread runs,
//! prints a traceback, and ends with exit code 0 (`args=(['url_1'])` without its last comma):
//!
//! ```compile_fail
//! fn thread_run(urls: &[&str]) {}
//! let thread = threads::start("Thread_1", || thread_run("url_1", "url_2"));
//! ```
//!
//! A borrowed list that the thread could outlive. Use a [`scope`], or move the list in:
//!
//! ```compile_fail
//! let urls = vec!["url_1"];
//! let thread = threads::start("Thread_1", || urls.len()).unwrap();
//! drop(urls);
//! ```
//!
//! The third slip of the notes, to override `__init__` and forget to call the base class's, cannot
//! be made here: [`Run`] is a trait, so there is no base class and nothing to call.

#![forbid(unsafe_code)]

mod end;
mod error;
mod handle;
mod life;
mod live;
mod run;
mod scope;
mod spawn;

pub use error::{JoinError, StartError};
pub use handle::{Thread, start};
pub use live::live;
pub use run::Run;
pub use scope::{Scope, ScopedThread, scope};
pub use spawn::spawn;
