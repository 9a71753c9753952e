//! While another process has the lock, all three calls wait until it is free.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Ours, Recorded, expect_rest, may_be_looked_at};
use ipc_shared::{AtomicValue, Value};
use multiprocess::Process;

use crate::value;

/// The check holds the lock, and a child waits for it, as the lock's log and the kernel both show.
pub(crate) fn waits() {
    let recorded = Recorded::begin();
    let calls: [(&str, fn(&Value<u32>) -> bool); 3] = [
        ("get", |number| number.get() == Ok(100)),
        ("set", |number| number.set(7).is_ok()),
        ("update", |number| {
            number.update(|number| *number += 1).is_ok()
        }),
    ];
    for (name, call) in calls {
        let number = value(1_u32);
        let mut held = number.lock().expect("it is free");
        let childs = number.clone();
        let who = format!("`{name}`");
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
}

/// A child holds the lock for a while, and writes 100 just before it releases it.
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
        let has_lock = AtomicValue::new(AtomicBool::new(false)).ours("memory to share");
        let (childs, tells) = (number.clone(), has_lock.clone());
        let owner = Process::start("owner", move || {
            let mut held = childs.lock().expect("it is free");
            tells.store(true, Ordering::SeqCst);
            sleep(Duration::from_millis(200));
            *held = 100;
        });
        let owner = owner.ours("process");
        while !has_lock.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(1));
        }
        let got = call(&number);
        owner.join().expect("the child does not fail");
        assert_eq!(
            got, expected,
            "`{name}`, called while another process holds the lock and before it writes 100"
        );
        assert_eq!(number.get(), Ok(left), "the value after that `{name}`");
    }
}
