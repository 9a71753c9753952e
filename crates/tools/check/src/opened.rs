//! A process that no other may look into, until its parent opens it.
//!
//! What is not dumpable shows others of its user neither its memory nor what it waits for and which
//! descriptors it holds, and only the process itself can change that. So its parent sends it a signal,
//! when there is nothing to hide any more.
//!
//! Source: prctl(2), `PR_SET_DUMPABLE`; proc(5).

use std::os::unix::process::parent_id;
use std::sync::atomic::{AtomicI32, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_dumpable;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// The signal by which a parent opens a process. It is ignored where [`let_parent_open`] was not called,
/// and so by every program that was executed.
pub const OPEN: Signal = Signal::SIGURG;

/// The process that may open this one and what it forks; 0 when there is none.
static OPENER: AtomicI32 = AtomicI32::new(0);

/// From now on [`OPEN`] makes this process dumpable when its parent sends it, and each process that it
/// forks when that same parent does. A second call, also in a forked process, changes nothing.
///
/// The signal from any other process does nothing, so what runs in this process cannot open it before
/// its time.
///
/// # Errors
/// When the kernel refuses.
pub fn let_parent_open() -> Result<(), Errno> {
    let parent = parent_id().cast_signed();
    if parent == 0 {
        // It is in no namespace that this process sees, and has the number of all such.
        return Err(Errno::ESRCH);
    }
    let first = OPENER.compare_exchange(0, parent, Ordering::Relaxed, Ordering::Relaxed);
    if first.is_err() {
        return Ok(());
    }
    // A wait that can be begun anew goes on; on a stack of its own, since the other may be full.
    let flags = SaFlags::SA_SIGINFO | SaFlags::SA_RESTART | SaFlags::SA_ONSTACK;
    let open = SigAction::new(SigHandler::SigAction(open), flags, SigSet::empty());
    // SAFETY: the handler loads an atomic and makes one system call, which cannot fail with this argument
    // and so leaves `errno` as it is: it may come at any moment.
    let set = unsafe { sigaction(OPEN, &open) }.map(drop);
    if set.is_err() {
        OPENER.store(0, Ordering::Relaxed);
    }
    set
}

extern "C" fn open(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: with `SA_SIGINFO` the kernel hands over one that lasts as long as this call.
    let info = unsafe { &*info };
    // The kernel itself writes who has called kill(2). With a number of its own choice
    // (rt_sigqueueinfo(2)) a process can claim that only to itself, and not without `unsafe`.
    // SAFETY: a signal by kill(2) has the number of its sender.
    let is_openers =
        info.si_code == libc::SI_USER && unsafe { info.si_pid() } == OPENER.load(Ordering::Relaxed);
    if is_openers {
        let _stays_closed = set_dumpable(true);
    }
}
