//! The `&mut T` that a guard has lent is the only one, even if the guard was leaked or the process
//! is copied. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::thread;

use ipc_shared::{Array, LockError, Value};
use multiprocess::{Exit, Fork, Process, exit_now, fork, wait};

lesson_test::forking_tests![
    a_lock_that_a_thread_leaked_and_ended_is_not_given_to_its_process_again,
    a_process_does_not_fork_by_hand_while_it_holds_a_lock,
    a_process_does_not_fork_by_hand_after_a_thread_leaked_a_lock_and_ended,
    a_process_that_was_started_while_its_parent_held_a_lock_has_it_when_it_is_free,
    a_guard_that_is_moved_into_a_process_frees_the_lock_and_harms_no_child,
];

/// Returns the reference of a guard that was leaked, from a thread that has ended.
fn leak_in_a_thread(value: &'static Value<u32>) -> &'static mut u32 {
    let leak = || &mut **Box::leak(Box::new(value.lock().unwrap()));
    thread::spawn(leak).join().unwrap()
}

fn leaked_value() -> &'static Value<u32> {
    Box::leak(Box::new(Value::new(1).unwrap()))
}

/// Runs `target` in a child, because leaked memory stays mapped, and each test counts its mappings.
fn in_child(target: impl FnOnce() + 'static) {
    Process::start("child", target).unwrap().join().unwrap();
}

fn a_lock_that_a_thread_leaked_and_ended_is_not_given_to_its_process_again() {
    in_child(|| {
        let value = leaked_value();
        let lent = leak_in_a_thread(value);
        for _ in 0..2 {
            let refused = [value.recover(), value.lock()];
            assert!(
                refused
                    .iter()
                    .all(|it| it.as_ref().err() == Some(&LockError::AlreadyHeld))
            );
            *lent += 1;
        }
        // Another process does not hold the lock.
        let other = Process::start("other", || *value.recover().unwrap()).unwrap();
        assert_eq!(other.join().unwrap(), 3);
    });
}

/// Returns whether a bare fork is refused, with a text that gives the reason.
fn fork_is_refused() -> bool {
    match fork("child") {
        Ok(Fork::Child) => exit_now(0),
        Ok(Fork::Parent { child }) => {
            assert_eq!(wait(child), Ok(Exit::Code(0)));
            false
        }
        Err(error) => {
            assert!(error.to_string().contains("drop its guard"), "{error}");
            true
        }
    }
}

fn a_process_does_not_fork_by_hand_while_it_holds_a_lock() {
    let value = Value::new(1).unwrap();
    let mut guard = value.lock().unwrap();
    let lent = &mut *guard;
    assert!(fork_is_refused());
    *lent += 1;
    // A child that `Process` starts does not continue with its parent's guards.
    in_child(|| ());
    drop(guard);
    assert!(!fork_is_refused());
}

fn a_process_does_not_fork_by_hand_after_a_thread_leaked_a_lock_and_ended() {
    in_child(|| {
        let lent = leak_in_a_thread(leaked_value());
        assert!(fork_is_refused());
        *lent += 1;
    });
}

fn a_process_that_was_started_while_its_parent_held_a_lock_has_it_when_it_is_free() {
    let value = Value::new(1).unwrap();
    let guard = value.lock().unwrap();
    let childs = value.clone();
    let child = Process::start("child", move || childs.get().unwrap());
    drop(guard);
    assert_eq!(child.unwrap().join().unwrap(), 1);
}

/// The parent drops its copy of the guard, and so does the child, which does not hold the lock.
fn a_guard_that_is_moved_into_a_process_frees_the_lock_and_harms_no_child() {
    in_child(|| {
        let value = leaked_value();
        let array: &Array<u32> = Box::leak(Box::new(Array::zeroed(2).unwrap()));
        let (mut number, mut numbers) = (value.lock().unwrap(), array.lock().unwrap());
        *number += 1;
        numbers[1] = 3;
        in_child(move || drop((number, numbers)));
        assert_eq!(value.get(), Ok(2));
        assert_eq!(array.get(1), Ok(Some(3)));
    });
}
