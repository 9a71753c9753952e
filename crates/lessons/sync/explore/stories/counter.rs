//! Right: one guard is held from the read to the write.

use explore::tell;

use crate::worlds::counter::World;

pub(crate) fn add_one(world: &World) {
    let mut number = world.number.lock();
    let seen = *number;
    tell!("reads number = {seen}");
    *number = seen + 1;
    tell!("writes number = {}", seen + 1);
}
