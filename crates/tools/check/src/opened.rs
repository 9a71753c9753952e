//! A process that other processes cannot inspect until its parent opens it.
//!
//! A process that is not dumpable shows other processes of its user neither its memory nor what it
//! waits for and which descriptors it has, and only the process itself can change this. So its
//! parent sends it a signal when there is nothing to hide any more.
//!
//! Source: prctl(2), `PR_SET_DUMPABLE`; proc(5).

use std::os::unix::process::parent_id;
use std::sync::atomic::{AtomicI32, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_dumpable;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// The signal with which a parent opens a process. It is ignored if [`let_parent_open`] was not
/// called, and so in every program that was executed.
pub const OPEN: Signal = Signal::SIGURG;

/// The pid of the process that may open this one and those that it forks; 0 if there is none.
static OPENER: AtomicI32 = AtomicI32::new(0);

/// From now on, [`OPEN`] makes this process dumpable when its parent sends it. For processes that it
/// forks, the same parent has to send it. A second call changes nothing, even in a forked process.
///
/// The signal has no effect when another process sends it, so code in this process cannot open the
/// process too early.
///
/// # Errors
/// When the kernel refuses a call, or the parent is in another pid namespace (`ESRCH`).
pub fn let_parent_open() -> Result<(), Errno> {
    let parent = parent_id().cast_signed();
    if parent == 0 {
        // The parent is in a pid namespace that this process does not see; so its pid is 0 here.
        return Err(Errno::ESRCH);
    }
    let first = OPENER.compare_exchange(0, parent, Ordering::Relaxed, Ordering::Relaxed);
    if first.is_err() {
        return Ok(());
    }
    // An interrupted wait is restarted. The handler has its own stack, because the other one may be full.
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
    // The kernel itself fills in who called kill(2). With rt_sigqueueinfo(2) a process can claim
    // another sender only to itself, and not without `unsafe`.
    // SAFETY: a signal by kill(2) has the number of its sender.
    let is_openers =
        info.si_code == libc::SI_USER && unsafe { info.si_pid() } == OPENER.load(Ordering::Relaxed);
    if is_openers {
        let _stays_closed = set_dumpable(true);
    }
}
