//! What a run leaves in its log.

use lesson_test::run;

/// The text of one field of an event.
fn field<'a>(event: &'a str, name: &str) -> &'a str {
    let start = event
        .find(&format!("\"{name}\":\""))
        .expect("each event has all fields")
        + name.len()
        + 4;
    let end = event[start..].find('"').expect("a text has an end");
    &event[start..start + end]
}

/// Runs `program` and gives its events of these kinds as `lane kind what`, in the log's order.
fn recorded(program: &str, test: &str) -> Vec<String> {
    let log = std::env::temp_dir().join(format!("threads-{}-{test}.jsonl", std::process::id()));
    let arguments = [
        "--pace",
        "0",
        "--record",
        log.to_str().expect("a path in /tmp is text"),
    ];
    let _ran = run(program, &arguments).expect_success();
    let events = std::fs::read_to_string(&log).expect("the log was written");
    std::fs::remove_file(&log).expect("the log is ours");
    let mut shown = Vec::new();
    for event in events.lines() {
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
    for (program, test) in [
        (env!("CARGO_BIN_EXE_threads"), "function"),
        (env!("CARGO_BIN_EXE_thread-subclass"), "subclass"),
    ] {
        let events = recorded(program, test);
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
    let events = recorded(env!("CARGO_BIN_EXE_thread-scope"), "scope");
    for number in 1..=10 {
        let joined = format!("main join Thread_{number}");
        assert_eq!(events.iter().filter(|event| **event == joined).count(), 1);
    }
}
