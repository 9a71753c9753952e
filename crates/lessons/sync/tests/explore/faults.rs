//! The six stories that go wrong: found, told, and found again.

use sync::explore::stories::STORIES;
use sync::explore::{Body, Explored, Fault, Reach, explore, lanes, pct, random, replay, waits};

use super::{BY_LOT, IN_ORDER};

fn body(name: &str) -> Body {
    let story = STORIES.iter().find(|story| story.name == name);
    story.unwrap_or_else(|| panic!("no story {name}")).body
}

/// Each way of exploring finds it, and the schedule shows the same steps again.
#[track_caller]
fn found(name: &str) -> Fault {
    let body = body(name);
    let Explored { fault, reach, .. } = explore(body, IN_ORDER);
    let fault = fault.unwrap_or_else(|| panic!("{name}: not found, {reach:?}"));
    // None of them needs more than one turn taken away, and none is seen without.
    assert_eq!(reach, Reach::Preemptions(1), "{name}");

    let text = fault.path.to_string();
    let path = text.parse().expect("it is what was printed");
    let again = replay(body, path).expect_err("the fault comes again");
    assert_eq!(again.steps, fault.steps, "{name}");
    assert_eq!(again.what, fault.what, "{name}");

    assert!(random(body, 1, BY_LOT).is_err(), "{name}, at random");
    assert!(pct(body, 1, 3, BY_LOT).is_err(), "{name}, by priorities");
    fault
}

#[track_caller]
fn assert_lanes(fault: &Fault, expected: &[&str]) {
    assert_eq!(lanes(&fault.steps), expected);
}

#[test]
fn the_lost_update() {
    let fault = found("lost-update");
    assert_eq!(fault.what, "1 was added twice, and the number is 1");
    let expected = [
        "      Thread_1                             Thread_2",
        "   1  │ reads number = 0",
        "   2  │                                    │ reads number = 0",
        "   3  │                                    │ writes number = 1",
        "   4  │ writes number = 1",
    ];
    assert_lanes(&fault, &expected);
}

#[test]
fn the_deadlock_of_two_locks_in_opposite_order() {
    let fault = found("two-locks");
    assert_eq!(fault.what, "nobody can go on: a deadlock");
    let waits = waits(&fault.steps);
    assert_eq!(waits, ["Thread_1 waits for B", "Thread_2 waits for A"]);
}

#[test]
fn the_message_behind_the_release() {
    let fault = found("message-too-late");
    assert!(fault.what.ends_with("2 threads had the lock"), "{fault:?}");
    let lanes = lanes(&fault.steps);
    let at = |thread: &str, words: &str| {
        let lane = if thread == "Thread_1" { 0 } else { 1 };
        let column = |line: &String| {
            line.chars()
                .skip(6 + 37 * lane)
                .take(37)
                .collect::<String>()
        };
        lanes.iter().position(|line| column(line).contains(words))
    };
    assert!(
        at("Thread_2", "says: locked") < at("Thread_1", "says: released"),
        "{lanes:#?}"
    );
}

#[test]
fn the_missed_notify() {
    let fault = found("missed-notify");
    assert_eq!(fault.what, "nobody can go on: a deadlock");
    assert_eq!(waits(&fault.steps), ["Thread_1 waits for changed"]);
}

#[test]
fn the_wait_without_its_loop() {
    let fault = found("wait-without-loop");
    assert_eq!(fault.what, "a thread was woken for an item that is gone");
}

#[test]
fn the_re_entrant_lock_that_is_free_after_the_inner_release() {
    assert_eq!(found("inner-release").what, "two threads are inside");
}

/// Each story says of itself whether it is right.
#[test]
fn the_right_stories_never_fail() {
    let right: Vec<_> = STORIES
        .iter()
        .filter(|s| s.about.starts_with("right: "))
        .collect();
    assert_eq!(right.len(), 2);
    for story in right {
        super::never_fails(story.body);
    }
}

#[test]
fn the_steps_keep_within_80_columns() {
    for story in STORIES {
        let fault = explore(story.body, 1000).fault;
        for line in fault.iter().flat_map(|fault| lanes(&fault.steps)) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
