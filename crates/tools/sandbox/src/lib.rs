//! A box for other people's programs, used both when they are built and when they run.
//!
//! A program in the box sees only the folders that the [`Job`] names: nothing else of the machine, no
//! network, and no other process. It has limits of time, memory, processes, files and output. A
//! supervisor in the box, process 1, decides how the program ended from what the kernel reports
//! (`wait`, /proc). It writes this to a descriptor that the program never had, together with a nonce
//! that the program cannot know. A missing record is never a success: it is [`Verdict::NoRecord`].
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
