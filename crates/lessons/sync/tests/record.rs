//! What a run leaves in its log.

use lesson_test::run;

/// The text of one field of an event, with or without quotes.
fn field<'a>(event: &'a str, name: &str) -> &'a str {
    let start = event
        .find(&format!("\"{name}\":"))
        .expect("each event has all fields")
        + name.len()
        + 3;
    let end = event[start..].find([',', '}']).expect("a field has an end");
    event[start..start + end].trim_matches('"')
}

/// Runs `program` and gives the lines of its log.
fn recorded(program: &str, test: &str) -> Vec<String> {
    let log = std::env::temp_dir().join(format!("sync-{}-{test}.jsonl", std::process::id()));
    let arguments = [
        "--pace",
        "0",
        "--record",
        log.to_str().expect("a path in /tmp is text"),
    ];
    let _ran = run(program, &arguments).expect_success();
    let text = std::fs::read_to_string(&log).expect("the log was written");
    std::fs::remove_file(&log).expect("the log is ours");
    text.lines().map(str::to_owned).collect()
}

/// The events of one lock have to be in turn: acquire, release, acquire, and so on, each acquire
/// caused by the release before it.
#[track_caller]
fn assert_in_turn(events: &[String], lock: &str) {
    let mut released = String::new();
    let mut owner = String::new();
    let mut acquires = 0;
    for event in events.iter().filter(|event| field(event, "on") == lock) {
        let id = ["pid", "tid", "n"].map(|name| field(event, name)).join(".");
        let lane = field(event, "lane");
        match field(event, "k") {
            "acquire" => {
                assert_eq!(field(event, "c"), released, "{event}");
                assert_eq!(owner, "", "two owners: {event}");
                lane.clone_into(&mut owner);
                acquires += 1;
            }
            "release" => {
                assert_eq!(lane, owner, "{event}");
                owner.clear();
                released = id;
            }
            kind => assert_eq!(kind, "wait", "{event}"),
        }
    }
    assert_eq!(owner, "", "still held");
    assert!(acquires > 0, "{lock} is not in the log");
}

#[test]
fn each_acquire_of_an_rlock_is_caused_by_the_release_before() {
    let events = recorded(env!("CARGO_BIN_EXE_sync"), "rlock");
    assert_in_turn(&events, "mylock");
}

#[test]
fn each_acquire_of_a_lock_is_caused_by_the_release_before() {
    let events = recorded(env!("CARGO_BIN_EXE_lock-counter"), "lock");
    assert_in_turn(&events, "number");
}

#[test]
fn a_lock_without_a_name_is_called_by_its_kind_and_a_number() {
    let events = recorded(env!("CARGO_BIN_EXE_rlock-reentrant"), "names");
    assert_in_turn(&events, "lock 1");
}

#[test]
fn the_lock_in_a_barrier_is_given_up_while_a_thread_waits() {
    let events = recorded(env!("CARGO_BIN_EXE_lost-update"), "barrier");
    let barrier = events
        .iter()
        .map(|event| field(event, "on"))
        .find(|on| on.starts_with("barrier "));
    assert_in_turn(&events, barrier.unwrap());
    assert!(
        events
            .iter()
            .any(|event| field(event, "on").starts_with("condition "))
    );
}
