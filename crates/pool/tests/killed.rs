//! A worker that is killed at any instruction between two tasks loses at most the one in its hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::sync::OnceLock;

use borsh::{BorshDeserialize, BorshSerialize};
use lesson_test::kill_everywhere;
use pool::{Cause, Pool};

mod stepping;

use stepping::{LIMIT, Victim};

lesson_test::forking_tests![within 300;
    w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer,
    w16_a_worker_killed_while_it_answers_and_takes_the_next_packet,
    w16_a_worker_killed_while_it_answers_and_takes_the_next_packet_at_other_places,
    w16_a_worker_killed_while_it_reads_its_argument_and_begins,
];

/// Where the library calls code of ours on the way from one task to the next: with these places
/// the way is in three parts, and no part has to be stepped through to come to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    InTask1,
    ValueOf1,
    ArgumentOf2,
    InTask2,
}

/// In the worker: where the steps begin and end.
static STEPS: OnceLock<(Victim, [Place; 2])> = OnceLock::new();

fn come_to(place: Place) {
    if let Some((victim, [begin, end])) = STEPS.get() {
        if place == *begin {
            victim.begin();
        }
        if place == *end {
            victim.end();
        }
    }
}

/// Argument and value.
#[derive(Debug, PartialEq)]
struct Number(u32);

impl BorshSerialize for Number {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        if self.0 == 1 {
            come_to(Place::ValueOf1);
        }
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Number {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let number = u32::deserialize_reader(reader)?;
        if number == 2 {
            come_to(Place::ArgumentOf2);
        }
        Ok(Self(number))
    }
}

fn run(number: Number) -> Result<Number, String> {
    match number.0 {
        1 => come_to(Place::InTask1),
        2 => come_to(Place::InTask2),
        _ => {}
    }
    Ok(number)
}

/// Kills the one worker of a pool after so many instructions of a part of its way; looks at what
/// became of all tasks, and gives whether the part was over.
fn kill_at(part: [Place; 2], steps: usize) -> bool {
    let victim = Victim::new();
    let watched = victim.clone();
    let init = move || {
        let _only_once = STEPS.set((watched.clone(), part));
    };
    let pool = Pool::with_state(1, init, |(): &mut (), number| run(number)).unwrap();
    let submit = |task| pool.apply_async(Number(task)).unwrap();
    let tasks: Vec<_> = (0..5).map(submit).collect();
    let is_over = !victim.kill_after(steps);
    let mut lost = Vec::new();
    for (number, task) in (0..).zip(tasks) {
        assert!(
            task.wait_timeout(LIMIT),
            "task {number} hangs after {steps} steps"
        );
        match task.get() {
            Ok(value) => assert_eq!(value.0, number),
            Err(error) => {
                assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                lost.push(number);
            }
        }
    }
    // One at most, and none that was not in its hand.
    let may_be_lost = match part {
        [Place::InTask1, _] => &[1][..],
        [Place::ValueOf1, _] => &[1, 2],
        _ => &[2],
    };
    assert!(lost.len() <= 1, "{lost:?} after {steps} steps");
    assert!(
        lost.iter().all(|task| may_be_lost.contains(task)),
        "{lost:?} after {steps} steps"
    );
    assert!(
        !is_over || lost == may_be_lost[may_be_lost.len() - 1..],
        "{lost:?}"
    );
    pool.join().unwrap();
    is_over
}

/// Row W16.
fn w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer() {
    kill_everywhere(200, |steps| {
        kill_at([Place::InTask1, Place::ValueOf1], steps)
    });
}

/// Row W16. The long part, by two tests side by side.
fn w16_a_worker_killed_while_it_answers_and_takes_the_next_packet() {
    kill_everywhere(130, |steps| {
        kill_at([Place::ValueOf1, Place::ArgumentOf2], steps)
    });
}

/// Row W16.
fn w16_a_worker_killed_while_it_answers_and_takes_the_next_packet_at_other_places() {
    kill_everywhere(130, |steps| {
        kill_at([Place::ValueOf1, Place::ArgumentOf2], steps + 31)
    });
}

/// Row W16.
fn w16_a_worker_killed_while_it_reads_its_argument_and_begins() {
    kill_everywhere(200, |steps| {
        kill_at([Place::ArgumentOf2, Place::InTask2], steps)
    });
}
