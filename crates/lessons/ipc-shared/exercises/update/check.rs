//! A change under the lock is one step: no other process comes in between, and when the lock is refused,
//! nothing is changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use check::{Check, Ours, main as judge};
use common::{Kind, Settings, observe};
use ipc_shared::{Lock, LockError, TryLockError, Value};
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

mod waits;

fn main() -> ExitCode {
    let limit = Duration::from_secs(5);
    judge(
        "ipc-shared/update",
        &[
            Check::new("values", "all processes read what was last written", values).within(limit),
            Check::new("result", "`update` returns what the change returns", result).within(limit),
            Check::new("held", "the lock is held while the value is changed", held).within(limit),
            Check::new("once", "each call takes and releases the lock once", once).within(limit),
            Check::new("free", "the lock is free afterwards", free).within(limit),
            Check::new(
                "late",
                "all three calls get the lock when it becomes free",
                waits::late,
            )
            .within(limit),
            Check::new(
                "waits",
                "all three calls wait for the lock, and do not poll",
                waits::waits,
            )
            .within(2 * limit),
            Check::new(
                "poisoned",
                "after the owner's death, all three calls fail and change nothing",
                poisoned,
            )
            .within(limit),
            Check::new(
                "owner-dies",
                "when the owner is killed, all three calls that wait for it fail",
                waits::owner_dies,
            )
            .within(limit),
            Check::new(
                "panic",
                "a change that panics leaves the lock free and poisoned, and its panic goes on",
                panic,
            )
            .within(limit),
            Check::new(
                "twice",
                "a caller that holds the lock gets an error, and does not wait for itself",
                twice,
            )
            .within(limit),
            Check::new(
                "lost",
                "no update is lost, in whatever order processes run",
                lost,
            ),
            Check::new("one-core", "no update is lost on one core, either", lost).on_one_core(),
        ],
    )
}

fn value<T: bytemuck::AnyBitPattern + std::fmt::Debug>(value: T) -> Value<T> {
    Value::new(value).ours("memory to share")
}

fn in_child<T: common::Message>(target: impl FnOnce() -> T + 'static) -> T
where
    T: multiprocess::Outcome<Value = T>,
{
    let child = Process::start("child", target).ours("process");
    child.join().expect("the child does not fail")
}

fn values() {
    let number = value(-7_i64);
    assert_eq!(number.get(), Ok(-7), "`get` of a value that was made as -7");
    assert_eq!(number.set(12), Ok(()), "`set`");
    assert_eq!(number.get(), Ok(12), "`get` after `set(12)`");
    let child = number.clone();
    let seen = in_child(move || {
        let seen = child.get().ok();
        let set = child.set(30).is_ok() && child.update(|number| *number += 5).is_ok();
        (seen, set)
    });
    assert_eq!(
        seen,
        (Some(12), true),
        "what a child reads, and whether it could write"
    );
    assert_eq!(number.get(), Ok(35), "the child set 30 and added 5");
    let pair = value([1_u16, 2]);
    assert_eq!(pair.update(|pair| pair.swap(0, 1)), Ok(()), "`update`");
    assert_eq!(pair.get(), Ok([2, 1]), "the two are swapped");
}

fn result() {
    let number = value(3_u32);
    let before = number.update(|number| std::mem::replace(number, 4));
    assert_eq!(before, Ok(3), "the change returns the previous number");
    let text = number.update(|number| format!("it is {number}"));
    assert_eq!(text, Ok("it is 4".to_owned()), "the change returns a text");
    // The change may return anything, even an error.
    let failed: Result<Result<(), u8>, LockError> = number.update(|_| Err(9));
    assert_eq!(failed, Ok(Err(9)), "the change returns an error of its own");
}

/// Whether this thread holds the lock: then a second take is an error.
fn is_held(lock: &Lock) -> bool {
    matches!(
        lock.try_acquire(),
        Err(TryLockError::Lock(LockError::AlreadyHeld))
    )
}

fn held() {
    let lock = Lock::new().ours("memory to share");
    let number = Value::with_lock(&lock, 1_u32).ours("memory to share");
    let is_held_in = number.update(|number| {
        *number += 1;
        is_held(&lock)
    });
    assert_eq!(
        is_held_in,
        Ok(true),
        "whether the lock is held while the change is made"
    );
    assert_eq!(number.get(), Ok(2), "`get` after 1 was added to 1");
    let other = value(10_u32);
    let both = number.update(|number| other.update(|other| *number + *other));
    assert_eq!(
        both,
        Ok(Ok(12)),
        "the sum of two values, by an `update` of one inside an `update` of the other"
    );
}

/// How often a lock was taken by this process.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// If a call takes the lock twice, another process may take it in between, and die.
fn once() {
    let number = value(1_u32);
    observe(|kind, _, _| _ = TAKEN.fetch_add(usize::from(kind == Kind::Acquire), Ordering::SeqCst));
    let calls: [(&str, &dyn Fn() -> bool); 3] = [
        ("get", &|| number.get() == Ok(1)),
        ("set", &|| number.set(5).is_ok()),
        ("update", &|| number.update(|number| *number += 1).is_ok()),
    ];
    for (name, call) in calls {
        TAKEN.store(0, Ordering::SeqCst);
        assert!(call(), "`{name}` fails although the lock is free");
        assert_eq!(
            TAKEN.load(Ordering::SeqCst),
            1,
            "how often `{name}` takes the lock: between two times, another process could take it and die"
        );
    }
}

fn free() {
    let lock = Lock::new().ours("memory to share");
    let number = Value::with_lock(&lock, 1_u32).ours("memory to share");
    let calls: [(&str, &dyn Fn() -> bool); 3] = [
        ("get", &|| number.get().is_ok()),
        ("set", &|| number.set(5).is_ok()),
        ("update", &|| number.update(|number| *number += 1).is_ok()),
    ];
    for (name, call) in calls {
        assert!(call(), "`{name}` fails although the lock is free");
        assert!(
            lock.try_acquire().is_ok(),
            "the lock is not free after `{name}`"
        );
        let childs = lock.clone();
        let is_free = in_child(move || childs.try_acquire().is_ok());
        assert!(
            is_free,
            "the lock is not free for another process after `{name}`"
        );
    }
}

fn poisoned() {
    let number = value([5_u32, 6]);
    let childs = number.clone();
    let owner = Process::start("owner", move || {
        let mut held = childs.lock().expect("it is free");
        held[0] = 50;
        // A raise of SIGKILL does not return.
        let _never_told = raise(Signal::SIGKILL);
    });
    let died = owner.ours("process").join();
    assert!(died.is_err(), "the owner is killed while it has the lock");
    // Each is called twice: the error does not go away by itself.
    for _ in 0..2 {
        assert_eq!(
            number.get(),
            Err(LockError::Poisoned),
            "`get` after the owner has died"
        );
        assert_eq!(
            number.set([1, 1]),
            Err(LockError::Poisoned),
            "`set` after the owner has died"
        );
        let mut is_called = false;
        let updated = number.update(|number| {
            is_called = true;
            number[1] = 9;
        });
        assert_eq!(
            updated,
            Err(LockError::Poisoned),
            "`update` after the owner has died"
        );
        assert!(
            !is_called,
            "`update` returns an error, but calls the change all the same"
        );
    }
    let held = number.recover().expect("no process has the lock");
    assert_eq!(*held, [50, 6], "what the dead owner left, and nothing else");
}

fn panic() {
    let lock = Lock::new().ours("memory to share");
    let number = Value::with_lock(&lock, 1_u32).ours("memory to share");
    std::panic::set_hook(Box::new(|_| ()));
    let what = "a change that panics";
    let change = || number.update(|_| -> () { std::panic::panic_any(what) });
    let caught = catch_unwind(AssertUnwindSafe(change)).err();
    drop(std::panic::take_hook());
    let caught = caught.map(|payload| payload.downcast_ref::<&str>().copied());
    assert_eq!(
        caught,
        Some(Some(what)),
        "the text of the panic that reaches the caller of `update`, when the change panics with this text: \
         it should be the same panic"
    );
    assert!(
        !is_held(&lock),
        "the lock is not free after a change that has panicked"
    );
    assert_eq!(
        number.get(),
        Err(LockError::Poisoned),
        "`get` after a change that has panicked"
    );
}

fn twice() {
    let lock = Lock::new().ours("memory to share");
    let number = Value::with_lock(&lock, 1_u32).ours("memory to share");
    let _held = lock.acquire().expect("it is free");
    let held = LockError::AlreadyHeld;
    assert_eq!(number.get(), Err(held), "`get` by the holder of the lock");
    assert_eq!(number.set(3), Err(held), "`set` by the holder of the lock");
    assert_eq!(
        number.update(|number| *number),
        Err(held),
        "`update` by the holder of the lock"
    );
}

/// At each event of the lock, the process that records it may lose the processor.
fn lost() {
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: Some(1),
        record: None,
    };
    common::begin("adders", &settings).ours("recording");
    for round in 0..4 {
        let number = value(0_u32);
        let children = [1, 2, 3, 4].map(|child| {
            let number = number.clone();
            let add = move || (0..50).all(|_| number.update(|number| *number += child).is_ok());
            Process::start(format!("adder {child}"), add).ours("process")
        });
        for child in children {
            let added = child.join().expect("the child does not fail");
            assert!(added, "an `update` was an error");
        }
        assert_eq!(
            number.get(),
            Ok(500),
            "round {round}: four processes add 1, 2, 3 and 4, each 50 times"
        );
    }
}
