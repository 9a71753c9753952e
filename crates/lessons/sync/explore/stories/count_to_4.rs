//! Right: the program of 2.2. The number goes up by one each time, in whatever order the threads come.

use explore::tell;

use crate::worlds::count_to_4::World;

pub(crate) fn count_to_4(world: &World) {
    loop {
        let number = world.number.lock();
        let before = number.get();
        tell!("locked,Number:{before}");
        if before < 4 {
            number.set(before + 1);
        }
        tell!("released,Number:{}", number.get());
        if before >= 4 {
            return;
        }
    }
}
