//! The promises of Value, Array and their lock. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytemuck::AnyBitPattern;
use common::Trace;
use ipc_shared::{Array, AtomicValue, Lock, LockError, TryLockError, Value};
use lesson_test::{until, with_limit};
use multiprocess::{Exit, Process};
use nix::sys::resource::Resource;
use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;

lesson_test::forking_tests![
    v01_a_value_has_its_start_value,
    v02_the_parent_reads_what_a_child_wrote,
    v03_an_array_has_its_elements,
    v04_an_array_without_values_is_zero_also_the_third_time,
    v05_a_child_changes_each_element,
    v06_four_processes_add_exactly_80_000,
    v06_an_atomic_needs_no_lock,
    v07_an_index_beyond_the_end_is_nothing,
    v08_one_lock_guards_two_values,
    v09_a_part_of_an_array_is_written_in_one_call,
    v10_a_record_and_an_array_of_floats_are_doubled,
    the_death_of_an_owner_is_reported_until_a_caller_recovers,
    a_lock_without_poison_does_not_report_a_dead_owner,
    a_waiter_goes_on_when_the_owner_is_killed,
    a_second_lock_by_the_same_thread_is_an_error,
    a_lock_can_be_asked_for_without_waiting_and_with_a_limit,
    a_guard_of_another_lock_is_refused,
    a_panic_while_holding_poisons_the_lock,
    a_forgotten_guard_leaves_no_hole_in_memory,
    a_guard_of_the_parent_is_no_guard_in_the_child,
    memory_that_the_system_refuses_is_an_error_that_names_it,
];

fn in_child(target: impl FnOnce() + 'static) {
    Process::start("child", target).unwrap().join().unwrap();
}

fn reads_and_writes<T: AnyBitPattern + Debug + PartialEq>(first: T, second: T) {
    let value = Value::new(first).unwrap();
    assert_eq!(value.get().unwrap(), first);
    let child = value.clone();
    in_child(move || child.set(second).unwrap());
    assert_eq!(value.get().unwrap(), second);
}

/// Row V01.
fn v01_a_value_has_its_start_value() {
    assert_eq!(Value::new(-3_i16).unwrap().get().unwrap(), -3);
    assert_eq!(Value::new(7_i32).unwrap().get().unwrap(), 7);
    assert_eq!(Value::new(1_i64 << 40).unwrap().get().unwrap(), 1 << 40);
    assert_eq!(Value::new(2.25_f64).unwrap().get().unwrap(), 2.25);
    assert_eq!(Value::new(255_u8).unwrap().get().unwrap(), 255);
}

/// Row V02.
fn v02_the_parent_reads_what_a_child_wrote() {
    reads_and_writes(-3_i16, 300);
    reads_and_writes(7_i32, -70_000);
    reads_and_writes(1_i64 << 40, -1);
    reads_and_writes(2.25_f64, -0.5);
    reads_and_writes(255_u8, 0);
}

/// Row V03.
fn v03_an_array_has_its_elements() {
    let numbers: Vec<i32> = (10..20).collect();
    let array = Array::from_slice(&numbers).unwrap();
    let held = array.lock().unwrap();
    assert_eq!(held.len(), 10);
    assert_eq!(held[3], 13);
    assert_eq!(held[2..=6], numbers[2..=6]);
    assert_eq!(*held, *numbers);
}

/// Row V04.
fn v04_an_array_without_values_is_zero_also_the_third_time() {
    for _ in 0..3 {
        let array = Array::<i32>::zeroed(10).unwrap();
        assert_eq!(array.to_vec().unwrap(), [0; 10]);
        for (number, place) in (0..).zip(array.lock().unwrap().iter_mut()) {
            *place = number;
        }
    }
}

/// Row V05.
fn v05_a_child_changes_each_element() {
    let numbers = [3, 1, 4, 1, 5, 9, 2, 6];
    let array = Array::from_slice(&numbers).unwrap();
    let child = array.clone();
    in_child(move || {
        let mut sum = 0;
        for place in child.lock().unwrap().iter_mut() {
            sum += *place;
            *place = sum;
        }
    });
    assert_eq!(array.to_vec().unwrap(), [3, 4, 8, 9, 14, 23, 25, 31]);
}

/// Row V06.
fn v06_four_processes_add_exactly_80_000() {
    let number = Value::new(0_u32).unwrap();
    let children = [0; 4].map(|_| {
        let number = number.clone();
        let target = move || {
            for _ in 0..20_000 {
                number.update(|number| *number += 1).unwrap();
            }
        };
        Process::start("adder", target).unwrap()
    });
    for child in children {
        child.join().unwrap();
    }
    assert_eq!(number.get().unwrap(), 80_000);
}

/// Row V06.
fn v06_an_atomic_needs_no_lock() {
    let number = AtomicValue::new(AtomicI64::new(0)).unwrap();
    let children = [0; 4].map(|_| {
        let number = number.clone();
        let target = move || {
            for _ in 0..20_000 {
                number.fetch_add(1, Ordering::Relaxed);
            }
        };
        Process::start("adder", target).unwrap()
    });
    for child in children {
        child.join().unwrap();
    }
    assert_eq!(number.load(Ordering::Relaxed), 80_000);
}

/// Row V07.
fn v07_an_index_beyond_the_end_is_nothing() {
    let array = Array::from_slice(&[1_u8, 2, 3, 4]).unwrap();
    assert_eq!(array.get(3).unwrap(), Some(4));
    assert_eq!(array.get(4).unwrap(), None);
    assert_eq!(array.set(4, 9).unwrap(), None);
    assert_eq!(array.set(usize::MAX, 9).unwrap(), None);
    assert_eq!(array.to_vec().unwrap(), [1, 2, 3, 4]);
}

/// Row V08.
fn v08_one_lock_guards_two_values() {
    let lock = Lock::new().unwrap();
    let first = Value::with_lock(&lock, 1_i32).unwrap();
    let second = Array::with_lock(&lock, &[2_i32]).unwrap();
    let mut held = lock.acquire().unwrap();
    let (child_first, child_second) = (first.clone(), second.clone());
    let target = move || {
        child_first.update(|value| *value *= 10).unwrap();
        child_second.lock().unwrap()[0] *= 10;
    };
    let mut child = Process::start("child", target).unwrap();
    assert_eq!(
        child.wait_timeout(Duration::from_millis(200)).unwrap(),
        None
    );
    assert_eq!(*first.under(&mut held), 1);
    assert_eq!(second.under(&mut held), [2]);
    drop(held);
    assert_eq!(child.wait().unwrap(), Exit::Code(0));
    assert_eq!(
        (first.get().unwrap(), second.get(0).unwrap()),
        (10, Some(20))
    );
}

/// Row V09.
fn v09_a_part_of_an_array_is_written_in_one_call() {
    let array = Array::<u16>::zeroed(10).unwrap();
    array.lock().unwrap()[4..8].copy_from_slice(&[1, 2, 3, 4]);
    assert_eq!(array.to_vec().unwrap(), [0, 0, 0, 0, 1, 2, 3, 4, 0, 0]);
}

#[derive(Debug, Clone, Copy, PartialEq, AnyBitPattern)]
#[repr(C)]
struct Point {
    x: f64,
    number: i32,
    small: u8,
}

/// Row V10.
fn v10_a_record_and_an_array_of_floats_are_doubled() {
    let point = Point {
        x: 1.5,
        number: -4,
        small: 100,
    };
    let (record, floats) = (
        Value::new(point).unwrap(),
        Array::from_slice(&[0.5, -2.0]).unwrap(),
    );
    let (child_record, child_floats) = (record.clone(), floats.clone());
    in_child(move || {
        let double =
            |p: &mut Point| (p.x, p.number, p.small) = (p.x * 2.0, p.number * 2, p.small * 2);
        child_record.update(double).unwrap();
        child_floats
            .lock()
            .unwrap()
            .iter_mut()
            .for_each(|float| *float *= 2.0);
    });
    assert_eq!(
        record.get().unwrap(),
        Point {
            x: 3.0,
            number: -8,
            small: 200
        }
    );
    assert_eq!(floats.to_vec().unwrap(), [1.0, -4.0]);
}

/// Kills its own process while it holds the lock, half-way through a change.
fn die_holding(value: &Value<[u64; 2]>) -> ! {
    let mut held = value.lock().unwrap();
    held[0] = 7;
    kill(getpid(), Signal::SIGKILL).unwrap();
    unreachable!("killed");
}

fn the_death_of_an_owner_is_reported_until_a_caller_recovers() {
    let value = Value::new([1_u64, 1]).unwrap();
    let owner = value.clone();
    let target = move || -> () { die_holding(&owner) };
    Process::start("owner", target).unwrap().join().unwrap_err();
    for _ in 0..2 {
        assert_eq!(value.lock().unwrap_err(), LockError::Poisoned);
        assert_eq!(value.get(), Err(LockError::Poisoned));
    }
    let mut held = value.recover().unwrap();
    assert_eq!(*held, [7, 1], "half-done, and said so");
    held[1] = 7;
    drop(held);
    assert_eq!(value.get().unwrap(), [7, 7]);
}

fn a_lock_without_poison_does_not_report_a_dead_owner() {
    let lock = Lock::without_poison(Trace::named("lock")).unwrap();
    let owner = lock.clone();
    let target = move || -> () {
        let _held = owner.acquire().unwrap();
        kill(getpid(), Signal::SIGKILL).unwrap();
    };
    Process::start("owner", target).unwrap().join().unwrap_err();
    drop(lock.acquire().unwrap());
}

fn a_waiter_goes_on_when_the_owner_is_killed() {
    let lock = Lock::new().unwrap();
    let has_it = AtomicValue::new(AtomicI64::new(0)).unwrap();
    let (theirs, flag) = (lock.clone(), has_it.clone());
    let owner = Process::start("owner", move || {
        let _held = theirs.acquire().unwrap();
        flag.store(1, Ordering::Relaxed);
        thread::sleep(Duration::from_secs(100));
    });
    let mut owner = owner.unwrap();
    until("the owner has it, or has failed", || {
        let has_ended = owner.wait_timeout(Duration::ZERO).unwrap().is_some();
        has_it.load(Ordering::Relaxed) != 0 || has_ended
    });
    assert_eq!(owner.exit(), None);
    let theirs = lock.clone();
    let target = move || matches!(theirs.acquire(), Err(LockError::Poisoned));
    let mut waiter = Process::start("waiter", target).unwrap();
    assert_eq!(
        waiter.wait_timeout(Duration::from_millis(100)).unwrap(),
        None
    );
    drop(owner);
    waiter
        .wait_timeout(Duration::from_secs(5))
        .unwrap()
        .expect("the waiter goes on");
    assert!(waiter.join().unwrap());
    assert_eq!(lock.acquire().unwrap_err(), LockError::Poisoned);
    drop(lock.recover().unwrap());
    drop(lock.acquire().unwrap());
}

fn a_second_lock_by_the_same_thread_is_an_error() {
    let value = Value::new(1_u8).unwrap();
    let held = value.lock().unwrap();
    assert!(matches!(value.lock(), Err(LockError::AlreadyHeld)));
    assert!(matches!(value.get(), Err(LockError::AlreadyHeld)));
    drop(held);
    assert_eq!(value.get().unwrap(), 1);
}

fn a_lock_can_be_asked_for_without_waiting_and_with_a_limit() {
    let lock = Lock::new().unwrap();
    let held = lock.acquire().unwrap();
    let other = lock.clone();
    in_child(move || {
        assert!(matches!(other.try_acquire(), Err(TryLockError::WouldBlock)));
        let asked = Instant::now();
        let limit = Duration::from_millis(200);
        assert!(matches!(
            other.acquire_timeout(limit),
            Err(TryLockError::WouldBlock)
        ));
        assert!(asked.elapsed() >= limit);
    });
    drop(held);
    let other = lock.clone();
    in_child(move || {
        drop(other.try_acquire().unwrap());
        drop(other.acquire_timeout(Duration::from_secs(5)).unwrap());
        drop(other.acquire_timeout(Duration::MAX).unwrap());
    });
}

fn a_guard_of_another_lock_is_refused() {
    let (lock, other) = (Lock::new().unwrap(), Lock::new().unwrap());
    let value = Value::with_lock(&lock, 1_u8).unwrap();
    let target = move || *value.under(&mut other.acquire().unwrap());
    let error = Process::start("child", target).unwrap().join().unwrap_err();
    assert!(error.to_string().contains("another lock"), "{error}");
}

fn a_panic_while_holding_poisons_the_lock() {
    let value = Value::new([1_u8, 1]).unwrap();
    let childs = value.clone();
    let child = Process::start("child", move || -> () {
        let mut held = childs.lock().unwrap();
        held[0] = 0;
        panic!("half-way");
    });
    child.unwrap().join().unwrap_err();
    assert_eq!(value.get(), Err(LockError::Poisoned));
    assert_eq!(*value.recover().unwrap(), [0, 1]);
}

/// In a child, because the memory of a forgotten guard stays mapped on purpose.
fn a_forgotten_guard_leaves_no_hole_in_memory() {
    in_child(|| {
        let (forgotten, other) = (Value::new(1_u64).unwrap(), Value::new(2_u64).unwrap());
        std::mem::forget(forgotten.lock());
        drop(forgotten);
        // The C library writes to the neighbours of a mutex in its list.
        for _ in 0..100 {
            assert_eq!(other.get().unwrap(), 2);
        }
    });
}

fn a_guard_of_the_parent_is_no_guard_in_the_child() {
    let value: &'static Value<u64> = Box::leak(Box::new(Value::new(1).unwrap()));
    let other = value.clone();
    let guard = value.lock().unwrap();
    let child = Process::start("child", move || *guard).unwrap();
    let error = child.join().unwrap_err().to_string();
    assert!(error.contains("another lock or process"), "{error}");
    // The parent's copy of the guard was dropped when the target was handed over.
    assert_eq!(other.get().unwrap(), 1);
    // The value leaked for the 'static guard is freed, because the test counts mappings.
    // SAFETY: leaked above, and the guard is gone.
    drop(unsafe { Box::from_raw(std::ptr::from_ref(value).cast_mut()) });
}

/// In a child, because the test itself may need the memory that is refused there.
fn memory_that_the_system_refuses_is_an_error_that_names_it() {
    let child = Process::start("limited", || {
        let too_many = Array::<u64>::zeroed(usize::MAX).unwrap_err();
        let (no_room, no_value) = with_limit(Resource::RLIMIT_AS, 0, || {
            let no_room = Array::<u64>::zeroed(1 << 20).unwrap_err();
            (no_room, Value::new(1_u8).unwrap_err())
        });
        let texts = [too_many, no_room, no_value].map(|error| error.to_string());
        texts.to_vec()
    });
    let texts = child.unwrap().join().unwrap();
    assert!(
        texts.iter().all(|text| text.contains("cannot share")),
        "{texts:?}"
    );
    assert!(texts[1].contains("8388736 bytes"), "{texts:?}");
}
