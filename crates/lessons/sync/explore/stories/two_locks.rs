//! Mistake: each thread may get its first lock, and then both wait for the lock of the other.

use explore::tell;

use crate::worlds::two_locks::World;

/// Moves 1 from A to B.
pub(crate) fn a_to_b(world: &World) {
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    *from -= 1;
    *to += 1;
    tell!("moved 1 from A to B");
}

/// Moves 2 from B to A.
pub(crate) fn b_to_a(world: &World) {
    let mut from = world.b.lock();
    let mut to = world.a.lock();
    *from -= 2;
    *to += 2;
    tell!("moved 2 from B to A");
}
