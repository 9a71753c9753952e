//! What a join and a drop do, for each way in which a thread can end.

use std::any::Any;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use check::{Check, main as judge, numbers, words};
use threads::{JoinError, Thread, start};

mod gate;
mod lines;
mod stacks;

use gate::expect_to_wait;

/// The limit of each check: a body may never return.
const LIMIT: Duration = Duration::from_secs(10);
/// Long enough to show that an answer does not wait; an answer that waits is right however short it is.
const A_LITTLE: Duration = Duration::from_millis(300);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

/// The number of panics of this process so far, including those that were caught.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, SeqCst);
        before(info);
    }));
}

fn main() -> ExitCode {
    count_panics();
    judge(
        "threads/join",
        &[
            check("value", "join returns the value of the function", value),
            check("waits", "join waits for the end of the thread", waits),
            check(
                "panic",
                "for a panicked thread, join returns its name and the text of the panic",
                panics,
            ),
            check(
                "itself",
                "a thread that joins itself gets an error, and no other thread does",
                itself,
            ),
            check("drop", "dropping a handle waits for the thread", dropped),
            check(
                "own-drop",
                "a thread that drops its own handle goes on",
                own_drop,
            ),
            check(
                "stacks",
                "dropping or joining a handle leaks no stack, value or panic, even in its own thread",
                stacks::leaves_nothing,
            ),
            Check::new("lines", "no line of a thread is lost", lines::lines),
            Check::new(
                "asleep",
                "a thread that waits sleeps, without a time limit",
                lines::asleep,
            ),
        ],
    )
}

/// Starts a thread with this name.
fn started<T: Send + 'static>(
    name: &str,
    function: impl FnOnce() -> T + Send + 'static,
) -> Thread<T> {
    // Threads or stacks that an answer leaves may have used it up, so this is a fault of its own.
    start(name, function).expect("there is room for a thread")
}

fn joins<T: PartialEq + Debug + Send + 'static>(value: T, same: &T) {
    let thread = started("Thread_1", move || value);
    let joined = thread.join();
    assert!(
        joined.as_ref() == Ok(same),
        "the function returned {same:?}, but join returned {joined:?}"
    );
}

fn value() {
    let number = numbers("value", 1, 2..=1000)[0];
    joins(number, &number);
    let list = words("value", 3);
    joins(list.clone(), &list);
    joins((), &());
    // Each of several threads has its own value, whatever the order of the joins.
    let threads: Vec<_> = (0..4)
        .map(|one| started("worker", move || number * one))
        .collect();
    for (one, thread) in threads.into_iter().enumerate().rev() {
        assert_eq!(
            thread.join(),
            Ok(number * one),
            "the value of a thread, when four threads are joined from the last to the first"
        );
    }
}

fn waits() {
    expect_to_wait("join", |thread| assert_eq!(thread.join(), Ok(7), "join"));
    // Other threads that still run do not delay a join.
    let (open, gate) = mpsc::channel::<()>();
    let other = started("other", move || _ = gate.recv());
    joins(1, &1);
    drop(open);
    assert_eq!(
        other.join(),
        Ok(()),
        "join of a thread after another thread was joined"
    );
}

/// Starts a thread that calls `panic`, and joins it in another thread.
fn joined_after(name: &str, panic: Box<dyn FnOnce() + Send>) -> Result<(), JoinError> {
    let ended = thread::scope(|scope| {
        let name = name.to_owned();
        scope.spawn(move || started(&name, panic).join()).join()
    });
    ended.unwrap_or_else(|panic: Box<dyn Any + Send>| {
        let text = common::panic_text(&*panic);
        check::fault(format!(
            "A thread has panicked, and the thread that joins it panics, too: {text}"
        ))
    })
}

fn panics() {
    let word = words("panic", 1).remove(0);
    let name = format!("Thread_{word}");
    let (owned, whole) = (word.clone(), format!("no more {word}"));
    let long = format!("  no more {word},\n\nand so on: {}\n ", "é".repeat(5_000));
    let same = long.clone();
    let cases: [(Box<dyn FnOnce() + Send>, String); 4] = [
        (Box::new(|| panic!("no more")), "no more".to_owned()),
        (Box::new(move || panic!("no more {owned}")), whole),
        (Box::new(move || panic!("{same}")), long),
        (
            Box::new(|| panic_any(7)),
            common::panic_text(&7_i32 as &(dyn Any + Send)),
        ),
    ];
    for (panic, text) in cases {
        let expected = JoinError::Panicked {
            thread: name.clone(),
            message: text,
        };
        assert_eq!(
            joined_after(&name, panic),
            Err(expected),
            "the result of join for a panicked thread"
        );
    }
}

/// Starts a thread that does `act` with its own handle, and returns the result; `None` if the thread
/// panicked, even if the panic was caught.
fn with_its_own<R: Send + 'static>(
    act: impl FnOnce(Thread<()>) -> R + Send + 'static,
) -> Option<R> {
    let panics = PANICS.load(SeqCst);
    let (give, given) = mpsc::channel::<Thread<()>>();
    let (tell, told) = mpsc::channel();
    let thread = started("Thread_1", move || {
        let itself = given.recv().expect("it is given its handle");
        let _is_waited_for = tell.send(act(itself));
    });
    let _is_waited_for = give.send(thread);
    let told = told.recv().ok();
    told.filter(|_| PANICS.load(SeqCst) == panics)
}

fn itself() {
    let thread = "Thread_1".to_owned();
    match with_its_own(Thread::join) {
        Some(joined) => assert_eq!(
            joined,
            Err(JoinError::Itself { thread }),
            "the result of join in a thread that joins itself"
        ),
        None => check::fault("A thread that joined itself panicked."),
    }
    let other = started("Thread_1", || 7);
    assert_eq!(
        started("Thread_1", move || other.join()).join(),
        Ok(Ok(7)),
        "a thread joins another thread with the same name"
    );
}

/// A panic that drops a handle, and that no hook reports.
fn drop_by_a_panic<T>(thread: Thread<T>) {
    let _thread = thread;
    resume_unwind(Box::new(()));
}

/// Drops a handle by a panic, and goes on.
fn drop_by_a_caught_panic<T>(thread: Thread<T>) {
    let _caught = catch_unwind(AssertUnwindSafe(|| drop_by_a_panic(thread)));
}

fn dropped() {
    expect_to_wait("the drop of a handle", drop);
    expect_to_wait("the drop of a handle by a panic", drop_by_a_caught_panic);
    // A drop does not pass the panic of its thread on.
    for text in ["no more", "again"] {
        let panics = PANICS.load(SeqCst);
        drop(started("Thread_1", move || {
            if !text.is_empty() {
                panic!("{text}");
            }
        }));
        assert_eq!(
            PANICS.load(SeqCst) - panics,
            1,
            "the number of panics after a thread has panicked and its handle was dropped"
        );
    }
    // One handle after the other.
    let done = Arc::new(Mutex::new(Vec::new()));
    for number in 0..5 {
        let done = Arc::clone(&done);
        drop(started("Thread_1", move || {
            done.lock().expect("it never panics").push(number);
        }));
    }
    let done = done.lock().expect("it never panics").clone();
    assert_eq!(
        done,
        [0, 1, 2, 3, 4],
        "the order of five threads, where each handle is dropped before the next thread starts"
    );
}

fn own_drop() {
    if with_its_own(drop).is_none() {
        check::fault("A thread that dropped its own handle panicked.");
    }
    let panics = PANICS.load(SeqCst);
    let _ended_by_its_panic = with_its_own(drop_by_a_panic);
    assert_eq!(
        PANICS.load(SeqCst) - panics,
        0,
        "the number of panics after the one that has dropped a thread's own handle"
    );
    expect_to_wait(
        "the drop of a handle by another thread with the same name",
        |thread| {
            let dropped = started("Thread_1", move || drop(thread)).join();
            assert_eq!(dropped, Ok(()), "the thread that has dropped the handle");
        },
    );
}
