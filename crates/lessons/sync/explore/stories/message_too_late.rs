//! Mistake B33: "released" is printed after the release, so the other thread's "locked" may come
//! first. Right: print it first, while the lock is still held.

use crate::worlds::message_too_late::World;

pub(crate) fn add_one(world: &World) {
    let mut number = world.number.lock();
    world.print_locked(*number);
    *number += 1;
    drop(number);
    world.print_released();
}
