//! A lock and a panic: the lock is poisoned only if the panic began while it was held, as with
//! std's `Mutex`.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use ipc_shared::{LockError, Value};

/// Counts its own drop, in shared memory.
struct Counts<'a>(&'a Value<u64>);

impl Drop for Counts<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap() += 1;
    }
}

#[test]
fn a_lock_that_is_taken_and_given_back_during_a_panic_is_not_poisoned() {
    let value = Value::new(0_u64).unwrap();
    let panics = || {
        let _first = Counts(&value);
        let _second = Counts(&value);
        panic!("on purpose");
    };
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(value.get(), Ok(2));
}

#[test]
fn a_lock_that_is_held_when_a_panic_begins_is_poisoned() {
    let value = Value::new(0_u64).unwrap();
    let panics = || {
        *value.lock().unwrap() += 1;
        let _held = value.lock().unwrap();
        panic!("on purpose");
    };
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(value.get(), Err(LockError::Poisoned));
}
