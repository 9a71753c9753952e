//! The six stories that fail: each fault is found, described, and found again.

use explore::{
    Body, Explored, Fault, Reach, Wrong, explore, lanes, never_fails, panics, pct, random,
    recorded, replay, tell, together, waits,
};
use sync::Lock;
use timeline::{Damage, Run};

use explore::primitives::atomic::Ordering;

use std::sync::atomic::AtomicBool;

use super::stories::STORIES;
use super::worlds;

/// How many schedules are tried in order, and how many at random of each sort.
const IN_ORDER: usize = 100_000;
const AT_RANDOM: usize = 10_000;

fn body(name: &str) -> Body {
    let story = STORIES.iter().find(|story| story.name == name);
    story.unwrap_or_else(|| panic!("no story {name}")).body
}

/// Checks that each way of exploring finds the fault, and that its schedule shows the same steps again.
#[track_caller]
fn found(name: &str) -> Fault {
    let body = body(name);
    let Explored { fault, reach, .. } = explore(body, IN_ORDER);
    let fault = fault.unwrap_or_else(|| panic!("{name}: not found, {reach:?}"));
    // None of them needs more than one preemption, and none is found without one.
    assert_eq!(reach, Reach::Preemptions(1), "{name}");

    let text = fault.path.to_string();
    let path = text.parse().expect("it is what was printed");
    let again = replay(body, path).expect_err("the fault comes again");
    assert_eq!(again.steps, fault.steps, "{name}");
    assert_eq!(again.what, fault.what, "{name}");

    assert!(random(body, 1, AT_RANDOM).is_err(), "{name}, at random");
    assert!(pct(body, 1, 3, AT_RANDOM).is_err(), "{name}, by priorities");
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
    assert_eq!(fault.what, "no thread can go on: a deadlock");
    let waits = waits(&fault.steps);
    assert_eq!(waits, ["Thread_1 waits for B", "Thread_2 waits for A"]);
}

#[test]
fn the_message_after_the_release() {
    let fault = found("message-too-late");
    assert!(
        fault.what.ends_with("2 threads had the lock at once"),
        "{fault:?}"
    );
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
    assert_eq!(fault.what, "no thread can go on: a deadlock");
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

/// The text of each story says whether it is right.
#[test]
fn the_right_stories_never_fail() {
    let right: Vec<_> = STORIES
        .iter()
        .filter(|s| s.about.starts_with("right: "))
        .collect();
    assert_eq!(right.len(), 2);
    for story in right {
        never_fails(story.body);
    }
}

/// The world judges what the threads do: doing nothing is not right.
#[test]
fn a_story_whose_threads_do_nothing_is_wrong_in_its_world() {
    let empty: [(&str, Body); 8] = [
        ("lost-update", || worlds::lost_update::story(|_| ())),
        ("two-locks", || worlds::two_locks::story(|_| (), |_| ())),
        ("message-too-late", || {
            worlds::message_too_late::story(|_| ());
        }),
        ("missed-notify", || worlds::missed_notify::story(|_| ())),
        ("wait-without-loop", || {
            worlds::wait_without_loop::story(|_| ());
        }),
        ("inner-release", || {
            worlds::inner_release::story(|_| (), |_| ());
        }),
        ("counter", || worlds::counter::story(|_| ())),
        ("count-to-4", || worlds::count_to_4::story(|_| ())),
    ];
    for (name, body) in empty {
        assert!(explore(body, 1000).fault.is_some(), "{name}");
    }
}

/// Money on its way is in neither account: a thread that counts sees that.
#[test]
fn a_lock_released_between_two_changes_is_found_by_counting() {
    fn one_after_the_other(world: &worlds::two_locks::World) {
        *world.a.lock() -= 1;
        *world.b.lock() += 1;
    }
    fn in_one_hold(world: &worlds::two_locks::World) {
        let (mut a, mut b) = (world.a.lock(), world.b.lock());
        *a += 2;
        *b -= 2;
    }
    let body: Body = || worlds::two_locks::story(one_after_the_other, in_one_hold);
    let fault = explore(body, IN_ORDER).fault.expect("it is wrong");
    assert!(fault.what.contains("is in A and B"), "{}", fault.what);
}

/// The repaired stories: any order of locks is accepted, if it is right in the world.
#[test]
fn mended_stories_never_fail() {
    never_fails(|| {
        worlds::lost_update::story(|world| {
            world.number.fetch_add(1, Ordering::SeqCst);
        });
    });
    never_fails(|| {
        worlds::two_locks::story(
            |world| {
                let (mut a, mut b) = (world.a.lock(), world.b.lock());
                *a -= 1;
                *b += 1;
            },
            |world| {
                let (mut a, mut b) = (world.a.lock(), world.b.lock());
                *a += 2;
                *b -= 2;
            },
        );
    });
    never_fails(|| {
        worlds::message_too_late::story(|world| {
            let mut number = world.number.lock();
            world.print_locked(*number);
            *number += 1;
            world.print_released();
        });
    });
    never_fails(|| {
        worlds::missed_notify::story(|world| {
            drop(world.changed.wait_until(world.ready.lock(), |ready| *ready));
        });
    });
    never_fails(|| {
        worlds::wait_without_loop::story(|world| {
            let items = world.items.lock();
            let mut items = world.changed.wait_until(items, |items| items.count() > 0);
            items.take();
        });
    });
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

/// It has no turn in which it could be ended; the rest of the search is skipped.
#[test]
fn a_thread_that_goes_on_and_on_without_a_turn_is_found_and_named() {
    // Straight from std: reading it is not a turn.
    static IS_FOUND: AtomicBool = AtomicBool::new(false);
    fn story() {
        let lock = Lock::named("A", ());
        let goes_on = || {
            let _guard = lock.lock();
            while !IS_FOUND.load(Ordering::SeqCst) {
                std::hint::spin_loop();
            }
        };
        together(&[&|| drop(lock.lock()), &goes_on]);
    }
    let fault = explore(story, 1000).fault.expect("it does not end");
    IS_FOUND.store(true, Ordering::SeqCst);
    assert_eq!(fault.wrong, Wrong::NoTurn);
    assert!(
        fault.what.starts_with("Thread_2 goes on and on"),
        "{}",
        fault.what
    );
    let lanes = lanes(&fault.steps);
    assert!(lanes.last().unwrap().contains("takes A"), "{lanes:#?}");
}

/// A story may have a panic that is not a fault.
/// A lock in a `static` may stay taken when a run ends in a deadlock, and every later run then ends in one.
#[test]
fn a_deadlock_is_that_of_its_own_run_and_not_one_that_it_has_left_behind() {
    static IS_LEFT: AtomicBool = AtomicBool::new(false);
    fn story() {
        let [a, b, gate] = ["A", "B", "gate"].map(|name| Lock::named(name, ()));
        let _never_open = gate.lock();
        let pass = || {
            if IS_LEFT.load(Ordering::SeqCst) {
                drop(gate.lock());
            }
        };
        let one_way = || {
            pass();
            let _both = (a.lock(), b.lock());
        };
        let other_way = || {
            pass();
            let _held = b.lock();
            IS_LEFT.store(a.try_lock().is_none(), Ordering::SeqCst);
            let _both = a.lock();
        };
        together(&[&one_way, &other_way]);
        IS_LEFT.store(false, Ordering::SeqCst);
    }
    let fault = explore(story, IN_ORDER).fault.expect("they wait");
    let waits = waits(&fault.steps);
    assert_eq!(waits, ["Thread_1 waits for B", "Thread_2 waits for A"]);
}

/// As a body does that calls itself after each wake-up.
#[test]
fn a_thread_has_room_for_some_hundred_calls_within_each_other() {
    fn calls(more: usize) {
        let room = [more; 128];
        std::hint::black_box(&room);
        if more > 0 {
            calls(more - 1);
        }
    }
    fn story() {
        together(&[&|| calls(400), &|| calls(400)]);
    }
    assert!(random(story, 1, 10).is_ok());
}

#[test]
fn a_panic_that_a_story_asks_for_is_no_fault_and_its_steps_go_on() {
    fn story() {
        let lock = Lock::named("A", ());
        let panics_inside = || {
            assert!(panics(|| {
                let _guard = lock.lock();
                panic!("no");
            }));
            tell!("goes on");
        };
        together(&[&panics_inside]);
        drop(lock.lock());
        panic!("the fault");
    }
    let fault = explore(story, 1000).fault.expect("it panics at its end");
    assert_eq!(fault.what, "the fault");
    let lanes = lanes(&fault.steps);
    assert!(
        lanes.iter().any(|line| line.contains("goes on")),
        "{lanes:#?}"
    );
    assert!(!panics(|| ()));
}

/// So that a picture of it can be drawn.
#[test]
fn a_fault_is_recorded_as_a_run_with_a_lane_for_each_thread() {
    let fault = found("two-locks");
    let run = Run::read(recorded("two-locks", &fault).as_bytes()).unwrap();
    let lanes: Vec<_> = run.lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(lanes, ["main", "Thread_1", "Thread_2"]);
    assert_eq!(run.damage, Damage::default());
    let findings: Vec<_> = run.check().into_iter().map(|one| one.sentence).collect();
    assert!(
        findings.iter().any(|one| one.contains("Thread_1")),
        "{findings:#?}"
    );
}

#[test]
fn the_picture_of_a_fault_names_the_fault_and_not_that_the_run_was_killed() {
    for story in STORIES {
        let Some(fault) = explore(story.body, 1000).fault else {
            continue;
        };
        let run = Run::read(recorded(story.name, &fault).as_bytes()).unwrap();
        let first = fault.what.lines().next().unwrap();
        assert_eq!(run.found, first);
        let faults: Vec<_> = run.faults().into_iter().map(|one| one.sentence).collect();
        assert!(faults.iter().any(|one| one.contains(first)), "{faults:#?}");
        assert!(
            !faults.iter().any(|one| one.contains("killed")),
            "{faults:#?}"
        );
    }
}
