//! The log of a run.

use std::time::Duration;

use lesson_test::{field, recorded, run_recorded};

/// The begins and ends of a program's lanes as `lane kind what`, in the log's order.
fn lives(program: &str) -> Vec<String> {
    let (_, events) = run_recorded(program);
    let mut shown = Vec::new();
    for event in &events {
        let [lane, kind, what] = ["lane", "k", "what"].map(|name| field(event, name));
        if ["fork", "start", "exit", "join"].contains(&kind) {
            let caused = !field(event, "c").is_empty();
            assert_eq!(caused, kind == "start" || kind == "join", "{event}");
            shown.push(format!("{lane} {kind} {what}"));
        }
    }
    shown
}

#[test]
fn each_thread_is_a_lane_with_a_cause_for_its_start_and_its_join() {
    for program in [
        env!("CARGO_BIN_EXE_threads"),
        env!("CARGO_BIN_EXE_thread-subclass"),
    ] {
        let events = lives(program);
        for thread in ["Thread_1", "Thread_2"] {
            let expected = [
                format!("main fork {thread}"),
                format!("{thread} start "),
                format!("{thread} exit "),
                format!("main join {thread}"),
            ];
            let of_it = events.iter().filter(|event| event.contains(thread));
            assert!(of_it.eq(&expected), "{events:#?}");
        }
    }
}

#[test]
fn the_end_of_a_scope_joins_each_of_its_threads() {
    let events = lives(env!("CARGO_BIN_EXE_thread-scope"));
    for number in 1..=10 {
        let joined = format!("main join Thread_{number}");
        assert_eq!(events.iter().filter(|event| **event == joined).count(), 1);
    }
}

/// Otherwise a reader of the log could take the wait for one without an end.
#[test]
fn a_join_that_gave_up_is_in_the_log() {
    let log = recorded("a_join_that_gave_up_is_in_the_log", || {
        let (go_on, wait) = crossbeam_channel::bounded::<()>(1);
        let slow = threads::start("slow", move || wait.recv_timeout(Duration::from_secs(20)));
        let slow = slow.expect("the system has a thread");
        let Err(slow) = slow.join_timeout(Duration::from_millis(20)) else {
            panic!("it has ended");
        };
        go_on.send(()).expect("the thread waits for it");
        let ended = slow.join().expect("it does not panic");
        assert_eq!(ended, Ok(()));
    });
    let of_the_join = log
        .lines()
        .filter(|event| field(event, "lane") == "main" && field(event, "what") == "slow");
    let kinds: Vec<_> = of_the_join.map(|event| field(event, "k")).collect();
    let expected = ["fork", "wait-limit", "give-up", "join"];
    // The second join may find that the thread has ended.
    let waits = ["fork", "wait-limit", "give-up", "wait", "join"];
    assert!(kinds == expected || kinds == waits, "{kinds:?}");
}
