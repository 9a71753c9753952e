//! What a run leaves in its log.

use lesson_test::{field, run_recorded};

/// The births and ends of a program's lanes as `lane kind what`, in the log's order.
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
