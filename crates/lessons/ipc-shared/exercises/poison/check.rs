//! A lock whose owner dies is free, and reports the death until it is recovered.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Check, Ours, expect_in_time, main as judge};
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
                "the lock keeps other processes out until it is released",
                taken,
            )
            .within(limit),
            Check::new(
                "one-core",
                "the lock keeps other processes out on one core, too",
                taken,
            )
            .on_one_core()
            .within(limit),
            Check::new(
                "died",
                "the next process after a dead owner gets an error",
                deaths::died,
            )
            .within(limit),
            Check::new(
                "stays",
                "every process gets the error until one of them recovers the lock",
                deaths::stays,
            )
            .within(limit),
            Check::new("free", "a lock that is refused stays free", deaths::free).within(limit),
            Check::new(
                "recovers",
                "`recover` takes the lock and removes the poison",
                deaths::recovers,
            )
            .within(limit),
            Check::new(
                "waits",
                "a process that waits for the lock sleeps until it is free, and does not poll",
                waiters::waits,
            )
            .within(2 * limit),
            Check::new(
                "woken",
                "the release of the lock ends the wait of a process, and nothing else does",
                waiters::woken,
            )
            .within(2 * limit),
            Check::new(
                "all-waiters",
                "when the owner is killed, every process that waits for the lock gets the error",
                waiters::all_waiters,
            )
            .within(limit),
            Check::new(
                "no-gap",
                "between a death and the recovery, no process gets the lock without an error",
                gaps::no_gap,
            )
            .within(limit),
            Check::new("again", "a second death poisons it again", deaths::again).within(limit),
            Check::new(
                "second-death",
                "a process that is killed while it takes a poisoned lock leaves it poisoned",
                gaps::second_death,
            )
            .within(limit),
            Check::new(
                "panic",
                "a panic while the lock is held also poisons it",
                deaths::panic,
            )
            .within(limit),
            Check::new(
                "waiting",
                "a process whose wait began before the owner was killed goes on",
                waiters::waiting,
            )
            .within(limit),
            Check::new(
                "twice",
                "an owner that takes the lock again gets an error, and still holds it",
                twice,
            )
            .within(limit),
            Check::new(
                "harmless",
                "a lock without poison is free after a death",
                deaths::harmless,
            )
            .within(limit),
            Check::new(
                "patience",
                "a call without a wait, or with a limit, returns in time",
                waiters::patience,
            )
            .within(limit),
            Check::new(
                "forgotten",
                "for other processes, a thread that ends with the lock is an owner that has died",
                deaths::forgotten,
            )
            .within(limit),
        ],
    )
}

fn new() -> Lock {
    Lock::new().ours("memory to share")
}

fn in_child<T: Outcome<Value = T> + common::Message>(target: impl FnOnce() -> T + 'static) -> T {
    let child = Process::start("child", target).ours("process");
    child.join().expect("the child does not fail")
}

/// A number in shared memory.
type Shared = AtomicValue<AtomicU32>;

fn shared() -> Shared {
    AtomicValue::new(AtomicU32::new(0)).ours("memory to share")
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

/// The result of `try_acquire` in this process, as a word.
fn tried(lock: &Lock) -> String {
    match lock.try_acquire() {
        Ok(_) => "free".to_owned(),
        Err(TryLockError::WouldBlock) => "held".to_owned(),
        Err(TryLockError::Lock(error)) => format!("{error:?}"),
        Err(_) => "another error".to_owned(),
    }
}

/// The result of `try_acquire` in another process, as a word.
fn tried_elsewhere(lock: &Lock) -> String {
    let lock = lock.clone();
    let mut child = Process::start("child", move || tried(&lock)).ours("process");
    let ended = child.wait_timeout(Duration::from_secs(2));
    let has_returned = ended.ours("state of a process").is_some();
    expect_in_time(has_returned, || {
        "`try_acquire` waits for the lock. It should return at once.".to_owned()
    });
    child.join().expect("the child does not fail")
}

fn taken() {
    let lock = new();
    for round in 1..=3 {
        let held = lock.acquire();
        assert!(
            held.is_ok(),
            "round {round}: the lock is free, but `acquire` returns {held:?}"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "held",
            "the lock, as another process sees it, while this one holds it"
        );
        drop(held);
        assert_eq!(
            tried_elsewhere(&lock),
            "free",
            "the lock, as another process sees it, after this one has released it"
        );
    }
    let count = AtomicValue::new(AtomicU32::new(0)).ours("memory to share");
    let held = lock.acquire().expect("it is free");
    let (childs, seen) = (lock.clone(), count.clone());
    let waiter = Process::start("waiter", move || {
        let _held = childs.acquire();
        seen.load(Ordering::SeqCst)
    });
    sleep(Duration::from_millis(200));
    count.store(1, Ordering::SeqCst);
    drop(held);
    let waiter = waiter.ours("process").join();
    assert_eq!(
        waiter.ok(),
        Some(1),
        "the number that a child sees when it gets the lock, after this process has stored 1 under it"
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
        Process::start(format!("adder {number}"), add).ours("process")
    });
    for child in children {
        assert!(
            child.join().expect("it ends well"),
            "`acquire` returned an error, but no owner has died"
        );
    }
    assert_eq!(
        count.load(Ordering::Relaxed),
        8000,
        "four processes add 1 under the lock, 2000 times each, in two steps: the number at the end"
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
            "`acquire` by the owner"
        );
        let third = lock.recover().map(drop);
        assert_eq!(third, Err(LockError::AlreadyHeld), "`recover` by the owner");
        assert_eq!(tried(&lock), "AlreadyHeld", "`try_acquire` by the owner");
        let fourth = lock.acquire_timeout(waiters::AN_HOUR).map(drop);
        assert_eq!(
            fourth,
            Err(TryLockError::Lock(LockError::AlreadyHeld)),
            "`acquire_timeout` by the owner"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "held",
            "the lock after that, as another process sees it"
        );
    }
    drop(held);
    assert_eq!(
        tried_elsewhere(&lock),
        "free",
        "the lock, as another process sees it, after its release"
    );
}
