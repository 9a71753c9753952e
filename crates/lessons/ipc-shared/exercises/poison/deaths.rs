//! What the lock says when its owner has died, and what a recovery takes away.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use common::Trace;
use ipc_shared::{Lock, LockError, LockGuard};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{in_child, new, shared, tried, tried_elsewhere, until};

/// A child takes the lock by `take`, and is killed with it.
pub(crate) fn dies_with(lock: &Lock, take: fn(&Lock) -> Result<LockGuard<'_>, LockError>) {
    let childs = lock.clone();
    let owner = Process::start("owner", move || {
        let taken = take(&childs);
        assert!(
            taken.is_ok(),
            "a child was to die with the lock, and could not take it"
        );
        // A raise of SIGKILL does not return.
        let _never_told = raise(Signal::SIGKILL);
    });
    let died = owner.expect("a process can be started").join();
    let said = died.expect_err("the child is killed").to_string();
    assert!(
        said.contains("SIGKILL"),
        "a child was to take the lock, and to be killed: {said}"
    );
}

pub(crate) fn died() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` when the owner has died"
    );
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let elsewhere = tried_elsewhere(&lock);
    assert_eq!(
        elsewhere, "Poisoned",
        "`try_acquire` in another process when the owner has died"
    );
}

pub(crate) fn stays() {
    let (lock, stage) = (new(), shared());
    let (childs, told) = (lock.clone(), stage.clone());
    // It shares with us what is in shared memory, and nothing that we note later in our own.
    let earlier = Process::start("earlier", move || {
        until(&told, 1);
        tried(&childs)
    });
    let earlier = earlier.expect("a process can be started");
    dies_with(&lock, Lock::acquire);
    for round in 1..=3 {
        let next = lock.acquire().map(drop);
        assert_eq!(
            next,
            Err(LockError::Poisoned),
            "`acquire` number {round} after a death"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "Poisoned",
            "`try_acquire` in another process"
        );
    }
    stage.store(1, Ordering::SeqCst);
    assert_eq!(
        earlier.join().ok().as_deref(),
        Some("Poisoned"),
        "`try_acquire`, after that, in a process that was started before the death: every process has to \
         see the poison"
    );
}

pub(crate) fn free() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let _refused = lock.acquire().map(drop);
    let elsewhere = tried_elsewhere(&lock);
    assert_ne!(elsewhere, "held", "the lock after it was refused here");
    let childs = lock.clone();
    let is_recovered = in_child(move || childs.recover().is_ok());
    assert!(
        is_recovered,
        "another process can recover after the lock was refused here"
    );
    // What holds a lock keeps its memory mapped, also when the last handle is dropped.
    drop(lock);
    let before = shared_mappings();
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let refused = [(); 3].map(|()| lock.acquire().is_err());
    drop(lock);
    assert_eq!(
        refused, [true; 3],
        "whether `acquire` is refused after a death"
    );
    assert_eq!(
        shared_mappings(),
        before,
        "mappings of this process after a lock was refused, and its last handle dropped: what gives the \
         mutex back without a guard leaves the lock noted as held, and its memory stays"
    );
}

/// Source: `proc_pid_maps(5)`.
fn shared_mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the kernel tells it");
    let shared = maps
        .lines()
        .filter(|line| line.split(' ').nth(1).is_some_and(|it| it.ends_with('s')));
    shared.count()
}

pub(crate) fn recovers() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let held = lock.recover();
    assert!(held.is_ok(), "`recover` when the owner has died");
    assert_eq!(
        tried_elsewhere(&lock),
        "held",
        "the lock, for another process, while it is recovered"
    );
    drop(held);
    assert_eq!(
        tried_elsewhere(&lock),
        "free",
        "the lock, for another process, when it was recovered"
    );
    expect_healthy(&lock, "a recovery from a death");
    // Also when the lock was refused before.
    dies_with(&lock, Lock::acquire);
    let _refused = lock.acquire().map(drop);
    assert!(
        lock.recover().is_ok(),
        "`recover` after `acquire` was refused"
    );
    expect_healthy(&lock, "`acquire` was refused, and the lock recovered");
    unneeded();
}

/// Recoveries of a lock that nothing has poisoned: they change nothing, and a death is noticed after them.
fn unneeded() {
    let lock = new();
    for _ in 0..2 {
        assert!(lock.recover().is_ok(), "`recover` of a lock without poison");
        expect_healthy(&lock, "`recover` of a lock without poison");
    }
    let again = [(); 2].map(|()| lock.recover().is_ok());
    assert_eq!(again, [true; 2], "`recover`, twice in a row");
    expect_healthy(&lock, "two recoveries in a row");
    dies_with(&lock, Lock::acquire);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` when the owner has died, and the lock had been recovered before without need"
    );
}

pub(crate) fn again() {
    let lock = new();
    for _ in 0..3 {
        dies_with(&lock, Lock::acquire);
        dies_with(&lock, Lock::recover);
        let next = lock.acquire().map(drop);
        assert_eq!(
            next,
            Err(LockError::Poisoned),
            "`acquire` when one process has died, and then the one that had recovered"
        );
        assert!(lock.recover().is_ok(), "`recover` after that");
    }
}

/// Panics while it holds the lock; whoever started it catches the panic.
fn panic_with(lock: &Lock) {
    let _held = lock.acquire();
    std::panic::panic_any("a panic while the lock is held");
}

/// In this process, and in another one that ends by it.
pub(crate) fn panic() {
    std::panic::set_hook(Box::new(|_| ()));
    let lock = new();
    let caught = catch_unwind(AssertUnwindSafe(|| panic_with(&lock)));
    assert!(caught.is_err(), "the panic goes on to the caller");
    expect_poisoned(&lock, "a panic under the lock in this process");
    let childs = lock.clone();
    let owner = Process::start("owner", move || panic_with(&childs));
    let ended = owner.expect("a process can be started").join();
    assert!(ended.is_err(), "a child panics while it holds the lock");
    expect_poisoned(&lock, "a panic under the lock in another process");
}

/// The lock is poisoned, here and elsewhere, and a recovery takes the poison away.
fn expect_poisoned(lock: &Lock, after: &str) {
    let next = lock.acquire().map(drop);
    assert_eq!(next, Err(LockError::Poisoned), "`acquire` after {after}");
    let elsewhere = tried_elsewhere(lock);
    assert_eq!(
        elsewhere, "Poisoned",
        "`try_acquire` in another process after {after}"
    );
    assert!(lock.recover().is_ok(), "`recover` after {after}");
    expect_healthy(lock, &format!("a recovery from {after}"));
}

/// The lock is free and without poison, here and elsewhere.
fn expect_healthy(lock: &Lock, after: &str) {
    let next = lock.acquire().map(drop);
    assert_eq!(next, Ok(()), "`acquire` after {after}");
    assert_eq!(
        tried_elsewhere(lock),
        "free",
        "the lock, for another process, after {after}"
    );
}

pub(crate) fn harmless() {
    let lock = Lock::without_poison(Trace::named("a lock")).expect("there is memory to share");
    for _ in 0..2 {
        dies_with(&lock, Lock::acquire);
        assert!(
            lock.acquire().is_ok(),
            "`acquire` of a lock that nothing poisons"
        );
        assert_eq!(
            tried_elsewhere(&lock),
            "free",
            "such a lock, for another process"
        );
    }
}
