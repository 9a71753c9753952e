//! A value whose owner is killed in the middle of a change.
//!
//! A child moves 100 from one account to the other, in two steps, and is killed between them. In
//! Python every process that locks the value from then on waits forever. Here the next one gets an
//! error, since the change may be half-done, and takes the lock by `recover` to correct it.

use std::process::ExitCode;

use common::{pid, say};
use ipc_shared::{LockError, Value};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

fn main() -> ExitCode {
    let about = "1.4 Value: its owner is killed half-way through a change, and the next is told";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let accounts = Value::new([1000_u32, 0])?;
    let childs = accounts.clone();
    let child = Process::start("owner", move || move_100(&childs))?;
    if let Err(error) = child.join() {
        say!("{error}");
    }
    if let Err(error) = accounts.lock() {
        say!("Process ({}): {error}", pid());
    }
    let mut held = accounts.recover()?;
    say!("Found {} + {}, which is not 1000.", held[0], held[1]);
    held[1] = 1000 - held[0];
    drop(held);
    let [one, other] = accounts.get()?;
    say!("Total:{} of {one} + {other}", one + other);
    Ok(())
}

fn move_100(accounts: &Value<[u32; 2]>) -> Result<(), LockError> {
    let mut held = accounts.lock()?;
    held[0] -= 100;
    say!("Process ({}) has taken 100, and is killed.", pid());
    // A raise of SIGKILL does not return.
    let _never_told = raise(Signal::SIGKILL);
    held[1] += 100;
    Ok(())
}
