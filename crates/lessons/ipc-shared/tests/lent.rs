//! The `&mut T` that a guard has lent is the only one, even if the guard was leaked or the process
//! is copied. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ipc_shared::{Array, AtomicValue, Lock, LockError, Value};
use lesson_test::until;
use multiprocess::{Exit, Fork, Process, StartError, Zygote, exit_now, fork, wait};

lesson_test::forking_tests![
    a_lock_that_a_thread_leaked_and_ended_is_not_given_to_its_process_again,
    a_process_does_not_fork_by_hand_while_it_holds_a_lock,
    a_process_does_not_fork_by_hand_after_a_thread_leaked_a_lock_and_ended,
    a_process_does_not_start_another_one_while_a_guard_has_lent_its_value,
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
        // Started first: a process whose guard has lent its value starts no other.
        let may_look = AtomicValue::new(AtomicBool::new(false)).unwrap();
        let looks = may_look.clone();
        let other = Process::start("other", move || {
            until("it may look", || looks.load(Ordering::SeqCst));
            *value.recover().unwrap()
        });
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
        may_look.store(true, Ordering::SeqCst);
        assert_eq!(other.unwrap().join().unwrap(), 3);
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
    let guard = value.lock().unwrap();
    assert!(fork_is_refused());
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

/// A lent reference that is moved into a child would be used there even after this process has ended,
/// when the lock is another process's.
fn a_process_does_not_start_another_one_while_a_guard_has_lent_its_value() {
    in_child(|| {
        let guard: &'static mut _ = Box::leak(Box::new(leaked_value().lock().unwrap()));
        let lent: &'static mut u32 = guard;
        let refused = Process::start("child", move || *lent += 1).unwrap_err();
        assert!(matches!(refused, StartError::Locked), "{refused}");
        let refused = Zygote::start("zygote", |number: u32| number).unwrap_err();
        assert!(matches!(refused, StartError::Locked), "{refused}");
    });
    // For reading, too; until the guard is dropped.
    let lock = Lock::new().unwrap();
    let array = Array::with_lock(&lock, &[7_u32]).unwrap();
    let guard = array.lock().unwrap();
    assert_eq!(guard[0], 7);
    let refused = Process::start("child", || ()).unwrap_err();
    assert!(matches!(refused, StartError::Locked), "{refused}");
    drop(guard);
    Process::start("child", || ()).unwrap().join().unwrap();
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
        let (number, numbers) = (value.lock().unwrap(), array.lock().unwrap());
        in_child(move || drop((number, numbers)));
        assert_eq!(value.set(2), Ok(()));
        assert_eq!(array.set(1, 3), Ok(Some(0)));
    });
}
