//! The ends of pipes and sockets that this process holds, listed so that a child gets exactly those
//! that it was given.
//!
//! `fork` copies every open descriptor into the child. A pipe ends when the last copy of its
//! sending end is closed; a forgotten copy keeps the receiver waiting forever (the notes' Pipe
//! program cannot end for that reason). So every [`End`] is listed here, and a new child closes all
//! that its parent still holds once the target has been handed over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::OFlag;
use nix::libc;
use nix::unistd::dup3;

/// One end of a pipe or socket. Each end owns its own descriptor, which drop closes.
///
/// A child process started by `multiprocess::Process::start` keeps the ends that were moved into
/// its target, and closes all others.
#[derive(Debug)]
pub struct End {
    id: u64,
    /// Closed after `drop` has taken the end off the lists: its number may then be another file's.
    fd: OwnedFd,
    /// The generation in which this process was last found to hold the end.
    held_in: AtomicU32,
}

/// The text of every error about an end that is not [held](End::is_held).
pub const NOT_HELD: &str =
    "this end stayed with another process; move it into the target of the process that uses it";

/// The ends that this process holds, by id. A descriptor would not do as the key: its number is reused.
static HELD: Mutex<BTreeMap<u64, RawFd>> = Mutex::new(BTreeMap::new());
/// The ids of the ends that several processes may hold at a time.
static SHARED: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
/// Whether children keep the shared ends as well.
static HANDS_ON: AtomicBool = AtomicBool::new(false);
static NEXT_ID: AtomicU64 = AtomicU64::new(0);
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// A number that changes in a child of `fork`. Code uses it to find out whether this very process
/// made a thing that it finds in memory.
#[must_use]
#[inline]
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

fn held_ends() -> MutexGuard<'static, BTreeMap<u64, RawFd>> {
    // Nothing panics while the list is locked, unless memory runs out.
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn shared_ends() -> MutexGuard<'static, BTreeSet<u64>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on each child of this process holds, besides the ends that were moved into its target,
/// a copy of every [shared](End::share) end that this process holds: those of queues.
///
/// For a process whose children all call the same function, such as the supervisor of a pool: the
/// ends that the function has captured stay in the parent, for its next child.
pub fn hand_on_shared_ends() {
    HANDS_ON.store(true, Ordering::Relaxed);
}

impl End {
    /// Takes over a descriptor, and lists it.
    #[must_use]
    pub fn new(fd: OwnedFd) -> Self {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        held_ends().insert(id, fd.as_raw_fd());
        Self {
            id,
            fd,
            held_in: AtomicU32::new(generation()),
        }
    }

    /// Whether this process holds the end. A child does not hold the ends that its parent kept,
    /// even if it finds the `End` in its copy of the memory (in an `Rc` that both have, say). It
    /// must not use such an end, since the pipe or socket may allow only one user.
    ///
    /// Costs a load and a comparison, except the first time in a new process.
    #[must_use]
    #[inline]
    pub fn is_held(&self) -> bool {
        let generation = generation();
        self.held_in.load(Ordering::Relaxed) == generation || self.look_up(generation)
    }

    fn check_held(&self) -> io::Result<()> {
        if self.is_held() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::PermissionDenied, NOT_HELD))
    }

    #[cold]
    fn look_up(&self, generation: u32) -> bool {
        let is_held = held_ends().contains_key(&self.id);
        if is_held {
            self.held_in.store(generation, Ordering::Relaxed);
        }
        is_held
    }

    /// The id of the end in the lists of ends.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Marks that several processes may use the end at a time; a lock makes them take turns. See
    /// [`hand_on_shared_ends`].
    pub fn share(&self) {
        shared_ends().insert(self.id);
    }

    /// A second end of the same pipe, with its own descriptor; shared if this one is.
    ///
    /// # Errors
    /// When this process does not hold the end, or when the limit on open files is reached.
    pub fn try_clone(&self) -> io::Result<Self> {
        self.check_held()?;
        let copied = self.as_fd().try_clone_to_owned().map_err(|error| {
            let text = format!("cannot copy an end: {error}; close some files (ulimit -n)");
            io::Error::new(error.kind(), text)
        });
        let clone = Self::new(copied?);
        let is_shared = shared_ends().contains(&self.id);
        if is_shared {
            clone.share();
        }
        Ok(clone)
    }
}

impl AsFd for End {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Writes into the end; blocks while it is full. An error if this process does not hold the end.
impl Write for &End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check_held()?;
        Ok(nix::unistd::write(self, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads from the end; blocks while it is empty. An error if this process does not hold the end.
impl Read for &End {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check_held()?;
        Ok(nix::unistd::read(self, buffer)?)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        held_ends().remove(&self.id);
        shared_ends().remove(&self.id);
    }
}

/// The ids of the ends that this process holds now.
#[must_use]
pub fn held() -> Vec<u64> {
    held_ends().keys().copied().collect()
}

/// The ids of the ends that this process holds and a child of it must not hold.
#[must_use]
pub fn kept_from_children() -> Vec<u64> {
    let mut kept = held();
    if HANDS_ON.load(Ordering::Relaxed) {
        let shared = shared_ends();
        kept.retain(|id| !shared.contains(id));
    }
    kept
}

/// The parent's ends at the fork, in a child that has not taken over yet.
static INHERITED: Mutex<BTreeMap<u64, RawFd>> = Mutex::new(BTreeMap::new());

/// In a new child, before anything else: empties the list, since it holds no end yet.
pub fn start_anew() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    HANDS_ON.store(false, Ordering::Relaxed);
    let inherited = std::mem::take(&mut *held_ends());
    *INHERITED.lock().unwrap_or_else(PoisonError::into_inner) = inherited;
}

/// In a new child: returns the ends that the parent held at the fork, by id.
#[must_use]
pub fn take_inherited() -> BTreeMap<u64, RawFd> {
    std::mem::take(&mut *INHERITED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// In a new child: lists an end that the parent gave it.
pub fn take(id: u64, fd: RawFd) {
    held_ends().insert(id, fd);
}

/// In a new child: closes the ends that belong to the parent alone.
///
/// Their descriptors are not freed, but made to refer to a file that does nothing. An `End` in our
/// copy of the parent's memory still has each number, and must not find a file there that was
/// opened later.
///
/// # Errors
/// When /dev/null cannot be opened, or the limit on open files is reached.
pub fn close_for_good(fds: impl IntoIterator<Item = RawFd>) -> io::Result<()> {
    let mut fds = fds.into_iter().peekable();
    if fds.peek().is_none() {
        return Ok(());
    }
    let nothing = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH)
        .open("/dev/null")?;
    for fd in fds {
        // SAFETY: `fd` was on the parent's list, so it is open. The `End` that owns it is in our
        // copy of the parent's memory; it finds an open descriptor there afterwards, as before,
        // and says by `is_held` that it is of no use.
        let mut closed = unsafe { OwnedFd::from_raw_fd(fd) };
        let replaced = dup3(&nothing, &mut closed, OFlag::O_CLOEXEC);
        let _still_open = closed.into_raw_fd();
        replaced?;
    }
    Ok(())
}

/// In a new child: closes an end that belongs to the parent alone, and whose number no code in our
/// copy of the parent's memory will use.
///
/// # Safety
/// No `End` with this descriptor is used or dropped in the child.
pub unsafe fn close(fd: RawFd) {
    // SAFETY: `fd` was on the parent's list, so it is open, and the caller leaves it to us.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
}
