//! A box for other people's programs, at build time as at run time.
//!
//! What runs in the box sees a system of its own: the folders that the [`Job`] names and nothing
//! else of the machine, no network, no other process. It has limits of time, memory, processes,
//! files and output. How it ended is decided by a supervisor in the box, process 1, from what the
//! kernel says (`wait`, /proc), and told over a descriptor that the program never had, with a word
//! that it cannot know. No word is no success: it is [`Verdict::NoRecord`].
//!
//! Built from: bubblewrap (`bwrap`), which makes the namespaces; setrlimit(2); `bin/box-init`, the
//! supervisor.
//!
//! ```text
//!   this process                        the box (namespaces of its own)
//!   ------------                        -------------------------------
//!   run(job) --- nonce, fd 3 ---------> box-init (process 1)
//!      |                                    |-- limits, then the program
//!      | stdout, stderr (counted) <---------|      |-- whatever it starts
//!      | clock                              |-- waits; looks for what is left; ends it
//!      +--- record, fd 4 <------------------+
//! ```

mod bwrap;
mod job;
mod memory;
mod outer;
pub mod record;
mod stage;
mod streams;

pub use bwrap::{Unavailable, probe};
pub use job::{Bind, Job, Limits};
pub use outer::{Ended, Verdict, run};
