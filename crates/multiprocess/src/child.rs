//! What a child process does from its first moment to its last.

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

use crate::active::children;
use crate::outcome::{Failure, call};
use crate::{Outcome, report};

/// Exit codes of a child whose target returned an error, or panicked.
const FAILED: i32 = 1;
pub(crate) const PANICKED: i32 = 101;

/// All that a child does; gives its exit code.
pub(crate) fn run<O: Outcome>(parent: u32, end: report::Child, target: impl FnOnce() -> O) -> i32 {
    // The parent may have died before the call, and then nobody will send the signal.
    if set_pdeathsig(Signal::SIGKILL).is_err() || common::ppid() != parent {
        return FAILED;
    }
    children().clear();
    let Ok(stream) = end.take_over() else {
        return FAILED;
    };
    // The target is moved in: when it has returned, its ends are closed.
    let result = call(target).and_then(|value| match common::take_output_failure() {
        None => Ok(value),
        Some(failure) => Err(Failure::Error(failure)),
    });
    let code = match &result {
        Ok(_) => 0,
        Err(Failure::Error(_)) => FAILED,
        Err(Failure::Panic(_)) => PANICKED,
    };
    match report::send(&stream, &result) {
        Ok(()) => code,
        // A value without bytes is the target's failure; a parent that is gone hears neither.
        Err(error) => {
            let failure = Err(Failure::Error(error.to_string()));
            let _gone = report::send::<O::Value>(&stream, &failure);
            FAILED
        }
    }
}
