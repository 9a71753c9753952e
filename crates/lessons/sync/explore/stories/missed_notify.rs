//! Mistake: between the look at the flag and the wait, the flag may change, and its notify is lost:
//! it wakes only a thread that waits already. Right: keep the guard, as `Condition::wait_until` does.

use explore::tell;

use crate::worlds::missed_notify::World;

pub(crate) fn wait_for_ready(world: &World) {
    let seen = *world.ready.lock();
    tell!("saw ready = {seen}");
    if !seen {
        drop(world.changed.wait(world.ready.lock()));
    }
}
