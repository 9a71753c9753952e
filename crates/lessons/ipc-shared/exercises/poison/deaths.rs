//! What the lock says when its owner has died, and what a recovery takes away.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use common::{Settings, Trace};
use ipc_shared::{AtomicValue, Lock, LockError, LockGuard};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{in_child, new, tried_elsewhere};

/// A child takes the lock by `take`, and is killed with it.
fn dies_with(lock: &Lock, take: fn(&Lock) -> Result<LockGuard<'_>, LockError>) {
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
    let lock = new();
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
    assert!(lock.acquire().is_ok(), "`acquire` when it was recovered");
    // Also when no owner has died, or when the lock was refused before.
    assert!(new().recover().is_ok(), "`recover` of a new lock");
    dies_with(&lock, Lock::acquire);
    let _refused = lock.acquire().map(drop);
    assert!(
        lock.recover().is_ok(),
        "`recover` after `acquire` was refused"
    );
    assert!(lock.acquire().is_ok(), "`acquire` after that");
}

/// Others ask again and again, and each event of the lock may take the processor away from who
/// records it.
pub(crate) fn no_gap() {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: Some(1),
        record: None,
    };
    common::begin("owner", &settings).expect("nothing is recorded");
    for _ in 0..10 {
        let lock = new();
        let mended = AtomicValue::new(AtomicU32::new(0)).expect("there is memory to share");
        dies_with(&lock, Lock::acquire);
        let others = [1, 2, 3].map(|number| {
            let (lock, mended) = (lock.clone(), mended.clone());
            let look = move || loop {
                match lock.acquire() {
                    Ok(_held) => return mended.load(Ordering::SeqCst),
                    Err(_) => sleep(Duration::from_micros(100)),
                }
            };
            Process::start(format!("other {number}"), look).expect("a process can be started")
        });
        let held = lock.recover().expect("a lock can be recovered");
        mended.store(1, Ordering::SeqCst);
        drop(held);
        for other in others {
            assert_eq!(
                other.join().ok(),
                Some(1),
                "whether all was mended when another process got the lock without an error"
            );
        }
    }
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

/// Starts a child that has the lock, and is killed with it a little later.
pub(crate) fn owner_for_a_while(lock: &Lock) -> Process<()> {
    let has_lock = AtomicValue::new(AtomicU32::new(0)).expect("there is memory to share");
    let (childs, tells) = (lock.clone(), has_lock.clone());
    let owner = Process::start("owner", move || {
        let _held = childs.acquire();
        tells.store(1, Ordering::SeqCst);
        sleep(Duration::from_millis(300));
        let _never_told = raise(Signal::SIGKILL);
    });
    while has_lock.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(1));
    }
    owner.expect("a process can be started")
}

pub(crate) fn waiting() {
    let lock = new();
    let owner = owner_for_a_while(&lock);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` while the owner has it, and is then killed"
    );
    let _died = owner.join();
    let lock = new();
    let owner = owner_for_a_while(&lock);
    assert!(
        lock.recover().is_ok(),
        "`recover` while the owner has it, and is then killed"
    );
    let _died = owner.join();
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
