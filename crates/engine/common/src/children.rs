//! Makes the kernel keep a child that has ended until its parent has waited for it.

use std::sync::Once;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// From now on the kernel keeps the ended children of this process until it waits for them. To be
/// called before the first child is made.
///
/// A program that is started with SIGCHLD ignored inherits that. Then the kernel keeps no child for
/// its parent to wait for, and does not report its end. A handler that has been set stays.
///
/// Source: sigaction(2), "`SA_NOCLDWAIT`"; wait(2), "Notes".
pub fn stop_ignoring_children() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
        // SAFETY: the default action is no function that could do wrong.
        let before = unsafe { sigaction(Signal::SIGCHLD, &default) };
        if let Ok(before) = before
            && matches!(
                before.handler(),
                SigHandler::Handler(_) | SigHandler::SigAction(_)
            )
        {
            // SAFETY: this handler was set before, and we put it back.
            let _put_back = unsafe { sigaction(Signal::SIGCHLD, &before) };
        }
    });
}
