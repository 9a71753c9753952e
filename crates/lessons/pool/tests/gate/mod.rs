//! Tasks that wait until a gate is opened.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use ipc_shared::AtomicValue;
use pool::Pool;

/// Returns a pool of 3 whose tasks count themselves in and then wait until the gate is not 0.
pub(crate) fn gated() -> (
    Pool<u32, u32>,
    AtomicValue<AtomicU32>,
    AtomicValue<AtomicU32>,
) {
    let inside = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let gate = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let (count, opened) = (inside.clone(), gate.clone());
    let wait = move |task: u32| {
        count.fetch_add(1, Ordering::Relaxed);
        while opened.load(Ordering::Relaxed) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        task
    };
    (Pool::new(3, wait).unwrap(), inside, gate)
}
