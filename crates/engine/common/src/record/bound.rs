//! What keeps a log from growing without end.
//!
//! The beginning and the end of a run are worth most, so these are kept: what lies between is
//! given back to the file system, as a hole of zeros in the file. The hole is as long as what was
//! in it, so a reader can tell how many events are missing. Nothing is written there any more,
//! since all processes append; and so any of them may make the hole, at any time.
//!
//! Source: fallocate(2), `FALLOC_FL_PUNCH_HOLE`.

use std::fs::File;
use std::io;

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};

/// So much is kept of the beginning, and at least so much of the end: 32,768 events each.
const KEPT_BYTES: u64 = 16 << 20;

/// The hole ends where a page does, whatever a page's size.
const PAGE_BYTES: u64 = 1 << 16;

/// The number of events from one check of the log's size to the next.
const EVERY: u32 = 1024;

/// To be called after each event, with its number in its process: takes the middle out of a log
/// that has become too long.
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
    // Its numbers are lengths of files.
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
