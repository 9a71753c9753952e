//! All that a child process does, from its start to its exit code.

use std::io;

use child::{End, line};
use common::{EventId, Message, drop_fenced, encode, life};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

use crate::fork::{FAILED, PANICKED};
use crate::outcome::{Failure, Outcome, call, catch};

/// Makes the kernel kill this process when its `parent` dies. This is the child's first step.
pub(crate) fn die_with(parent: u32) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have died before this call; then the signal never comes.
    match common::ppid() == parent {
        true => Ok(()),
        false => Err(io::ErrorKind::NotConnected.into()),
    }
}

/// Calls `target`, reports its result over `line`, and returns the exit code. By now the child has
/// closed the ends that are not its own. `fork` is the event that made the child.
pub(crate) fn run<O: Outcome>(line: &End, fork: EventId, target: impl FnOnce() -> O) -> i32 {
    life::starts(fork);
    // `call` consumes the target, so its ends are closed when it has returned.
    let result = call(target);
    common::flush_stdout();
    let result = result.and_then(|value| match common::take_output_failure() {
        None => Ok(value),
        Some(failure) => {
            drop_fenced(value);
            Err(Failure::Error(failure))
        }
    });
    let failure = match report(line, &result) {
        Ok(()) => result.as_ref().err().cloned(),
        // The value cannot be encoded, or no descriptor was free for a long report. Send that error, or
        // the beginning of the target's own failure. If the parent has gone, neither report arrives.
        Err(failure) => {
            let failure = result.as_ref().err().unwrap_or(&failure).beginning();
            let _gone = report::<O::Value>(line, &Err(failure.clone()));
            Some(failure)
        }
    };
    // The value has been sent; only the child's copy ends here, so a panic of its destructor is ignored.
    drop_fenced(result);
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
