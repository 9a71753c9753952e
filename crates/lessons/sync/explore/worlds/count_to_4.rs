//! A number under an RLock, and two threads that count.

use std::cell::Cell;

use explore::together;
use sync::RLock;

pub(crate) struct World {
    pub(crate) number: RLock<Cell<u32>>,
}

pub(crate) fn story(count_to_4: fn(&World)) {
    let world = World {
        number: RLock::named("mylock", Cell::new(0)),
    };
    together(&[&|| count_to_4(&world), &|| count_to_4(&world)]);
    assert_eq!(world.number.into_inner().get(), 4);
}
