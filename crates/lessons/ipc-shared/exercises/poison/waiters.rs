//! Processes that wait for the lock: how they wait, and their result when its owner is killed.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::{Ours, Recorded, expect_in_time, expect_rest, may_be_looked_at};
use ipc_shared::{Lock, LockError, TryLockError};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{new, said, shared, until};

pub(crate) const AN_HOUR: Duration = Duration::from_secs(3600);

/// This process has the lock, and a child waits for it. The log and the kernel show how it waits.
pub(crate) fn waits() {
    let recorded = Recorded::begin();
    let calls: [(&str, fn(&Lock) -> bool); 3] = [
        ("acquire", |lock| lock.acquire().is_ok()),
        ("recover", |lock| lock.recover().is_ok()),
        ("acquire_timeout", |lock| {
            lock.acquire_timeout(AN_HOUR).is_ok()
        }),
    ];
    for (name, call) in calls {
        let (lock, stage) = (new(), shared());
        let held = lock.acquire().expect("it is free");
        let (childs, begins, who) = (lock.clone(), stage.clone(), format!("`{name}`"));
        let child = Process::start(who.clone(), move || {
            may_be_looked_at();
            begins.store(1, Ordering::SeqCst);
            call(&childs)
        });
        let child = child.ours("process");
        until(&stage, 1);
        // The log of a wait with a limit looks the same if the mutex is polled.
        if name != "acquire_timeout" {
            recorded.expect_waits(&who);
        }
        expect_rest(child.pid(), &who);
        drop(held);
        assert_eq!(
            child.join().ok(),
            Some(true),
            "whether `{name}` got the lock after its wait"
        );
    }
}

pub(crate) fn patience() {
    let lock = new();
    let owner = owner_for_a_while(&lock);
    let now = lock.try_acquire().map(drop);
    // On a machine that pauses for long, the owner is killed before the calls.
    expect_in_time(now == Err(TryLockError::WouldBlock), || {
        format!(
            "`try_acquire` while another process holds the lock should return WouldBlock, not {now:?}"
        )
    });
    let (limit, since) = (Duration::from_millis(20), Instant::now());
    let soon = lock.acquire_timeout(limit).map(drop);
    let took = since.elapsed();
    expect_in_time(soon == Err(TryLockError::WouldBlock), || {
        format!(
            "`acquire_timeout` of 20 ms while another process holds the lock should return WouldBlock, not \
             {soon:?}"
        )
    });
    assert!(
        took >= limit,
        "`acquire_timeout` of {limit:?} gave up after {took:?}"
    );
    let later = lock.acquire_timeout(AN_HOUR).map(drop);
    let poisoned = TryLockError::Lock(LockError::Poisoned);
    assert_eq!(
        later,
        Err(poisoned),
        "`acquire_timeout` of an hour, during which the owner is killed"
    );
    let _died = owner.join();
}

/// Starts a child that takes the lock, and is killed 300 ms later while it holds it.
fn owner_for_a_while(lock: &Lock) -> Process<()> {
    let has_lock = shared();
    let (childs, tells) = (lock.clone(), has_lock.clone());
    let owner = Process::start("owner", move || {
        let _held = childs.acquire();
        tells.store(1, Ordering::SeqCst);
        sleep(Duration::from_millis(300));
        let _never_told = raise(Signal::SIGKILL);
    });
    until(&has_lock, 1);
    owner.ours("process")
}

pub(crate) fn waiting() {
    let lock = new();
    let owner = owner_for_a_while(&lock);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` while the owner holds the lock, and is then killed"
    );
    let _died = owner.join();
    let lock = new();
    let owner = owner_for_a_while(&lock);
    assert!(
        lock.recover().is_ok(),
        "`recover` failed when the owner was killed during its wait"
    );
    let _died = owner.join();
}

/// All of them wait before the lock is poisoned, and only one gets the mutex from the dead owner.
pub(crate) fn all_waiters() {
    let recorded = Recorded::begin();
    let (lock, stage) = (new(), shared());
    let (childs, tells) = (lock.clone(), stage.clone());
    let owner = Process::start("owner", move || {
        let _held = childs.acquire();
        tells.store(1, Ordering::SeqCst);
        sleep(AN_HOUR);
    });
    let owner = owner.ours("process");
    until(&stage, 1);
    let waiters = [1, 2, 3].map(|number| {
        let (lock, who) = (lock.clone(), format!("waiter {number}"));
        let waiter = Process::start(who.clone(), move || said(lock.acquire().map(drop)));
        let waiter = waiter.ours("process");
        recorded.expect_waits(&who);
        waiter
    });
    // The log shows the wait just before it begins.
    sleep(Duration::from_millis(50));
    owner.kill().expect("the owner is alive");
    let _died = owner.join();
    let got = waiters.map(|waiter| waiter.join().unwrap_or_default());
    assert_eq!(
        got, ["Poisoned"; 3],
        "the results of three processes that waited in `acquire` when the owner was killed"
    );
}
