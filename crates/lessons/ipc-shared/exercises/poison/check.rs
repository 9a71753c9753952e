//! A lock whose owner dies is free, and says so until it is recovered.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Check, main as judge};
use ipc_shared::{AtomicValue, Lock, LockError, TryLockError};
use multiprocess::{Outcome, Process};

mod deaths;
mod gaps;
mod waiters;

fn main() -> ExitCode {
    let limit = Duration::from_secs(5);
    judge(
        "ipc-shared/poison",
        &[
            Check::new(
                "taken",
                "the lock keeps other processes out, until it is given back",
                taken,
            )
            .within(limit),
            Check::new(
                "one-core",
                "on one core, too, the lock keeps others out",
                taken,
            )
            .on_one_core()
            .within(limit),
            Check::new(
                "died",
                "who comes after a dead owner gets an error",
                deaths::died,
            )
            .within(limit),
            Check::new(
                "stays",
                "the error stays, for every process, until one recovers",
                deaths::stays,
            )
            .within(limit),
            Check::new("free", "where the lock is refused it is free", deaths::free).within(limit),
            Check::new(
                "recovers",
                "who recovers has the lock, and takes the poison away",
                deaths::recovers,
            )
            .within(limit),
            Check::new(
                "waits",
                "who waits for it sleeps until it is free, and does not ask",
                waiters::waits,
            )
            .within(2 * limit),
            Check::new(
                "all-waiters",
                "every process that waits for an owner that is killed gets the error",
                waiters::all_waiters,
            )
            .within(limit),
            Check::new(
                "no-gap",
                "between a death and the recovery no process gets the lock without an error",
                gaps::no_gap,
            )
            .within(limit),
            Check::new("again", "a second death poisons it again", deaths::again).within(limit),
            Check::new(
                "panic",
                "a panic while the lock is held poisons it, too",
                deaths::panic,
            )
            .within(limit),
            Check::new(
                "waiting",
                "who waits for an owner that is killed goes on",
                waiters::waiting,
            )
            .within(limit),
            Check::new(
                "twice",
                "who holds it gets an error, and still holds it",
                twice,
            )
            .within(limit),
            Check::new(
                "harmless",
                "a lock that nothing poisons is free after a death",
                deaths::harmless,
            )
            .within(limit),
            Check::new(
                "patience",
                "who does not wait, or not for long, gets an answer",
                waiters::patience,
            )
            .within(limit),
        ],
    )
}

fn new() -> Lock {
    Lock::new().expect("there is memory to share")
}

fn in_child<T: Outcome<Value = T> + common::Message>(target: impl FnOnce() -> T + 'static) -> T {
    let child = Process::start("child", target).expect("a process can be started");
    child.join().expect("the child does not fail")
}

/// A number that several processes see.
type Shared = AtomicValue<AtomicU32>;

fn shared() -> Shared {
    AtomicValue::new(AtomicU32::new(0)).expect("there is memory to share")
}

fn until(number: &Shared, at_least: u32) {
    while number.load(Ordering::SeqCst) < at_least {
        sleep(Duration::from_millis(1));
    }
}

/// The result of an attempt to take the lock, as a word.
fn said(got: Result<(), LockError>) -> String {
    got.map_or_else(|error| format!("{error:?}"), |()| "the lock".to_owned())
}

/// What a process gets that does not wait.
fn tried(lock: &Lock) -> String {
    match lock.try_acquire() {
        Ok(_) => "free".to_owned(),
        Err(TryLockError::WouldBlock) => "held".to_owned(),
        Err(TryLockError::Lock(error)) => format!("{error:?}"),
        Err(_) => "another error".to_owned(),
    }
}

/// What another process gets that does not wait.
fn tried_elsewhere(lock: &Lock) -> String {
    let lock = lock.clone();
    in_child(move || tried(&lock))
}

fn taken() {
    let lock = new();
    for round in 1..=3 {
        let held = lock.acquire();
        assert!(
            held.is_ok(),
            "round {round}: the lock is free, and `acquire` returns {held:?}"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "held",
            "the lock, for another process, while we hold it"
        );
        drop(held);
        assert_eq!(
            tried_elsewhere(&lock),
            "free",
            "the lock, for another process, afterwards"
        );
    }
    let count = AtomicValue::new(AtomicU32::new(0)).expect("there is memory to share");
    let held = lock.acquire().expect("it is free");
    let (childs, seen) = (lock.clone(), count.clone());
    let waiter = Process::start("waiter", move || {
        let _held = childs.acquire();
        seen.load(Ordering::SeqCst)
    });
    sleep(Duration::from_millis(200));
    count.store(1, Ordering::SeqCst);
    drop(held);
    let waiter = waiter.expect("a process can be started").join();
    assert_eq!(
        waiter.ok(),
        Some(1),
        "what a child sees when it gets the lock that we held"
    );
    count.store(0, Ordering::SeqCst);
    let children = [1, 2, 3, 4].map(|number| {
        let (lock, count) = (lock.clone(), count.clone());
        let add = move || {
            for _ in 0..2000 {
                let Ok(_held) = lock.acquire() else {
                    return false;
                };
                let before = count.load(Ordering::Relaxed);
                std::hint::spin_loop();
                count.store(before + 1, Ordering::Relaxed);
            }
            true
        };
        Process::start(format!("adder {number}"), add).expect("a process can be started")
    });
    for child in children {
        assert!(
            child.join().expect("it ends well"),
            "`acquire` was an error"
        );
    }
    assert_eq!(
        count.load(Ordering::Relaxed),
        8000,
        "four processes add 2000 times each, in two steps"
    );
}

fn twice() {
    let lock = new();
    let held = lock.acquire().expect("it is free");
    for _ in 0..2 {
        let second = lock.acquire().map(drop);
        assert_eq!(
            second,
            Err(LockError::AlreadyHeld),
            "`acquire` by who holds it"
        );
        let third = lock.recover().map(drop);
        assert_eq!(
            third,
            Err(LockError::AlreadyHeld),
            "`recover` by who holds it"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "held",
            "the lock after that, for another process"
        );
    }
    drop(held);
    assert_eq!(
        tried_elsewhere(&lock),
        "free",
        "the lock when it was given back"
    );
}
