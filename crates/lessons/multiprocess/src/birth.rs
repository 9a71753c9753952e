//! What a child process does from its first moment to its last.

use std::io;

use child::{End, line};
use common::{EventId, Message, encode, life};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

use crate::fork::{FAILED, PANICKED};
use crate::outcome::{Failure, Outcome, call, catch};

/// First of all: from now on the kernel kills this process when its `parent` dies.
pub(crate) fn die_with(parent: u32) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have died before the call, and then the signal will not come.
    match common::ppid() == parent {
        true => Ok(()),
        false => Err(io::ErrorKind::NotConnected.into()),
    }
}

/// Then, when the ends that are not for the child are closed: calls `target`, reports its result
/// over `line`, and returns the exit code. `fork` is the event that made the child.
pub(crate) fn run<O: Outcome>(line: &End, fork: EventId, target: impl FnOnce() -> O) -> i32 {
    life::starts(fork);
    // The target is moved in: when it has returned, its ends are closed.
    let result = call(target);
    common::flush_stdout();
    let result = result.and_then(|value| match common::take_output_failure() {
        None => Ok(value),
        Some(failure) => Err(Failure::Error(failure)),
    });
    let failure = match report(line, &result) {
        Ok(()) => result.as_ref().err().cloned(),
        // A value without bytes is the target's failure. Or no descriptor was free for a long report:
        // of a failure the beginning is sent. A parent that is gone hears neither.
        Err(failure) => {
            let failure = result.as_ref().err().map_or(failure, Failure::beginning);
            let _gone = report::<O::Value>(line, &Err(failure.clone()));
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

fn report<T: Message>(line: &End, result: &Result<T, Failure>) -> Result<(), Failure> {
    let failed = |error: &dyn ToString| Failure::Error(error.to_string());
    let bytes = catch(|| encode(result))?.map_err(|error| failed(&error))?;
    line::report(line, bytes).map_err(|error| failed(&error))
}
