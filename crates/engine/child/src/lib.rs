//! The parts that a parent and its children share, below the lessons: no section of the notes
//! teaches them.
//!
//! - [`End`]: the ends of pipes; a child holds those that it was given, and no others ([`ends`]).
//! - [`Mapping`], [`Shared`]: memory that they share, and a mutex for it ([`robust`]); [`holding`]:
//!   the mutexes that this process has taken.
//! - [`Shelf`]: long bytes in a file that they share.
//! - [`Child`]: a child as its parent holds it: a pidfd, the [line](mod@line) over which its result
//!   comes ([`parcel`]: whole or not at all), and the process that waits for it.
//! - [`Exit`]: how a child ended; [`wait`] for one.
//! - [`zygote`]: a small copy of the program that forks on its behalf.
//! - [`Patience`]: how long a call may wait.
//! - [`pipe()`]: the kernel's own pipe, with its reads and writes in the log.

mod active;
mod child;
pub mod ends;
mod exit;
pub mod holding;
pub mod line;
mod mapping;
pub mod parcel;
mod patience;
mod pidfd;
mod pipe;
mod readable;
mod reap;
pub mod robust;
mod shelf;
mod writes;
pub mod zygote;

pub use active::{ActiveChild, active_children};
pub use child::Child;
pub use ends::{End, NOT_HELD, generation, hand_on_shared_ends};
pub use exit::{Exit, try_wait, wait};
pub use mapping::{Mapping, Shareable, Shared};
pub use patience::Patience;
pub use pipe::{PipeEnd, pipe};
pub use readable::{poll_timeout, wait_readable};
pub use reap::{reap_any, try_reap_any};
pub use shelf::{Extent, Shelf, ShelfReader};

/// In a new child, before anything else: empties its lists, since it has no end and no child yet.
pub fn begin() {
    ends::start_anew();
    active::forget_all();
}
