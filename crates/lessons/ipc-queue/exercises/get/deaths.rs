//! What other readers get when one of them is killed or panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use check::{Ours, die_at_event, expect_in_time};
use ipc_queue::Receiver;
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

use crate::{other, put, queue};

pub(crate) fn in_look() {
    let (sender, receiver) = queue();
    put(&sender, 1..=4);
    for item in 1..=4 {
        for _ in 0..2 {
            let childs = other(&receiver);
            let die = move || -> () {
                // A raise of SIGKILL does not return.
                let _never = childs.get_with(|_| _ = raise(Signal::SIGKILL));
            };
            let killed = Process::start("reader", die).ours("process");
            let _it_was_killed = killed.join();
        }
        let got = receiver.try_get();
        assert_eq!(
            got.ok(),
            Some(item),
            "the item that the next process gets after two were killed in `look`"
        );
    }
}

/// The panic happens in another process, which it ends, and then in this one, which goes on.
pub(crate) fn panic_in_look() {
    std::panic::set_hook(Box::new(|_| ()));
    let (sender, receiver) = queue();
    put(&sender, 1..=3);
    for item in 1..=3 {
        let childs = other(&receiver);
        let reader = Process::start("reader", move || panics(&childs));
        let ended = reader.ours("process").join();
        assert!(ended.is_err(), "a panic in `look` did not end its process");
        let caught = catch_unwind(AssertUnwindSafe(|| panics(&receiver)));
        let payload = caught.err();
        let text = payload.and_then(|payload| payload.downcast_ref::<&str>().copied());
        assert_eq!(
            text,
            Some(PANIC),
            "the panic that the caller of `get_with` gets when `look` panics (None: none with a text)"
        );
        let childs = other(&receiver);
        let next = Process::start("next", move || childs.try_get().ok());
        let got = next.ours("process").join();
        assert_eq!(
            got.ok().flatten(),
            Some(item),
            "the item that the next process gets after two have panicked in `look`: a panic should end the \
             turn, and leave the item in the queue"
        );
    }
    get_during_a_panic();
}

/// Gets an item while its thread panics, for another reason than this item.
struct GetsInDrop<'a>(&'a Receiver<u32>);

impl Drop for GetsInDrop<'_> {
    fn drop(&mut self) {
        let _the_item = self.0.get();
    }
}

fn get_during_a_panic() {
    let (sender, receiver) = queue();
    put(&sender, 1..=2);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _gets = GetsInDrop(&receiver);
        std::panic::panic_any(PANIC);
    }));
    assert!(caught.is_err(), "the check's own panic ends");
    assert_eq!(
        receiver.len(),
        1,
        "items that are left of 2 after a destructor has called `get` during a panic that does not come from \
         `look`"
    );
}

/// What `look` panics with.
const PANIC: &str = "a panic in `look`";

fn panics(receiver: &Receiver<u32>) {
    let _never = receiver.get_with(|_| std::panic::panic_any(PANIC));
}

/// Each event of a lock or a message is a moment at which a reader may die.
pub(crate) fn anywhere() {
    for event in 0..20 {
        let (sender, receiver) = queue();
        put(&sender, 1..=3);
        let childs = other(&receiver);
        let reader = Process::start("reader", move || {
            die_at_event(event);
            childs.get().ok()
        });
        let reader = reader.ours("process");
        let got = reader.join().ok().flatten();
        drop(sender);
        let limit = Duration::from_secs(2);
        let rest: Vec<u32> = (0..4)
            .map_while(|_| receiver.get_timeout(limit).ok())
            .collect();
        let is_whole = rest == [2, 3] || got.is_none() && rest == [1, 2, 3];
        // An item that is not there may only be late.
        expect_in_time(is_whole, || {
            format!(
                "the items are 1, 2, 3, and a reader was killed at its event {event} (it got {got:?}): \
                 the next reader got {rest:?}"
            )
        });
        if got.is_some() {
            return;
        }
    }
}
