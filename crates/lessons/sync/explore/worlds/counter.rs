//! A number under a Lock, and two threads that add 1.

use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) number: Lock<u32>,
}

pub(crate) fn story(add_one: fn(&World)) {
    let world = World {
        number: Lock::named("lock", 0),
    };
    together(&[&|| add_one(&world), &|| add_one(&world)]);
    let number = world.number.into_inner();
    assert!(number == 2, "1 was added twice, and the number is {number}");
}
