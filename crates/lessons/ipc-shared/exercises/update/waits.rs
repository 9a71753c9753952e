//! While another process has the lock, all three calls wait until it is free.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Ours, Recorded, expect_rest, may_be_looked_at, sleeps_besides};
use ipc_shared::{AtomicValue, LockError, Value, ValueGuard};
use multiprocess::Process;

use crate::value;

/// Calls that have to wait until another process has written 100, and whether each has done its work.
const CALLS: [(&str, fn(&Value<u32>) -> bool); 3] = [
    ("get", |number| number.get() == Ok(100)),
    ("set", |number| number.set(7).is_ok()),
    ("update", |number| {
        number.update(|number| *number += 1).is_ok()
    }),
];

pub(crate) fn waits() {
    let recorded = Recorded::begin();
    for (name, call) in CALLS {
        waits_at_once(&recorded, name, call);
        // A single sleep before the wait is too short to be seen from the child's parent.
        let number = value(1_u32);
        let owner = owner_for_a_while(&number);
        let (is_done, sleeps_besides) = sleeps_besides(&recorded, || call(&number));
        assert!(
            is_done,
            "`{name}`, which had to wait, has not done its work"
        );
        assert!(
            !sleeps_besides,
            "`{name}` has to wait for the lock, but slept before or after its wait: it should sleep only until \
             the lock is free"
        );
        let _ended = owner.join();
    }
}

/// The check holds the lock, and a child waits for it, as the lock's log and the kernel both show.
fn waits_at_once(recorded: &Recorded, name: &str, call: fn(&Value<u32>) -> bool) {
    let number = value(1_u32);
    let mut held = number.lock().expect("it is free");
    let (childs, who) = (number.clone(), format!("`{name}`"));
    let child = Process::start(who.clone(), move || {
        may_be_looked_at();
        call(&childs)
    });
    let child = child.ours("process");
    recorded.expect_waits(&who);
    expect_rest(child.pid(), &who);
    *held = 100;
    drop(held);
    assert_eq!(
        child.join().ok(),
        Some(true),
        "whether `{name}`, which had to wait, has done its work"
    );
}

/// Starts a child that holds the lock for a while, and writes 100 just before it releases it.
fn owner_for_a_while(number: &Value<u32>) -> Process<()> {
    owner(number, |held| {
        sleep(Duration::from_millis(200));
        **held = 100;
    })
}

/// Starts a child that takes the lock, and does `act` while it holds it.
fn owner(number: &Value<u32>, act: fn(&mut ValueGuard<'_, u32>)) -> Process<()> {
    let has_lock = AtomicValue::new(AtomicBool::new(false)).ours("memory to share");
    let (childs, tells) = (number.clone(), has_lock.clone());
    let owner = Process::start("owner", move || {
        let mut held = childs.lock().expect("it is free");
        tells.store(true, Ordering::SeqCst);
        act(&mut held);
    });
    while !has_lock.load(Ordering::SeqCst) {
        sleep(Duration::from_millis(1));
    }
    owner.ours("process")
}

/// The owner is killed in the middle of a change, while a child waits for the lock.
pub(crate) fn owner_dies() {
    let recorded = Recorded::begin();
    let calls: [(&str, fn(&Value<u32>) -> Result<(), LockError>); 3] = [
        ("get", |number| number.get().map(|_| ())),
        ("set", |number| number.set(7)),
        ("update", |number| number.update(|number| *number += 1)),
    ];
    for (name, call) in calls {
        let number = value(1_u32);
        let owner = owner(&number, |held| {
            **held = 50;
            sleep(Duration::from_secs(3600));
        });
        let (childs, who) = (number.clone(), format!("`{name}`"));
        let waiter = Process::start(who.clone(), move || format!("{:?}", call(&childs)));
        let waiter = waiter.ours("process");
        recorded.expect_waits(&who);
        // The log shows the wait just before it begins.
        sleep(Duration::from_millis(50));
        owner.kill().expect("the owner is alive");
        let _died = owner.join();
        assert_eq!(
            waiter.join().ok().as_deref(),
            Some("Err(Poisoned)"),
            "the result of `{name}`, which waited for the lock when its owner was killed"
        );
        let held = number.recover().expect("no process has the lock");
        assert_eq!(*held, 50, "what the dead owner left, and nothing else");
    }
}

/// Each call is made while another process holds the lock, and sees what that one has written.
pub(crate) fn late() {
    let calls: [(&str, fn(&Value<u32>) -> Option<u32>, Option<u32>, u32); 3] = [
        ("get", |number| number.get().ok(), Some(100), 100),
        ("set", |number| number.set(7).ok().map(|()| 7), Some(7), 7),
        (
            "update",
            |number| {
                number
                    .update(|number| {
                        *number += 1;
                        *number
                    })
                    .ok()
            },
            Some(101),
            101,
        ),
    ];
    for (name, call, expected, left) in calls {
        let number = value(1_u32);
        let owner = owner_for_a_while(&number);
        let got = call(&number);
        owner.join().expect("the child does not fail");
        assert_eq!(
            got, expected,
            "`{name}`, called while another process holds the lock and before it writes 100"
        );
        assert_eq!(number.get(), Ok(left), "the value after that `{name}`");
    }
}
