//! Mistake: the flag may change between the check and the wait. That notify is lost, because it wakes
//! only threads that already wait. Right: keep the guard, as `Condition::wait_until` does.

use explore::tell;

use crate::worlds::missed_notify::World;

pub(crate) fn wait_for_ready(world: &World) {
    let seen = *world.ready.lock();
    tell!("saw ready = {seen}");
    if !seen {
        drop(world.changed.wait(world.ready.lock()));
    }
}
