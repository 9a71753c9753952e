//! A lock whose owner dies is free, and says so until it is recovered.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::{Check, Recorded, expect_rest, main as judge, may_be_looked_at};
use ipc_shared::{AtomicValue, Lock, LockError, TryLockError};
use multiprocess::{Outcome, Process};

mod deaths;

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
                "no-gap",
                "between a death and the recovery no process gets the lock without an error",
                deaths::no_gap,
            )
            .within(limit),
            Check::new("again", "a second death poisons it again", deaths::again).within(limit),
            Check::new(
                "waiting",
                "who waits for an owner that is killed goes on",
                deaths::waiting,
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
                "waits",
                "who waits for it sleeps until it is free, and does not ask",
                waits,
            )
            .within(2 * limit),
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

/// We have the lock, and a child waits for it: by what the lock records, and the kernel tells.
fn waits() {
    let recorded = Recorded::begin();
    let calls: [(&str, fn(&Lock) -> bool); 2] = [
        ("acquire", |lock| lock.acquire().is_ok()),
        ("recover", |lock| lock.recover().is_ok()),
    ];
    for (name, call) in calls {
        let lock = new();
        let held = lock.acquire().expect("it is free");
        let (childs, who) = (lock.clone(), format!("`{name}`"));
        let child = Process::start(who.clone(), move || {
            may_be_looked_at();
            call(&childs)
        });
        let child = child.expect("a process can be started");
        recorded.expect_waits(&who);
        expect_rest(child.pid(), &who);
        drop(held);
        assert_eq!(
            child.join().ok(),
            Some(true),
            "whether `{name}`, which had to wait, has got the lock"
        );
    }
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

fn patience() {
    let lock = new();
    let owner = deaths::owner_for_a_while(&lock);
    let now = lock.try_acquire().map(drop);
    assert_eq!(
        now,
        Err(TryLockError::WouldBlock),
        "`try_acquire` while another process has it"
    );
    let (limit, since) = (Duration::from_millis(20), Instant::now());
    let soon = lock.acquire_timeout(limit).map(drop);
    let took = since.elapsed();
    assert_eq!(
        soon,
        Err(TryLockError::WouldBlock),
        "`acquire_timeout` of 20 ms, meanwhile"
    );
    assert!(
        took >= limit,
        "`acquire_timeout` of {limit:?} gave up after {took:?}"
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
