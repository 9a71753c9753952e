//! Limits the length of a log.
//!
//! The beginning and the end of a run matter most, so these are kept: the part between them is
//! returned to the file system, as a hole of zeros in the file. The hole is as long as its former
//! content, so a reader can compute how many events are missing. All processes append, so none
//! writes there any more, and any of them may make the hole, at any time.
//!
//! Source: fallocate(2), `FALLOC_FL_PUNCH_HOLE`.

use std::fs::File;
use std::io;

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};

/// How much is kept of the beginning, and at least of the end: 32,768 events each.
const KEPT_BYTES: u64 = 16 << 20;

/// The hole ends at a multiple of this, which every page size divides.
const PAGE_BYTES: u64 = 1 << 16;

/// How many events of a process come between two checks of the log's size.
const EVERY: u32 = 1024;

/// Removes the middle of a log that has become too long. To be called after each event, with its
/// number in its process.
///
/// # Errors
/// When the file system cannot make holes: then the log has to end here.
pub(super) fn bound(log: &File, n: u32) -> io::Result<()> {
    if !n.is_multiple_of(EVERY) {
        return Ok(());
    }
    let end = log.metadata()?.len().saturating_sub(KEPT_BYTES);
    let end = end - end % PAGE_BYTES;
    let hole = end.saturating_sub(KEPT_BYTES);
    // Both numbers are lengths of files, so they fit.
    let (Ok(start), Ok(length @ 1..)) = (i64::try_from(KEPT_BYTES), i64::try_from(hole)) else {
        return Ok(());
    };
    let flags = FallocateFlags::FALLOC_FL_PUNCH_HOLE | FallocateFlags::FALLOC_FL_KEEP_SIZE;
    loop {
        match fallocate(log, flags, start, length) {
            Err(Errno::EINTR) => {}
            made => return made.map_err(io::Error::from),
        }
    }
}
