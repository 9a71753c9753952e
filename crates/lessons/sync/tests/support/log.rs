//! The log of a run, by its events.

use lesson_test::{event_id, field};

/// Checks that the events of one lock alternate: acquire, release, acquire, and so on, each acquire
/// caused by the release before it.
#[track_caller]
pub(crate) fn assert_in_turn(events: &[String], lock: &str) {
    let mut released = String::new();
    let mut owner = String::new();
    let mut acquires = 0;
    for event in events.iter().filter(|event| field(event, "on") == lock) {
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
                released = event_id(event);
            }
            kind => assert_eq!(kind, "wait", "{event}"),
        }
    }
    assert_eq!(owner, "", "still held");
    assert!(acquires > 0, "{lock} is not in the log");
}
