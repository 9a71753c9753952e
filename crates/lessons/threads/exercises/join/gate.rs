//! Threads that wait at a gate, so that it is known whether a join or a drop waits for them.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use threads::Thread;

use crate::{A_LITTLE, joins, started};

/// The work of a thread, which is done when it is dropped: it says that it begins, and waits at the gate.
struct Work {
    begin: Sender<()>,
    gate: Receiver<()>,
    has_passed: Arc<AtomicBool>,
}

impl Drop for Work {
    fn drop(&mut self) {
        let _is_heard = self.begin.send(());
        let _opened = self.gate.recv();
        // What waits for the thread has to wait for the work after the gate, too.
        thread::sleep(A_LITTLE);
        self.has_passed.store(true, SeqCst);
    }
}

thread_local! {
    /// Dropped when the function of the thread has returned.
    static AT_THE_END: Cell<Option<Work>> = const { Cell::new(None) };
}

/// Checks that `act` with the handle of a thread does not end before the thread does: neither while its
/// function runs, nor later, while a destructor of a thread-local runs.
pub(crate) fn expect_to_wait(what: &str, act: impl Fn(Thread<usize>) + Sync) {
    let act = &act;
    let [before_its_function, before_a_destructor] = thread::scope(|scope| {
        let both =
            [false, true].map(|is_at_the_end| scope.spawn(move || is_early(is_at_the_end, act)));
        both.map(|one| one.join().expect("neither a join nor a drop panics"))
    });
    assert!(
        !before_its_function,
        "{what} has returned, but the thread still runs"
    );
    assert!(
        !before_a_destructor,
        "{what} has returned, but the thread still runs: a destructor of one of its thread-locals"
    );
}

/// Starts a thread that waits at a gate, and another one that does `act` with its handle. Returns whether the
/// act ends before the thread.
fn is_early(is_at_the_end: bool, act: impl Fn(Thread<usize>) + Sync) -> bool {
    let (open, gate) = mpsc::channel();
    let (begin, begins) = mpsc::channel();
    let has_passed = Arc::new(AtomicBool::new(false));
    let work = Work {
        begin,
        gate,
        has_passed: Arc::clone(&has_passed),
    };
    let thread = started("Thread_1", move || {
        match is_at_the_end {
            true => AT_THE_END.set(Some(work)),
            false => drop(work),
        }
        7
    });
    let _has_begun = begins.recv();
    let was_early = thread::scope(|scope| {
        let actor = scope.spawn(|| {
            act(thread);
            !has_passed.load(SeqCst)
        });
        thread::sleep(A_LITTLE);
        // While it waits, other handles can be joined and dropped.
        joins(1, &1);
        drop(started("other", || ()));
        drop(open);
        actor.join()
    });
    was_early.expect("neither a join nor a drop panics")
}
