//! A worker that is killed at any instruction between two tasks loses at most the task in its hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use ipc_shared::AtomicValue;
use lesson_test::{kill_everywhere, rounds, until};
use pool::{Cause, Pool};

mod stepping;

use stepping::{LIMIT, Victim};

lesson_test::forking_tests![within 300;
    w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer,
    w16_a_worker_killed_while_it_answers,
    w16_a_worker_killed_while_it_takes_the_next_packet,
    w16_a_worker_killed_right_before_it_takes_a_packet_leaves_it_to_the_next_one,
    w16_a_worker_killed_while_it_reads_its_argument_and_begins,
];

/// The places where the library calls code of this test on the way from one task to the next. They divide the
/// way into parts, so that each part can be stepped through without stepping through the others.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    InTask1,
    ValueOf1,
    Answered1,
    ArgumentOf2,
    InTask2,
}

/// In the worker: the places where the steps begin and end.
static STEPS: OnceLock<(Victim, [Place; 2])> = OnceLock::new();

/// For some hundred instructions, a task is in its worker's hand and still in the queue. The test
/// begins this many instructions before the one that takes the task from the queue.
const BEFORE: usize = 900;

/// Counts how often each of five tasks was begun.
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

/// The argument of a task, and its value.
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

/// The library drops a value when its answer is in the queue.
impl Drop for Number {
    fn drop(&mut self) {
        if self.0 == 1 {
            come_to(Place::Answered1);
        }
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

/// Makes a pool of one worker, whose first process will step through a part of its way. The next
/// process waits at its start until the owner has decided which tasks are lost with the first.
fn stepping_pool(
    part: [Place; 2],
    victim: &Victim,
    judged: &AtomicValue<AtomicU32>,
    begun: &Begun,
) -> Pool<Number, Number> {
    let (victim, judged, begun) = (victim.clone(), judged.clone(), begun.clone());
    let init = move || {
        if victim.has_begun() {
            until("judged", || judged.load(Ordering::Acquire) != 0);
        }
        let _only_once = STEPS.set((victim.clone(), part));
    };
    Pool::with_state(1, init, move |(): &mut (), number| run(number, &begun)).unwrap()
}

/// The state after a kill.
#[derive(Debug)]
struct After {
    /// The tasks that have failed.
    failed: Vec<u32>,
    /// How often each task was begun, by the victim and by the next worker.
    begun: [[u32; 5]; 2],
    /// Whether the part was over before the kill.
    is_over: bool,
}

/// Kills the worker after `steps` instructions of the part.
fn kill_at(part: [Place; 2], steps: usize) -> After {
    let victim = Victim::new();
    let judged = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let begun: Begun = [0; 5].map(|_| AtomicValue::new(AtomicU32::new(0)).unwrap());
    let count = || begun.each_ref().map(|count| count.load(Ordering::Relaxed));
    let pool = stepping_pool(part, &victim, &judged, &begun);
    let pid = pool.pids();
    let submit = |task| pool.apply_async(Number(task)).unwrap();
    let tasks: Vec<_> = (0..5).map(submit).collect();
    let is_over = !victim.kill_after(steps);
    until("a new worker", || {
        !pool.pids().is_empty() && pool.pids() != pid
    });
    // One turn of the owner, which now learns of the death. No worker can take a task yet, so a
    // task that the owner takes for lost cannot have been answered by chance.
    assert!(!tasks[4].wait_timeout(Duration::ZERO));
    let by_victim = count();
    judged.store(1, Ordering::Release);
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
    let mut by_next = count();
    (0..5).for_each(|task| by_next[task] -= by_victim[task]);
    After {
        failed,
        begun: [by_victim, by_next],
        is_over,
    }
}

/// Kills the worker after `steps` instructions of a part. At most one task fails, and only one of those
/// that may have been in its hand; a failed task is not run again, and all others are run once.
fn kill_once(part: [Place; 2], steps: usize, may_fail: &[u32]) -> After {
    let after = kill_at(part, steps);
    let context = format!("{after:?} after {steps} steps");
    assert!(after.failed.len() <= 1, "{context}");
    let [by_victim, by_next] = after.begun;
    for task in 0..5 {
        let times = by_victim[task as usize] + by_next[task as usize];
        if after.failed.contains(&task) {
            assert!(may_fail.contains(&task), "{context}");
            assert_eq!(by_next[task as usize], 0, "{context}");
            assert!(times <= 1, "{context}");
        } else {
            assert_eq!(times, 1, "{context}");
        }
    }
    after
}

/// Kills a worker at many instructions of a part; a kill after the part makes `fails_at_end` fail.
fn kill_all_over(kills: usize, part: [Place; 2], may_fail: &[u32], fails_at_end: &[u32]) {
    kill_everywhere(kills, |steps| {
        let after = kill_once(part, steps, may_fail);
        assert!(!after.is_over || after.failed == fails_at_end, "{after:?}");
        after.is_over
    });
}

/// Row W16.
fn w16_a_worker_killed_while_it_ends_a_task_and_makes_its_answer() {
    kill_all_over(150, [Place::InTask1, Place::ValueOf1], &[1], &[1]);
}

/// Row W16.
fn w16_a_worker_killed_while_it_answers() {
    kill_all_over(150, [Place::ValueOf1, Place::Answered1], &[1], &[]);
}

/// Row W16.
fn w16_a_worker_killed_while_it_takes_the_next_packet() {
    kill_all_over(70, [Place::Answered1, Place::ArgumentOf2], &[2], &[2]);
}

/// Row W16. A worker shows a task and then takes it, so for some instructions the task is in its
/// hand and in the queue: killed there, it has lost nothing.
fn w16_a_worker_killed_right_before_it_takes_a_packet_leaves_it_to_the_next_one() {
    let part = [Place::Answered1, Place::ArgumentOf2];
    let is_lost = |steps| kill_once(part, steps, &[2]).failed == [2];
    // Search for the instruction that takes the task.
    let (mut before, mut behind) = (0, 4096);
    while !is_lost(behind) {
        (before, behind) = (behind, behind + 4096);
    }
    while behind - before > 4 {
        let middle = before.midpoint(behind);
        match is_lost(middle) {
            true => behind = middle,
            false => before = middle,
        }
    }
    let stride = BEFORE / rounds(BEFORE / 5);
    for steps in (behind.saturating_sub(BEFORE)..behind + 16).step_by(stride) {
        let _either = is_lost(steps);
    }
}

/// Row W16.
fn w16_a_worker_killed_while_it_reads_its_argument_and_begins() {
    kill_all_over(200, [Place::ArgumentOf2, Place::InTask2], &[2], &[2]);
}
