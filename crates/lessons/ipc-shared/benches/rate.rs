//! Measures additions a second to one number in shared memory: `cargo bench -p ipc-shared`, or
//! `cargo bench -p ipc-shared -- value-two` for one measurement.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use child::Mapping;
use ipc_shared::{AtomicValue, Value};
use lesson_test::bench;
use multiprocess::Process;
use nix::libc::{self, pthread_mutex_t, pthread_mutexattr_t};

/// How long each measurement takes.
const LENGTH: Duration = Duration::from_millis(400);

/// The number of additions between two looks at the clock.
const BATCH: u64 = 1000;

fn main() {
    bench(&[
        ("value-alone", value_alone),
        ("value-two", value_two),
        ("robust-alone", robust_alone),
        ("robust-two", robust_two),
        ("atomic-two", atomic_two),
    ]);
}

/// Adds for [`LENGTH`]; returns how often it has added.
fn add_for_a_while(add: impl Fn()) -> u64 {
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < LENGTH {
        (0..BATCH).for_each(|_| add());
        count += BATCH;
    }
    count
}

/// Measures one process alone.
fn alone(add: impl Fn()) -> f64 {
    let started = Instant::now();
    let count = add_for_a_while(add);
    count as f64 / started.elapsed().as_secs_f64()
}

/// Measures two processes at the same time, and returns the sum of their rates.
fn two(add: impl Fn() + Clone + 'static) -> f64 {
    let ready = AtomicValue::new(AtomicU64::new(0)).unwrap();
    let children = [0, 1].map(|number| {
        let (add, ready) = (add.clone(), ready.clone());
        let target = move || {
            ready.fetch_add(1, Ordering::Relaxed);
            while ready.load(Ordering::Relaxed) < 2 {
                std::thread::yield_now();
            }
            add_for_a_while(add)
        };
        Process::start(format!("adder {number}"), target).unwrap()
    });
    let counts = children.map(|child| child.join().unwrap());
    counts.iter().sum::<u64>() as f64 / LENGTH.as_secs_f64()
}

fn value() -> impl Fn() + Clone + 'static {
    let value = Value::new(0_u64).unwrap();
    move || value.update(|number| *number += 1).unwrap()
}

fn value_alone() -> f64 {
    alone(value())
}

fn value_two() -> f64 {
    two(value())
}

/// The upper limit: a robust mutex of pthreads and a number beside it, and nothing else.
#[repr(C)]
struct Bare {
    mutex: UnsafeCell<pthread_mutex_t>,
    number: UnsafeCell<u64>,
}

impl Bare {
    fn init(&self) {
        let mut attributes = MaybeUninit::<pthread_mutexattr_t>::uninit();
        let attributes = attributes.as_mut_ptr();
        let (shared, robust) = (libc::PTHREAD_PROCESS_SHARED, libc::PTHREAD_MUTEX_ROBUST);
        // SAFETY: makes the attributes in a place of their size.
        let made = unsafe { libc::pthread_mutexattr_init(attributes) };
        // SAFETY: the attributes have been made.
        let set = unsafe { libc::pthread_mutexattr_setpshared(attributes, shared) };
        // SAFETY: the attributes have been made.
        let set_too = unsafe { libc::pthread_mutexattr_setrobust(attributes, robust) };
        // SAFETY: no other thread or process uses the place yet, and it stays where it is.
        let mutex = unsafe { libc::pthread_mutex_init(self.mutex.get(), attributes) };
        assert_eq!([made, set, set_too, mutex], [0; 4]);
    }

    fn add(&self) {
        // SAFETY: made by `init`.
        assert_eq!(unsafe { libc::pthread_mutex_lock(self.mutex.get()) }, 0);
        // SAFETY: the mutex is ours.
        unsafe { *self.number.get() += 1 };
        // SAFETY: made by `init`, and the mutex is ours until this call.
        assert_eq!(unsafe { libc::pthread_mutex_unlock(self.mutex.get()) }, 0);
    }
}

fn robust() -> impl Fn() + Clone + 'static {
    let mapping: &'static Mapping = Box::leak(Box::new(Mapping::new(4096).unwrap()));
    // SAFETY: a page is large enough and aligned, its zeros are a number and room for a mutex,
    // and it is mapped until the end.
    let bare: &'static Bare = unsafe { mapping.start().cast().as_ref() };
    bare.init();
    move || bare.add()
}

fn robust_alone() -> f64 {
    alone(robust())
}

fn robust_two() -> f64 {
    two(robust())
}

fn atomic_two() -> f64 {
    let number = AtomicValue::new(AtomicU64::new(0)).unwrap();
    two(move || {
        number.fetch_add(1, Ordering::Relaxed);
    })
}
