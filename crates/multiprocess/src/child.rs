//! What a child process does from its first moment to its last.

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::panic_text;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

use crate::Outcome;
use crate::active::children;
use crate::report::{self, Failure};

/// Exit codes of a child whose target returned an error, or panicked.
const FAILED: i32 = 1;
const PANICKED: i32 = 101;

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
    let outcome = catch_unwind(AssertUnwindSafe(|| target().into_result()));
    let told = match outcome {
        Ok(Ok(value)) => match common::take_output_failure() {
            None => Ok(value),
            Some(failure) => Err((failure, false)),
        },
        Ok(Err(message)) => Err((message, false)),
        Err(panic) => Err((panic_text(&*panic), true)),
    };
    let code = match &told {
        Ok(_) => 0,
        Err((_, false)) => FAILED,
        Err((_, true)) => PANICKED,
    };
    match report::tell(&stream, &told) {
        Ok(()) => code,
        // A value without bytes is the target's failure; a parent that is gone hears neither.
        Err(error) => {
            let failure: Failure = (error.to_string(), false);
            let _gone = report::tell::<O::Value>(&stream, &Err(failure));
            FAILED
        }
    }
}
