//! A type made of a lock and a condition is one thing in a picture: the lock is an inner part of it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use lesson_test::recorded;
use sync::{Barrier, Event, Lock, Semaphore};
use timeline::{Detail, Format, Run, Screen};

const LIMIT: Duration = Duration::from_secs(20);

/// Two threads that wait at each of them.
fn meet() {
    let (event, barrier) = (Event::new(), Barrier::new(2).unwrap());
    let places = Semaphore::named("places", 1);
    let waiter = || {
        event.wait();
        places.acquire();
        barrier.wait().unwrap();
        places.release();
    };
    let setter = || {
        assert!(places.acquire_timeout(LIMIT));
        std::thread::sleep(Duration::from_millis(20));
        event.set();
        std::thread::sleep(Duration::from_millis(20));
        places.release();
        barrier.wait().unwrap();
    };
    threads::scope(|scope| {
        scope.start("waiter", waiter)?;
        scope.start("setter", setter).map(drop)
    })
    .unwrap();
}

#[test]
fn an_event_a_semaphore_and_a_barrier_are_one_row_each_and_their_locks_are_inside() {
    let test = "an_event_a_semaphore_and_a_barrier_are_one_row_each_and_their_locks_are_inside";
    let log = recorded(test, meet);
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);

    let mut things: Vec<_> = run.things.iter().map(|it| (&*it.name, &*it.of)).collect();
    things.sort_unstable();
    let expected = [
        ("barrier 1", ""),
        ("barrier 1: lock", "barrier 1"),
        ("event 1", ""),
        ("event 1: lock", "event 1"),
        ("places", ""),
        ("places: lock", "places"),
    ];
    assert_eq!(things, expected);

    let shown = |detail| Format::Lanes.show(&run, Screen::PLAIN, detail);
    for name in ["barrier 1", "event 1", "places"] {
        assert!(
            shown(Detail::Folded).contains(name),
            "{}",
            shown(Detail::Folded)
        );
    }
    assert!(!shown(Detail::Folded).contains(": lock"));
    assert!(shown(Detail::Full).contains("places: lock"));
    let steps = Format::Steps.show(&run, Screen::PLAIN, Detail::Folded);
    assert!(steps.contains("places = 0"), "{steps}");
    assert!(steps.contains("wait for event 1"), "{steps}");
}

#[test]
fn a_barrier_shows_how_many_have_come_up_to_the_last_of_each_round() {
    let test = "a_barrier_shows_how_many_have_come_up_to_the_last_of_each_round";
    let log = recorded(test, || {
        let barrier = Barrier::new(3).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| [(); 2].map(|()| barrier.wait().unwrap()));
            }
        });
    });
    let run = Run::read(log.as_bytes()).unwrap();
    let is_set = |event: &&timeline::Event| {
        let on = event.on.map(|on| &*run.things[on].name);
        event.kind == common::Kind::Set && on == Some("barrier 1") && !event.what.is_empty()
    };
    let counts: Vec<_> = run
        .events
        .iter()
        .filter(is_set)
        .map(|it| &*it.what)
        .collect();
    assert_eq!(counts, ["1", "2", "3", "1", "2", "3"]);
}

#[test]
fn locks_of_one_name_are_several_in_the_log() {
    let log = recorded("locks_of_one_name_are_several_in_the_log", || {
        let forks = [(); 3].map(|()| Lock::named("fork", ()));
        let all_eat = std::sync::Barrier::new(3);
        threads::scope(|scope| {
            for (number, fork) in forks.iter().enumerate() {
                let all_eat = &all_eat;
                scope.start(format!("Philosopher_{number}"), move || {
                    let _fork = fork.lock();
                    all_eat.wait();
                })?;
            }
            Ok::<(), threads::StartError>(())
        })
        .unwrap();
        drop(forks);
        // The names can be used again.
        drop(Lock::named("fork", ()).lock());
    });
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
    let mut names: Vec<_> = run.things.iter().map(|thing| &*thing.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["fork", "fork 2", "fork 3"]);
    let count = |name: &str| {
        let thing = run.things.iter().find(|thing| thing.name == name);
        thing.unwrap().events.len()
    };
    assert_eq!(["fork", "fork 2", "fork 3"].map(count), [4, 2, 2]);
}
