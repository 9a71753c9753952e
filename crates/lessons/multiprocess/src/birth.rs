//! What a child process does from its first moment to its last.

use std::borrow::Borrow;
use std::io;

use common::{EventId, Kind, record};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

use crate::outcome::{Failure, call, catch};
use crate::{End, Outcome, report};

/// Exit codes of a child whose target returned an error, or panicked.
const FAILED: i32 = 1;
pub(crate) const PANICKED: i32 = 101;

/// What a child is to do.
pub(crate) struct Job<L, F> {
    /// The event of the fork.
    pub(crate) cause: EventId,
    /// Where it reports.
    pub(crate) line: L,
    pub(crate) target: F,
}

/// All that a child of `parent` does; gives its exit code. `take_over` closes the ends that are
/// not for it, puts it on its lane if it is not there, and says what to do.
pub(crate) fn run<L, O, F>(parent: u32, take_over: impl FnOnce() -> io::Result<Job<L, F>>) -> i32
where
    L: Borrow<End>,
    O: Outcome,
    F: FnOnce() -> O,
{
    // The parent may have died before the call, and then nobody will send the signal.
    if set_pdeathsig(Signal::SIGKILL).is_err() || common::ppid() != parent {
        return FAILED;
    }
    let Ok(job) = take_over() else {
        return FAILED;
    };
    record(Kind::Start, "", format_args!(""), job.cause);
    // The target is moved in: when it has returned, its ends are closed.
    let result = call(job.target);
    common::flush_stdout();
    let result = result.and_then(|value| match common::take_output_failure() {
        None => Ok(value),
        Some(failure) => Err(Failure::Error(failure)),
    });
    let line = job.line.borrow();
    // A value without bytes is the target's failure.
    let sent = catch(|| report::send(line, &result))
        .and_then(|sent| sent.map_err(|error| Failure::Error(error.to_string())));
    let failure = match sent {
        Ok(()) => result.as_ref().err().cloned(),
        Err(failure) => {
            // A parent that is gone hears neither.
            let _gone = report::send::<O::Value>(line, &Err(failure.clone()));
            Some(failure)
        }
    };
    // The value has been sent. A panic of its destructor is the end of a copy.
    let _ended = catch(|| drop(result));
    match failure {
        None => 0,
        Some(Failure::Error(_)) => FAILED,
        Some(Failure::Panic(_)) => PANICKED,
    }
}
