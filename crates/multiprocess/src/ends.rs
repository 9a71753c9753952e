//! Which ends of pipes and sockets this process holds, so that a child gets exactly those that
//! it was given.
//!
//! `fork` copies every open descriptor into the child. A pipe ends when the last copy of its
//! sending end is closed; a copy that somebody forgot keeps the receiver waiting for ever (the
//! notes' Pipe program cannot end for that reason). So every [`End`] is listed here, and a new
//! child lets go of all that its parent still holds once the target has been handed over.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::libc;
use nix::unistd::dup2;

/// One end of a pipe or socket. Each end owns a descriptor of its own, which drop closes.
///
/// A child process started by [`Process::start`](crate::Process::start) keeps the ends that
/// were moved into its target; all others are closed there.
#[derive(Debug)]
pub struct End {
    /// Always there until drop takes it.
    fd: Option<OwnedFd>,
    /// The [`GENERATION`] in which this process was last seen to hold it.
    held_in: AtomicU32,
}

/// How many times this process has become a new one by `fork`.
static GENERATION: AtomicU32 = AtomicU32::new(0);

static HELD: Mutex<Vec<RawFd>> = Mutex::new(Vec::new());

fn held_ends() -> MutexGuard<'static, Vec<RawFd>> {
    // A panic while the list is locked is impossible short of a full memory; the list is then
    // still a list.
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl End {
    /// Takes a descriptor over, and lists it.
    #[must_use]
    pub fn new(fd: OwnedFd) -> Self {
        held_ends().push(fd.as_raw_fd());
        Self {
            fd: Some(fd),
            held_in: AtomicU32::new(GENERATION.load(Ordering::Relaxed)),
        }
    }

    /// Whether this process holds the end. A child does not hold what its parent kept, even if
    /// it finds the `End` in its copy of the memory (in an `Rc` that both have, say): such an end
    /// must not be used, since there may be only one user of what is behind it.
    ///
    /// Costs a load and a comparison, except the first time in a new process.
    #[must_use]
    #[inline]
    pub fn is_held(&self) -> bool {
        let generation = GENERATION.load(Ordering::Relaxed);
        self.held_in.load(Ordering::Relaxed) == generation || self.look_up(generation)
    }

    #[cold]
    fn look_up(&self, generation: u32) -> bool {
        let is_held = held_ends().contains(&self.as_fd().as_raw_fd());
        if is_held {
            self.held_in.store(generation, Ordering::Relaxed);
        }
        is_held
    }

    /// A second end of the same pipe, with a descriptor of its own.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self::new(self.as_fd().try_clone_to_owned()?))
    }
}

impl AsFd for End {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_ref().expect("only drop takes it").as_fd()
    }
}

/// Writes into the end; blocks while it is full.
impl Write for &End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(nix::unistd::write(self, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(fd) = self.fd.take() {
            // Off the list first. The other way round, another thread could be given the same
            // number by the kernel in between, and we would take its end off the list.
            let mut held = held_ends();
            held.retain(|&held| held != fd.as_raw_fd());
            drop(held);
            drop(fd);
        }
    }
}

/// The ends that this process holds now.
pub(crate) fn held() -> Vec<RawFd> {
    held_ends().clone()
}

/// In a new child: closes ends that belong to the parent alone.
///
/// The number of each is not set free but left on a descriptor that does nothing. An `End` in
/// the parent's part of our copied memory still names it; a file opened later must not be found
/// under that name.
pub(crate) fn let_go(ends: &[RawFd]) -> io::Result<()> {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    if ends.is_empty() {
        return Ok(());
    }
    held_ends().retain(|held| !ends.contains(held));
    let nothing = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH)
        .open("/dev/null")?;
    for &end in ends {
        // SAFETY: `end` is on the list of ends, so it is open, and in this process nobody uses
        // it: its owner is among the parent's values, which a child never touches.
        let mut closed = unsafe { OwnedFd::from_raw_fd(end) };
        let replaced = dup2(&nothing, &mut closed);
        // Still open, now on nothing; kept so, as said above.
        let _kept = closed.into_raw_fd();
        replaced?;
    }
    Ok(())
}
