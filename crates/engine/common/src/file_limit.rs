//! Makes a write beyond the limit on file sizes fail.

use std::sync::Once;

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// From now on a write beyond the limit on file sizes (`ulimit -f`) is an error of this process, as
/// on a full disk. By default the signal that comes with it, SIGXFSZ, kills the process before it
/// can report anything. The limit also holds for files in memory.
///
/// The signal gets a handler that does nothing. Children of `fork` have it too; a program that is
/// executed starts with the default again, which it would not if the signal were ignored. A handler
/// or action that was set before stays.
///
/// Source: getrlimit(2), `RLIMIT_FSIZE`; signal(7), "Signal dispositions".
pub fn let_writes_fail() {
    extern "C" fn go_on(_signal: libc::c_int) {}
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let handler = SigHandler::Handler(go_on);
        let fail = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
        // SAFETY: the handler does nothing, so it may come at any moment.
        let before = unsafe { sigaction(Signal::SIGXFSZ, &fail) };
        if let Ok(before) = before
            && !matches!(before.handler(), SigHandler::SigDfl)
        {
            // SAFETY: this action was set before, and we put it back.
            let _put_back = unsafe { sigaction(Signal::SIGXFSZ, &before) };
        }
    });
}
