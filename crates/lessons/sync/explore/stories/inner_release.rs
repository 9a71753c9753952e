//! Mistake: a re-entrant lock that does not count. It is free after the first release, although its
//! owner took it twice. Right: `depth` goes up and down, and the lock is free when it is 0.

use explore::primitives::current;

use crate::worlds::inner_release::{Held, World};

pub(crate) fn acquire(world: &World) {
    let me = current().id();
    let is_ours = |held: &Held| held.owner.is_none_or(|owner| owner == me);
    let mut held = world.released.wait_until(world.held.lock(), is_ours);
    held.owner = Some(me);
    held.depth = 1;
}

pub(crate) fn release(world: &World) {
    let mut held = world.held.lock();
    held.depth = 0;
    held.owner = None;
    world.released.notify_one();
}
