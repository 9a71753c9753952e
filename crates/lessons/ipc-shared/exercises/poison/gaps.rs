//! Between a death and the recovery: no process may get the lock without an error, even after a second death.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use check::{Ours, die_at_event};
use common::{Kind, Settings, observe};
use ipc_shared::Lock;
use multiprocess::Process;

use crate::deaths::{dies_with, expect_poisoned};
use crate::{Shared, new, said, shared, until};

pub(crate) fn no_gap() {
    in_a_recovery();
    in_a_refusal();
    in_any_order();
}

thread_local! {
    /// At which events the other process of [`other_gets`] has to try the lock, and the stage: odd when it
    /// has to.
    static ASKED: RefCell<Option<(fn(Kind) -> bool, Shared)>> = const { RefCell::new(None) };
}

/// The stage at which the other process ends; it is odd.
const OVER: u32 = 1001;

/// Whenever `call` records such an event, another process tries to take the lock. Returns whether it got it
/// once.
fn other_gets(lock: &Lock, at: fn(Kind) -> bool, call: impl FnOnce()) -> bool {
    let (childs, stage) = (lock.clone(), shared());
    let told = stage.clone();
    let asks = move || {
        let mut is_got = false;
        for asked in (1..OVER).step_by(2) {
            until(&told, asked);
            if told.load(Ordering::SeqCst) == OVER {
                break;
            }
            is_got |= childs.try_acquire().is_ok();
            told.store(asked + 1, Ordering::SeqCst);
        }
        is_got
    };
    let other = Process::start("other", asks).ours("process");
    observe(lets_other_ask);
    ASKED.set(Some((at, stage.clone())));
    call();
    ASKED.set(None);
    stage.store(OVER, Ordering::SeqCst);
    other.join().expect("the other process does not fail")
}

fn lets_other_ask(kind: Kind, _: &str, _: Arguments<'_>) {
    ASKED.with_borrow(|asked| {
        if let Some((at, stage)) = asked
            && at(kind)
        {
            let asked = stage.fetch_add(1, Ordering::SeqCst) + 1;
            until(stage, asked + 1);
        }
    });
}

/// A lock whose owner has died, and which was refused once.
fn refused_once() -> Lock {
    let lock = new();
    dies_with(&lock, Lock::acquire);
    let refused = said(lock.acquire().map(drop));
    assert_eq!(refused, "Poisoned", "`acquire` after the owner has died");
    lock
}

/// Another process tries to take the lock whenever `recover` is about to wait for it.
fn in_a_recovery() {
    let lock = refused_once();
    let is_got = other_gets(&lock, Kind::is_wait, || {
        let held = lock.recover();
        assert!(held.is_ok(), "`recover` failed after the owner had died");
    });
    assert!(
        !is_got,
        "`recover` was called after a death. Before it had the lock, another process got the lock without an \
         error. Take the lock first, then remove the poison, and keep the lock."
    );
}

/// Another process tries to take the lock while it is held for a moment in order to be refused.
fn in_a_refusal() {
    let lock = refused_once();
    let is_got = other_gets(
        &lock,
        |kind| kind == Kind::Acquire,
        || {
            let refused = said(lock.acquire().map(drop));
            assert_eq!(
                refused, "Poisoned",
                "`acquire` of a poisoned lock, which another process tries to take meanwhile"
            );
        },
    );
    assert!(
        !is_got,
        "Another process got a poisoned lock without an error, while `acquire` was refused here."
    );
    expect_poisoned(
        &lock,
        "a death, and an attempt to take the lock while another process was refused",
    );
}

/// Other processes poll the lock, and each event of the lock may take the processor away from the
/// process that records it.
fn in_any_order() {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: Some(1),
        record: None,
    };
    common::begin("owner", &settings).ours("recording");
    for _ in 0..10 {
        let (lock, mended) = (new(), shared());
        dies_with(&lock, Lock::acquire);
        let others = [1, 2, 3].map(|number| {
            let (lock, mended) = (lock.clone(), mended.clone());
            let look = move || loop {
                match lock.acquire() {
                    Ok(_held) => return mended.load(Ordering::SeqCst),
                    Err(_) => sleep(Duration::from_micros(100)),
                }
            };
            Process::start(format!("other {number}"), look).ours("process")
        });
        let held = lock.recover().expect("a lock can be recovered");
        mended.store(1, Ordering::SeqCst);
        drop(held);
        for other in others {
            assert_eq!(
                other.join().ok(),
                Some(1),
                "whether the value was repaired (1) when another process got the lock without an error"
            );
        }
    }
}

/// More than the number of events in a call that takes a poisoned lock, and in the release after it.
const MOST_EVENTS: u32 = 50;

/// After a death, the next process is killed at each event of its `acquire` or `recover`, and of the release
/// after it: before it has the mutex, while it has it, or when it has already removed the poison.
pub(crate) fn second_death() {
    let calls: [(&str, fn(&Lock)); 2] = [
        ("acquire", |lock| drop(lock.acquire())),
        ("recover", |lock| drop(lock.recover())),
    ];
    for (name, call) in calls {
        for event in 0..MOST_EVENTS {
            let (lock, stage) = (new(), shared());
            dies_with(&lock, Lock::acquire);
            let (childs, tells) = (lock.clone(), stage.clone());
            let next = Process::start("next", move || {
                die_at_event(event);
                call(&childs);
                tells.store(1, Ordering::SeqCst);
            });
            let _died = next.ours("process").join();
            if stage.load(Ordering::SeqCst) == 1 {
                // It had fewer events.
                break;
            }
            let after = format!(
                "the death of the owner, and of the next process in its `{name}` (at its event {event})"
            );
            expect_poisoned(&lock, &after);
        }
    }
}
