//! Kills the process at one of its events.

use std::fmt::Arguments;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Kind, observe};
use nix::sys::signal::{Signal, raise};

/// The number of events that are left before the kill.
static LEFT: OnceLock<AtomicU32> = OnceLock::new();

/// Kills the calling process with SIGKILL at its event number `number`; the next event has the
/// number 0. Events come before and after each act of the lessons' types, so this cuts a function
/// wherever it uses one. A second call changes nothing.
pub fn die_at_event(number: u32) {
    LEFT.get_or_init(|| AtomicU32::new(number));
    observe(at_event);
}

fn at_event(_: Kind, _: &str, _: Arguments<'_>) {
    let left = LEFT.get().map(|left| left.fetch_sub(1, Ordering::Relaxed));
    if left == Some(0) {
        // The call does not return.
        let _never = raise(Signal::SIGKILL);
    }
}
