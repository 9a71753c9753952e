//! Destructors that panic are errors of their own tasks, and do not end the others.

mod limit;

use std::cell::RefCell;
use std::future::pending;
use std::panic::panic_any;
use std::rc::Rc;

use coroutines::{TaskError, joinall, spawn, yield_now};
use lesson_test::recorded;
use limit::run_within;

struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("a destructor panics");
    }
}

/// Row C05.
#[test]
fn c05_a_panic_whose_payload_panics_when_dropped_is_the_error_of_its_task() {
    let results = run_within(async {
        let panics = spawn("panics", async { panic_any(Grenade) });
        joinall(vec![panics, spawn("other", async { 7 })]).await
    });
    assert!(matches!(results[0], Err(TaskError::Panicked { .. })));
    assert_eq!(results[1], Ok(7));
}

/// In a process of its own, since it used to abort the process.
#[test]
fn a_task_whose_destructor_panics_when_it_is_killed_ends_nothing_else() {
    let log = recorded(
        "a_task_whose_destructor_panics_when_it_is_killed_ends_nothing_else",
        || {
            let holds = || async {
                let _held = Grenade;
                pending::<()>().await;
            };
            let ended = run_within(async move {
                let (mut killed, dropped) = (spawn("killed", holds()), spawn("dropped", holds()));
                let never_ran = Grenade;
                let never_ran = spawn("never ran", async move { drop(never_ran) });
                let other = spawn("other", async { 7 });
                yield_now().await;
                drop((dropped, never_ran));
                killed.kill().await;
                assert!(matches!(
                    killed.result(),
                    Some(Err(TaskError::Killed { .. }))
                ));
                other.get().await
            });
            assert_eq!(ended, Ok(7));
        },
    );
    assert!(log.contains("killed"), "{log}");
}

/// In a process of its own, since it used to abort the process.
#[test]
fn the_value_of_a_task_without_a_handle_may_panic_when_it_is_dropped() {
    let _log = recorded(
        "the_value_of_a_task_without_a_handle_may_panic_when_it_is_dropped",
        || {
            let ended = run_within(async {
                let handles = Rc::new(RefCell::new(Vec::new()));
                let own = Rc::clone(&handles);
                let task = spawn("has no handle", async move {
                    own.borrow_mut().clear();
                    Grenade
                });
                handles.borrow_mut().push(task);
                let other = spawn("other", async { 7 });
                yield_now().await;
                other.get().await
            });
            assert_eq!(ended, Ok(7));
        },
    );
}

/// Row C05.
#[test]
fn c05_a_destructor_that_panics_after_the_tasks_own_panic_changes_nothing() {
    struct Loud;

    impl Future for Loud {
        type Output = ();

        fn poll(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<()> {
            panic!("the first one")
        }
    }

    impl Drop for Loud {
        fn drop(&mut self) {
            panic!("the second one");
        }
    }

    let error = run_within(spawn("loud", Loud).get()).unwrap_err();
    assert!(error.to_string().contains("the first one"), "{error}");
}
