//! A lock whose owner dies is free, and says so until it is recovered.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Check, main as judge};
use common::{Settings, Trace};
use ipc_shared::{AtomicValue, Lock, LockError, LockGuard, TryLockError};
use multiprocess::{Outcome, Process};
use nix::sys::signal::{Signal, raise};

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
            Check::new("died", "who comes after a dead owner gets an error", died).within(limit),
            Check::new(
                "stays",
                "the error stays, for every process, until one recovers",
                stays,
            )
            .within(limit),
            Check::new("free", "where the lock is refused it is free", free).within(limit),
            Check::new(
                "recovers",
                "who recovers has the lock, and takes the poison away",
                recovers,
            )
            .within(limit),
            Check::new(
                "no-gap",
                "between a death and the recovery no process gets the lock without an error",
                no_gap,
            )
            .within(limit),
            Check::new("again", "a second death poisons it again", again).within(limit),
            Check::new(
                "waiting",
                "who waits for an owner that is killed goes on",
                waiting,
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
                harmless,
            )
            .within(limit),
            Check::new(
                "patience",
                "who does not wait, or not for long, gets an answer",
                patience,
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

/// What another process gets that does not wait.
fn tried_elsewhere(lock: &Lock) -> String {
    let lock = lock.clone();
    in_child(move || match lock.try_acquire() {
        Ok(_) => "free".to_owned(),
        Err(TryLockError::WouldBlock) => "held".to_owned(),
        Err(TryLockError::Lock(error)) => format!("{error:?}"),
        Err(_) => "another error".to_owned(),
    })
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

fn died() {
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

fn stays() {
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

fn free() {
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
}

fn recovers() {
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
fn no_gap() {
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

fn again() {
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
fn owner_for_a_while(lock: &Lock) -> Process<()> {
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

fn waiting() {
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

fn harmless() {
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

fn patience() {
    let lock = new();
    let owner = owner_for_a_while(&lock);
    let now = lock.try_acquire().map(drop);
    assert_eq!(
        now,
        Err(TryLockError::WouldBlock),
        "`try_acquire` while another process has it"
    );
    let soon = lock.acquire_timeout(Duration::from_millis(20)).map(drop);
    assert_eq!(
        soon,
        Err(TryLockError::WouldBlock),
        "`acquire_timeout` of 20 ms, meanwhile"
    );
    let later = lock.acquire_timeout(Duration::from_secs(3600)).map(drop);
    let poisoned = TryLockError::Lock(LockError::Poisoned);
    assert_eq!(
        later,
        Err(poisoned),
        "`acquire_timeout` of an hour, when the owner was killed"
    );
    let _died = owner.join();
}
