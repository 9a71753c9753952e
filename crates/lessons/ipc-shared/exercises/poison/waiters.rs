//! Processes that wait for the lock: how they wait, and their result when its owner is killed.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::{
    Ours, Recorded, Used, expect_in_time, expect_rest, may_be_looked_at, sleeps_besides, sleeps_on,
    use_of,
};
use ipc_shared::{Lock, LockError, TryLockError};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{Shared, new, said, shared, until};

pub(crate) const AN_HOUR: Duration = Duration::from_secs(3600);

/// The calls that wait, and whether each got the lock.
const CALLS: [(&str, fn(&Lock) -> bool); 3] = [
    ("acquire", |lock| lock.acquire().is_ok()),
    ("recover", |lock| lock.recover().is_ok()),
    ("acquire_timeout", |lock| {
        lock.acquire_timeout(AN_HOUR).is_ok()
    }),
];

/// This process has the lock, and a child waits for it. The log and the kernel show how it waits.
pub(crate) fn waits() {
    let recorded = Recorded::begin();
    for (name, call) in CALLS {
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

/// A child has the lock, and this process waits for it: it sleeps only in the wait, and the release wakes it.
pub(crate) fn woken() {
    let recorded = Recorded::begin();
    for (name, call) in CALLS {
        let lock = new();
        let (holder, stage) = holder(&lock, Duration::from_millis(300));
        stage.store(2, Ordering::SeqCst);
        let (is_taken, sleeps_besides) = sleeps_besides(&recorded, || call(&lock));
        assert!(is_taken, "`{name}` did not get the lock after its wait");
        assert!(
            !sleeps_besides,
            "`{name}` has to wait for the lock, but slept before or after its wait: it should sleep only until \
             the lock is free"
        );
        let _ended = holder.join();
        let (holder, stage) = self::holder(&lock, Duration::ZERO);
        let release = move || {
            stage.store(2, Ordering::SeqCst);
            until(&stage, 3);
        };
        let (is_taken, sleeps_on) = sleeps_on(|| call(&lock), release);
        assert!(is_taken, "`{name}` did not get the lock after its wait");
        assert!(
            !sleeps_on,
            "the lock is free, but `{name}` sleeps on: it polls, and tries again only when its pause is over"
        );
        let _ended = holder.join();
    }
}

/// Starts a child that takes the lock (stage 1), waits until it is told to release it (2), and does so after
/// a pause (3).
fn holder(lock: &Lock, pause: Duration) -> (Process<()>, Shared) {
    let stage = shared();
    let (childs, told) = (lock.clone(), stage.clone());
    let holder = Process::start("holder", move || {
        let held = childs.acquire();
        told.store(1, Ordering::SeqCst);
        until(&told, 2);
        sleep(pause);
        drop(held);
        told.store(3, Ordering::SeqCst);
    });
    until(&stage, 1);
    (holder.ours("process"), stage)
}

/// How much later than its limit a call may return.
const MOST_LATE: Duration = Duration::from_millis(50);

/// On a busy machine a call may return late, so it is enough if one of three returns in time.
pub(crate) fn patience() {
    let lock = new();
    let owner = owner_for_a_while(&lock, Duration::from_millis(900));
    let never_sleeps = (0..3).any(|_| tries(&lock).sleeps == 0);
    assert!(
        never_sleeps,
        "`try_acquire` sleeps while another process holds the lock: it should not wait"
    );
    let limit = Duration::from_millis(20);
    let is_in_time = (0..3).any(|_| gives_up_after(&lock, limit) < limit + MOST_LATE);
    expect_in_time(is_in_time, || {
        format!(
            "In each of three calls, `acquire_timeout` of {limit:?} gave up more than {MOST_LATE:?} after its \
             limit."
        )
    });
    let later = lock.acquire_timeout(AN_HOUR).map(drop);
    let poisoned = TryLockError::Lock(LockError::Poisoned);
    assert_eq!(
        later,
        Err(poisoned),
        "`acquire_timeout` of an hour, during which the owner is killed"
    );
    let _died = owner.join();
}

/// Tries to take the lock, which another process holds.
fn tries(lock: &Lock) -> Used {
    let (now, used) = use_of(|| lock.try_acquire().map(drop));
    // On a machine that pauses for long, the owner is killed before the calls.
    expect_in_time(now == Err(TryLockError::WouldBlock), || {
        format!(
            "`try_acquire` while another process holds the lock should return WouldBlock, not {now:?}"
        )
    });
    used
}

/// The duration of a call with this limit, while another process holds the lock.
fn gives_up_after(lock: &Lock, limit: Duration) -> Duration {
    let since = Instant::now();
    let soon = lock.acquire_timeout(limit).map(drop);
    let took = since.elapsed();
    expect_in_time(soon == Err(TryLockError::WouldBlock), || {
        format!(
            "`acquire_timeout` of {limit:?} while another process holds the lock should return WouldBlock, not \
             {soon:?}"
        )
    });
    assert!(
        took >= limit,
        "`acquire_timeout` of {limit:?} gave up after {took:?}"
    );
    took
}

/// Starts a child that takes the lock, and is killed after this time while it holds it.
fn owner_for_a_while(lock: &Lock, time: Duration) -> Process<()> {
    let has_lock = shared();
    let (childs, tells) = (lock.clone(), has_lock.clone());
    let owner = Process::start("owner", move || {
        let _held = childs.acquire();
        tells.store(1, Ordering::SeqCst);
        sleep(time);
        let _never_told = raise(Signal::SIGKILL);
    });
    until(&has_lock, 1);
    owner.ours("process")
}

pub(crate) fn waiting() {
    let (lock, time) = (new(), Duration::from_millis(300));
    let owner = owner_for_a_while(&lock, time);
    let next = lock.acquire().map(drop);
    assert_eq!(
        next,
        Err(LockError::Poisoned),
        "`acquire` while the owner holds the lock, and is then killed"
    );
    let _died = owner.join();
    let lock = new();
    let owner = owner_for_a_while(&lock, time);
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
