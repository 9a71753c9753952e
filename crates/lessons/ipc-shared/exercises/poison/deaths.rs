//! What the lock reports when its owner has died, and how a recovery removes the poison.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::thread;

use check::Ours;
use common::Trace;
use ipc_shared::{Lock, LockError, LockGuard};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{in_child, new, shared, tried, tried_elsewhere, until};

/// Starts a child that takes the lock by `take`, and is killed while it holds it.
pub(crate) fn dies_with(lock: &Lock, take: fn(&Lock) -> Result<LockGuard<'_>, LockError>) {
    let childs = lock.clone();
    let owner = Process::start("owner", move || {
        let taken = take(&childs);
        assert!(
            taken.is_ok(),
            "a child should take the lock and be killed while it holds it, but it could not take the lock"
        );
        // A raise of SIGKILL does not return.
        let _never_told = raise(Signal::SIGKILL);
    });
    let died = owner.ours("process").join();
    let said = died.expect_err("the child is killed").to_string();
    assert!(
        said.contains("SIGKILL"),
        "a child should take the lock and be killed while it holds it, but: {said}"
    );
}

pub(crate) fn died() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` after the owner has died"
    );
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let elsewhere = tried_elsewhere(&lock);
    assert_eq!(
        elsewhere, "Poisoned",
        "`try_acquire` in another process after the owner has died"
    );
}

/// A thread forgets its guard and ends, so no one can release the lock. Its process holds the lock, and cannot
/// recover it; for all others the owner is dead.
pub(crate) fn forgotten() {
    let lock = new();
    let childs = lock.clone();
    in_child(move || {
        let owners = childs.clone();
        let owner = thread::spawn(move || owners.acquire().map(mem::forget));
        let taken = owner.join();
        assert!(matches!(taken, Ok(Ok(()))), "the lock is free");
        let _refused = (childs.acquire().map(drop), childs.recover().map(drop));
    });
    assert_eq!(
        tried(&lock),
        "Poisoned",
        "`try_acquire`, after a thread of another process has forgotten its guard and ended, and that process \
         has called `acquire` and `recover`, which are errors there"
    );
}

pub(crate) fn stays() {
    let (lock, stage) = (new(), shared());
    let (childs, told) = (lock.clone(), stage.clone());
    // It sees what is in shared memory, but nothing that this process stores later in its own memory.
    let earlier = Process::start("earlier", move || {
        until(&told, 1);
        tried(&childs)
    });
    let earlier = earlier.ours("process");
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
        "`try_acquire`, after that, in a process that was started before the death: every process should \
         see the poison"
    );
}

pub(crate) fn free() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let _refused = lock.acquire().map(drop);
    let elsewhere = tried_elsewhere(&lock);
    assert_ne!(elsewhere, "held", "the lock elsewhere, after a refusal");
    let childs = lock.clone();
    let is_recovered = in_child(move || childs.recover().is_ok());
    assert!(
        is_recovered,
        "the lock was refused here, and another process cannot recover it"
    );
    // The owner of a lock keeps its memory mapped, even after the last handle is dropped.
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
        "shared mappings of this process after a lock was refused, and its last handle dropped: if the \
         mutex is unlocked without a guard, the lock stays marked as held, and its memory stays mapped"
    );
}

/// The number of shared mappings of this process. Source: `proc_pid_maps(5)`.
fn shared_mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").ours("list of the kernel");
    let shared = maps
        .lines()
        .filter(|line| line.split(' ').nth(1).is_some_and(|it| it.ends_with('s')));
    shared.count()
}

pub(crate) fn recovers() {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let held = lock.recover();
    assert!(held.is_ok(), "`recover` failed after the owner had died");
    assert_eq!(
        tried_elsewhere(&lock),
        "held",
        "the lock, as another process sees it, while the recovering process holds it"
    );
    drop(held);
    assert_eq!(
        tried_elsewhere(&lock),
        "free",
        "the lock, as another process sees it, after the recovery"
    );
    expect_healthy(&lock, "a recovery from a death");
    // Also if `acquire` was refused before.
    dies_with(&lock, Lock::acquire);
    let _refused = lock.acquire().map(drop);
    assert!(
        lock.recover().is_ok(),
        "`recover` failed after `acquire` was refused"
    );
    expect_healthy(&lock, "a refused `acquire` and a recovery");
    unneeded();
}

/// Recoveries of a lock that is not poisoned change nothing, and a later death is still reported.
fn unneeded() {
    let lock = new();
    for _ in 0..2 {
        assert!(lock.recover().is_ok(), "`recover` failed without poison");
        expect_healthy(&lock, "`recover` of a lock that was not poisoned");
    }
    let again = [(); 2].map(|()| lock.recover().is_ok());
    assert_eq!(again, [true; 2], "whether `recover` works twice in a row");
    expect_healthy(&lock, "two recoveries in a row");
    dies_with(&lock, Lock::acquire);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` after the owner has died; the lock had been recovered before, without being poisoned"
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
            "`acquire` after the owner has died, and then the process that had recovered the lock"
        );
        assert!(lock.recover().is_ok(), "`recover` failed after two deaths");
    }
}

/// Panics while it holds the lock. The caller, or the parent of the process, gets the panic.
fn panic_with(lock: &Lock) {
    let _held = lock.acquire();
    std::panic::panic_any("a panic while the lock is held");
}

/// The panic happens in this process, and then in another one, which it ends.
pub(crate) fn panic() {
    std::panic::set_hook(Box::new(|_| ()));
    let lock = new();
    let caught = catch_unwind(AssertUnwindSafe(|| panic_with(&lock)));
    assert!(caught.is_err(), "the panic did not reach the caller");
    expect_poisoned(&lock, "a panic under the lock in this process");
    let childs = lock.clone();
    let owner = Process::start("owner", move || panic_with(&childs));
    let ended = owner.ours("process").join();
    assert!(ended.is_err(), "a child panicked, but ended well");
    expect_poisoned(&lock, "a panic under the lock in another process");
}

/// Checks that the lock is poisoned, here and in another process, and that a recovery removes the poison.
pub(crate) fn expect_poisoned(lock: &Lock, after: &str) {
    let next = lock.acquire().map(drop);
    assert_eq!(next, Err(LockError::Poisoned), "`acquire` after {after}");
    let elsewhere = tried_elsewhere(lock);
    assert_eq!(
        elsewhere, "Poisoned",
        "`try_acquire` in another process after {after}"
    );
    assert!(lock.recover().is_ok(), "`recover` failed after {after}");
    expect_healthy(lock, &format!("a recovery from {after}"));
}

/// Checks that the lock is free and not poisoned, here and in another process.
fn expect_healthy(lock: &Lock, after: &str) {
    let next = lock.acquire().map(drop);
    assert_eq!(next, Ok(()), "`acquire` after {after}");
    assert_eq!(
        tried_elsewhere(lock),
        "free",
        "the lock, as another process sees it, after {after}"
    );
}

pub(crate) fn harmless() {
    let lock = Lock::without_poison(Trace::named("a lock")).ours("memory to share");
    for _ in 0..2 {
        dies_with(&lock, Lock::acquire);
        assert!(
            lock.acquire().is_ok(),
            "`acquire` of a lock without poison failed after its owner had died"
        );
        expect_healthy(&lock, "the death of the owner of a lock without poison");
        dies_with(&lock, Lock::recover);
        assert!(
            lock.recover().is_ok(),
            "`recover` of a lock without poison failed after its owner had died"
        );
        expect_healthy(&lock, "a recovery of a lock without poison");
    }
}
