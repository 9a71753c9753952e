//! Mistake: `if` instead of `while`. Between the notify and the moment when the woken thread has the
//! lock again, another one may take what it was woken for. Right: `Condition::wait_until`, which
//! looks again.

use explore::tell;

use crate::worlds::wait_without_loop::World;

pub(crate) fn take_one(world: &World) {
    let mut items = world.items.lock();
    if items.count() == 0 {
        items = world.changed.wait(items);
    }
    tell!("sees {} items", items.count());
    items.take();
}
