//! Mistake: `if` instead of `while`. After the notify, and before the woken thread has the lock
//! again, another thread may take the item. Right: `Condition::wait_until`, which checks again.

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
