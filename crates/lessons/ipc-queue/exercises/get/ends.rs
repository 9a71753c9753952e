//! What a reader gets when there is no item, no sender, or no receiver of its own.

use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use check::Ours;
use ipc_queue::{GetError, Receiver, Sender};
use multiprocess::Process;

use crate::waits::{AN_HOUR, try_get_is_empty_at_once};
use crate::{comes, put, queue, shared};

/// How many naps a helper waits before it puts an item, for a call that waits for one although it must not.
const NAPS: u32 = 3000;

pub(crate) fn end() {
    let (sender, receiver) = queue();
    empty(&sender, &receiver);
    put(&sender, [8]);
    drop(sender);
    assert_eq!(receiver.get().ok(), Some(8), "the last item");
    for _ in 0..2 {
        for (how, got) in each_way(&receiver) {
            assert!(
                matches!(got, Err(GetError::Disconnected)),
                "every sender has gone and no item is left: `{how}` should return Disconnected, not {got:?}"
            );
        }
    }
    not_held();
}

/// A call that waits without a limit gets an item late, so that the check can say what it should return.
fn empty(sender: &Sender<u32>, receiver: &Receiver<u32>) {
    let (others, stage) = (sender.try_clone().ours("descriptor"), shared());
    let told = stage.clone();
    let puts_late = move || {
        if !comes(&told, 1, NAPS) {
            put(&others, [0]);
        }
    };
    let helper = Process::start("helper", puts_late).ours("process");
    are_empty(sender, receiver);
    stage.store(1, Ordering::SeqCst);
    helper.join().expect("a helper ends by itself");
}

fn are_empty(sender: &Sender<u32>, receiver: &Receiver<u32>) {
    try_get_is_empty_at_once(receiver, "the queue is empty");
    let empty = |got: Result<u32, GetError>| matches!(got, Err(GetError::Empty));
    for _ in 0..2 {
        assert!(
            empty(receiver.try_get()),
            "`try_get` of an empty queue should return Empty"
        );
        let limit = Duration::from_millis(120);
        let begun = Instant::now();
        assert!(
            empty(receiver.get_timeout(limit)),
            "`get_timeout` of an empty queue should return Empty"
        );
        let took = begun.elapsed();
        assert!(took >= limit, "its limit was {limit:?}, it took {took:?}");
        put(sender, [7]);
        assert_eq!(receiver.get().ok(), Some(7), "an item that came after that");
    }
}

/// The results of the ways to get an item.
fn each_way<T: common::Message>(
    receiver: &Receiver<T>,
) -> [(&'static str, Result<T, GetError>); 3] {
    [
        ("get", receiver.get()),
        ("try_get", receiver.try_get()),
        ("get_timeout", receiver.get_timeout(AN_HOUR)),
    ]
}

/// A process that was not given the receiver.
fn not_held() {
    let (sender, receiver) = queue::<u32>();
    put(&sender, [9]);
    let shared = Rc::new(receiver);
    let childs = Rc::clone(&shared);
    let are_errors = move || {
        let got = each_way(&childs);
        got.map(|(_, got)| matches!(got, Err(GetError::NotHeld)))
            .to_vec()
    };
    let child = Process::start("child", are_errors).ours("process");
    assert_eq!(
        child.join().expect("it does not panic"),
        [true; 3],
        "the receiver stayed with the parent: whether `get`, `try_get` and `get_timeout` of a child return \
         NotHeld"
    );
    assert_eq!(shared.get().ok(), Some(9), "`get` in the parent");
}
