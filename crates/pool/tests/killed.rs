//! A worker that is killed at any instruction between two tasks loses at most the one in its hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use borsh::{BorshDeserialize, BorshSerialize};
use ipc_shared::AtomicValue;
use lesson_test::kill_everywhere;
use pool::{Cause, Pool};

mod stepping;

use stepping::{LIMIT, Victim};

lesson_test::forking_tests![within 300;
    w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer,
    w16_a_worker_killed_while_it_answers_and_takes_the_next_packet,
    w16_a_worker_killed_while_it_answers_and_what_was_in_its_hand_is_run_again,
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

/// How often each of five tasks was begun.
type Begun = [AtomicValue<AtomicU32>; 5];

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

fn run(number: Number, begun: &Begun) -> Result<Number, String> {
    begun[number.0 as usize].fetch_add(1, Ordering::Relaxed);
    match number.0 {
        1 => come_to(Place::InTask1),
        2 => come_to(Place::InTask2),
        _ => {}
    }
    Ok(number)
}

/// A pool of one worker, whose first process will step through a part of its way.
fn stepping_pool(part: [Place; 2], victim: &Victim, begun: &Begun) -> Pool<Number, Number> {
    let (victim, begun) = (victim.clone(), begun.clone());
    let init = move || {
        let _only_once = STEPS.set((victim.clone(), part));
    };
    Pool::with_state(1, init, move |(): &mut (), number| run(number, &begun)).unwrap()
}

/// Kills the worker after so many instructions of the part; gives which tasks have failed, how
/// often each was begun, and whether the part was over.
fn kill_at(part: [Place; 2], steps: usize, reruns: u32) -> (Vec<u32>, [u32; 5], bool) {
    let victim = Victim::new();
    let begun: Begun = [0; 5].map(|_| AtomicValue::new(AtomicU32::new(0)).unwrap());
    let pool = stepping_pool(part, &victim, &begun).with_reruns(reruns);
    let submit = |task| pool.apply_async(Number(task)).unwrap();
    let tasks: Vec<_> = (0..5).map(submit).collect();
    let is_over = !victim.kill_after(steps);
    let mut failed = Vec::new();
    for (number, task) in (0..).zip(tasks) {
        let is_done = task.wait_timeout(LIMIT);
        assert!(is_done, "task {number} hangs after {steps} steps");
        match task.get() {
            Ok(value) => assert_eq!(value.0, number),
            Err(error) => {
                assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                failed.push(number);
            }
        }
    }
    pool.join().unwrap();
    let begun = begun.map(|count| count.load(Ordering::Relaxed));
    (failed, begun, is_over)
}

/// Kills it all over a part. One task fails at most, and none that may not have been in its hand;
/// and none is run twice.
fn kill_all_over(kills: usize, part: [Place; 2], may_fail: &[u32]) {
    kill_everywhere(kills, |steps| {
        let (failed, begun, is_over) = kill_at(part, steps, 0);
        let after = format!("{failed:?}, {begun:?} after {steps} steps");
        assert!(failed.len() <= 1, "{after}");
        assert!(failed.iter().all(|task| may_fail.contains(task)), "{after}");
        assert!(begun.iter().all(|&times| times <= 1), "{after}");
        assert!(
            !is_over || failed == may_fail[may_fail.len() - 1..],
            "{after}"
        );
        is_over
    });
}

/// Row W16.
fn w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer() {
    kill_all_over(200, [Place::InTask1, Place::ValueOf1], &[1]);
}

/// Row W16.
fn w16_a_worker_killed_while_it_answers_and_takes_the_next_packet() {
    kill_all_over(130, [Place::ValueOf1, Place::ArgumentOf2], &[1, 2]);
}

/// Row W16. None fails if tasks may be run again; and none is run again that was not begun.
fn w16_a_worker_killed_while_it_answers_and_what_was_in_its_hand_is_run_again() {
    kill_everywhere(130, |steps| {
        let part = [Place::ValueOf1, Place::ArgumentOf2];
        // At other places than the test above, which runs at the same time.
        let (failed, begun, is_over) = kill_at(part, steps + 31, 1);
        assert_eq!(failed, [], "after {steps} steps");
        let may_be = [[1, 1, 1, 1, 1], [1, 2, 1, 1, 1]];
        assert!(may_be.contains(&begun), "{begun:?} after {steps} steps");
        is_over
    });
}

/// Row W16.
fn w16_a_worker_killed_while_it_reads_its_argument_and_begins() {
    kill_all_over(200, [Place::ArgumentOf2, Place::InTask2], &[2]);
}
