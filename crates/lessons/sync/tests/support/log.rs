//! The log of a run, by its events.

use lesson_test::run;

/// The text of one field of an event, with or without quotes.
pub(crate) fn field<'a>(event: &'a str, name: &str) -> &'a str {
    let start = event
        .find(&format!("\"{name}\":"))
        .expect("each event has all fields")
        + name.len()
        + 3;
    let end = event[start..].find([',', '}']).expect("a field has an end");
    event[start..start + end].trim_matches('"')
}

/// Runs `program` and gives the lines of its log.
pub(crate) fn recorded(program: &str, test: &str) -> Vec<String> {
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
pub(crate) fn assert_in_turn(events: &[String], lock: &str) {
    let mut released = String::new();
    let mut owner = String::new();
    let mut acquires = 0;
    for event in events.iter().filter(|event| field(event, "on") == lock) {
        let id = ["pid", "n"].map(|name| field(event, name)).join(".");
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
