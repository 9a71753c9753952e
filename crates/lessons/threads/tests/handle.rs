//! The handle of a thread, on real threads (`tests/explore.rs` has the stand-ins).
#![cfg(not(explore))]

use std::collections::HashSet;
use std::panic::panic_any;
use std::sync::mpsc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use common::thread_name;
use crossbeam_channel::bounded;
use lesson_test::until;
use threads::{JoinError, Run, StartError, Thread, live, spawn, start};

/// The longest time that a wait in a test may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Joins within the limit; a thread that hangs fails the test, and is abandoned.
#[track_caller]
fn joined<T>(thread: Thread<T>) -> Result<T, JoinError> {
    thread.join_timeout(LIMIT).unwrap_or_else(|thread| {
        let name = thread.name().to_owned();
        std::mem::forget(thread);
        panic!("{name} still runs after {LIMIT:?}");
    })
}

/// Row T01.
#[test]
fn t01_a_function_runs_once_with_its_arguments_and_join_returns_its_value() {
    let (calls, called) = mpsc::channel();
    let add = move |a: u32, b: u32| {
        calls.send((a, b)).unwrap();
        a + b
    };
    let thread = start("adder", move || add(2, 3)).unwrap();
    assert_eq!(joined(thread), Ok(5));
    assert_eq!(called.iter().collect::<Vec<_>>(), [(2, 3)]);
}

/// Row T02. The main thread's own name is told by the lesson, see `tests/lesson.rs`.
#[test]
fn t02_a_thread_knows_its_name() {
    let thread = start("Thread_1", thread_name).unwrap();
    assert_eq!(thread.name(), "Thread_1");
    assert_eq!(joined(thread).unwrap(), "Thread_1");
}

/// Row T03.
#[test]
fn t03_threads_without_a_name_get_different_ones() {
    let names: HashSet<_> = (0..3)
        .map(|_| joined(spawn(thread_name).unwrap()).unwrap())
        .collect();
    assert_eq!(names.len(), 3);
    assert!(!names.contains(""));
}

/// They have one seed, but each has numbers of its own.
#[test]
fn threads_of_one_name_pause_differently() {
    let pause = || common::next_pause(Duration::from_secs(1));
    let pauses = [(); 4].map(|()| joined(start("worker", pause).unwrap()).unwrap());
    assert_eq!(HashSet::from(pauses).len(), 4, "{pauses:?}");
}

struct Sum {
    name: String,
    numbers: Vec<u32>,
}

impl Run for Sum {
    type Output = (String, u32);

    fn name(&self) -> &str {
        &self.name
    }

    fn run(self) -> (String, u32) {
        (thread_name(), self.numbers.iter().sum())
    }
}

/// Rows T04, X06.
#[test]
fn t04_the_run_of_a_type_works_on_its_own_data() {
    let sum = Sum {
        name: "Sum".to_owned(),
        numbers: vec![1, 2, 3],
    };
    assert_eq!(joined(sum.start().unwrap()), Ok(("Sum".to_owned(), 6)));
}

/// Row T05. Before the start there is no handle to ask, only the list.
#[test]
fn t05_a_thread_is_alive_from_its_start_to_its_end() {
    let alive = || live().contains(&"at the gate 5".to_owned());
    let (open, gate) = bounded::<()>(0);
    assert!(!alive());
    let thread = start("at the gate 5", move || gate.recv_timeout(LIMIT)).unwrap();
    assert!(thread.is_alive());
    assert!(alive());
    open.send_timeout((), LIMIT).unwrap();
    joined(thread).unwrap().unwrap();
    assert!(!alive());
}

/// Row T05, for a handle that is still there.
#[test]
fn t05_a_thread_that_has_ended_is_not_alive_before_it_is_joined() {
    let thread = start("quick", || ()).unwrap();
    until("the thread has ended", || !thread.is_alive());
    assert_eq!(joined(thread), Ok(()));
}

/// Row T06.
#[test]
fn t06_a_join_with_a_limit_returns_the_handle() {
    let (open, gate) = bounded::<()>(0);
    let thread = start("at the gate 6", move || {
        gate.recv_timeout(LIMIT).unwrap();
        42
    })
    .unwrap();
    let limit = Duration::from_millis(100);
    let since = Instant::now();
    let thread = thread.join_timeout(limit).unwrap_err();
    assert!(since.elapsed() >= limit);
    open.send_timeout((), LIMIT).unwrap();
    assert_eq!(joined(thread), Ok(42));
}

/// Rows T07, X20.
#[test]
fn t07_a_panic_is_an_error_that_holds_its_text_and_the_name_of_the_thread() {
    let number = 7;
    let threads = [
        (start::<()>("Thread_1", || panic!("boom")), "boom"),
        (start("Thread_1", move || panic!("boom {number}")), "boom 7"),
        (start("Thread_1", || panic_any(7)), "a panic without a text"),
    ];
    for (thread, text) in threads {
        let thread = thread.unwrap();
        let error = joined(thread).unwrap_err();
        let expected = JoinError::Panicked {
            thread: "Thread_1".to_owned(),
            message: text.to_owned(),
        };
        assert_eq!(error, expected);
        assert!(error.to_string().contains("Thread_1 panicked"), "{error}");
    }
}

/// Row T09.
#[test]
fn t09_a_thread_that_joins_itself_gets_an_error() {
    for limit in [None, Some(LIMIT)] {
        let (give, given) = bounded::<Thread<()>>(1);
        let (sender, result) = bounded(1);
        let thread = start("selfish", move || {
            let itself = given.recv_timeout(LIMIT).unwrap();
            let ended = match limit {
                None => itself.join(),
                Some(limit) => itself.join_timeout(limit).unwrap(),
            };
            sender.send(ended.unwrap_err()).unwrap();
        })
        .unwrap();
        give.send(thread).unwrap();
        let thread = "selfish".to_owned();
        assert_eq!(result.recv_timeout(LIMIT), Ok(JoinError::Itself { thread }));
    }
}

/// Row T09: dropping its own handle must not hang a thread either.
#[test]
fn t09_a_thread_that_drops_its_own_handle_goes_on() {
    let (give, given) = bounded::<Thread<()>>(1);
    let (sender, receiver) = bounded(1);
    let thread = start("careless", move || {
        drop(given.recv_timeout(LIMIT).unwrap());
        sender.send(()).unwrap();
    })
    .unwrap();
    give.send(thread).unwrap();
    assert_eq!(receiver.recv_timeout(LIMIT), Ok(()));
}

/// Row T12.
#[test]
fn t12_threads_alive_at_the_same_time_have_different_ids() {
    let (open, gate) = bounded::<()>(0);
    let threads: Vec<_> = (0..10)
        .map(|_| {
            let gate = gate.clone();
            spawn(move || {
                // All end at once, when `open` is dropped.
                let _closed = gate.recv_timeout(LIMIT);
                thread::current().id()
            })
            .unwrap()
        })
        .collect();
    let mut ids: HashSet<ThreadId> = threads.iter().map(Thread::id).collect();
    drop(open);
    assert_eq!(ids.len(), 10);
    for thread in threads {
        let id = thread.id();
        assert_eq!(joined(thread), Ok(id));
    }
    assert!(ids.insert(thread::current().id()));
}

/// Row T13.
#[test]
fn t13_the_list_has_a_thread_while_it_lives_and_the_main_thread_always() {
    let (open, gate) = bounded::<()>(0);
    let thread = start("listed", move || gate.recv_timeout(LIMIT)).unwrap();
    assert!(live().contains(&"listed".to_owned()));
    assert_eq!(live()[0], "MainThread");
    open.send_timeout((), LIMIT).unwrap();
    joined(thread).unwrap().unwrap();
    assert!(!live().contains(&"listed".to_owned()));
    assert_eq!(live()[0], "MainThread");
}

/// Row T13, when the thread panics.
#[test]
fn t13_a_thread_that_panicked_is_not_in_the_list() {
    let thread = start("panicked and listed", || panic!("boom")).unwrap();
    joined(thread).unwrap_err();
    assert!(!live().contains(&"panicked and listed".to_owned()));
}

/// Row T14: std's own, shown and not rewritten.
#[test]
fn t14_a_thread_local_value_is_each_threads_own() {
    use std::cell::Cell;
    thread_local! { static VALUE: Cell<u32> = const { Cell::new(0) } }
    let meeting = std::sync::Arc::new(std::sync::Barrier::new(2));
    let threads = [1, 2].map(|value| {
        let meeting = meeting.clone();
        spawn(move || {
            VALUE.set(value);
            // Neither thread reads before both have written.
            meeting.wait();
            VALUE.get()
        })
        .unwrap()
    });
    assert_eq!(threads.map(|thread| joined(thread).unwrap()), [1, 2]);
    assert_eq!(VALUE.get(), 0);
}

/// Rows T15, X21.
#[test]
fn t15_dropping_a_handle_waits_for_the_end_of_the_thread() {
    let (sender, receiver) = bounded(1);
    let thread = start("slow", move || {
        thread::sleep(Duration::from_millis(300));
        sender.send(()).unwrap();
    })
    .unwrap();
    drop(thread);
    assert_eq!(receiver.try_recv(), Ok(()));
}

#[test]
fn a_name_with_a_zero_byte_is_an_error() {
    let error = start("a\0b", || ()).unwrap_err();
    assert!(matches!(&error, StartError::Name(name) if name == "a\0b"));
    assert!(error.to_string().contains(r#""a\0b""#), "{error}");
    assert!(!live().contains(&"a\0b".to_owned()));
}

/// A thread-local whose destructor waits until the test lets it go on.
struct Slow(crossbeam_channel::Receiver<()>);

impl Drop for Slow {
    fn drop(&mut self) {
        let _go_on = self.0.recv_timeout(LIMIT);
    }
}

thread_local! {
    static SLOW: std::cell::RefCell<Option<Slow>> = const { std::cell::RefCell::new(None) };
}

#[test]
fn join_timeout_ends_at_its_limit_while_a_thread_local_is_dropped() {
    let (go_on, wait) = crossbeam_channel::bounded::<()>(1);
    let (returns, has_returned) = crossbeam_channel::bounded(1);
    let thread = start("slow to end", move || {
        SLOW.set(Some(Slow(wait)));
        returns.send(()).unwrap();
        7
    });
    has_returned.recv_timeout(LIMIT).unwrap();
    let begin = Instant::now();
    let thread = thread.unwrap().join_timeout(Duration::from_millis(50));
    let thread = thread.expect_err("it has not ended");
    assert!(begin.elapsed() < LIMIT / 2);
    assert!(thread.is_alive());
    assert!(threads::live().iter().any(|name| name == "slow to end"));
    go_on.send(()).unwrap();
    assert_eq!(thread.join_timeout(LIMIT).unwrap(), Ok(7));
}

/// The payload of a panic, which panics when it is dropped.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("a second one");
    }
}

/// A value that panics with a `Grenade` when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Grenade);
    }
}

#[test]
fn a_panic_whose_payload_panics_when_dropped_is_an_error_like_any_other() {
    let thread = start::<()>("Thread_1", || panic_any(Grenade)).unwrap();
    let error = joined(thread).unwrap_err();
    assert!(matches!(error, JoinError::Panicked { .. }), "{error}");
    // The result is not read: the handle is dropped.
    drop(start::<()>("Thread_1", || panic_any(Grenade)).unwrap());
    drop(start("Thread_1", || Bomb).unwrap());
    let in_scope = threads::scope(|scope| {
        let thread = scope.start::<()>("Thread_1", || panic_any(Grenade))?;
        Ok::<_, threads::StartError>(thread.join().is_err())
    });
    assert!(in_scope.unwrap());
}
