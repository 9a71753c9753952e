//! Mistake B25, B37: adding 1 means to read, to add and to write, and another thread may come in
//! between. Right: hold `world.lock` over all three, as [`counter`](super::counter) does; or use
//! `fetch_add`, which does all three in one step.

use explore::primitives::atomic::Ordering;
use explore::tell;

use crate::worlds::lost_update::World;

pub(crate) fn add_one(world: &World) {
    let seen = world.number.load(Ordering::SeqCst);
    tell!("reads number = {seen}");
    world.number.store(seen + 1, Ordering::SeqCst);
    tell!("writes number = {}", seen + 1);
}
