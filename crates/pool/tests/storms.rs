//! Workers, supervisors and owners that are killed at random moments: nobody hangs, nothing that
//! is answered is wrong, only what the dead had in hand is lost, and nothing is left behind.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::env;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use common::pid;
use multiprocess::{Process, active_children};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pool::{Cause, Pool};

lesson_test::forking_tests![within 60;
    w16_a_thousand_killed_workers_lose_what_they_had_in_hand_and_are_replaced,
    w16_a_killed_supervisor_takes_all_workers_with_it,
    w17_a_killed_owner_leaves_nothing,
];

/// Nobody may hang for longer.
const LIMIT: Duration = Duration::from_secs(5);

/// The same moments in each run of the test (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pause_up_to(&mut self, micros: u64) {
        let pause = Duration::from_micros(self.below(micros));
        let begun = Instant::now();
        // A sleep would be rounded up by much.
        while begun.elapsed() < pause {
            thread::yield_now();
        }
    }
}

fn kill_now(process: u32) -> bool {
    kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).is_ok()
}

fn file_count(folder: &str) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

/// A value that shows whether it is torn.
fn value_of(task: u64) -> Vec<u64> {
    vec![task; (task % 100) as usize]
}

/// Row W16.
fn w16_a_thousand_killed_workers_lose_what_they_had_in_hand_and_are_replaced() {
    const KILLS: usize = 1000;
    let files = file_count("/dev/shm");
    let mut random = Random(0x5EED);
    let pool = Pool::new(3, value_of).unwrap();
    let (mut kills, mut lost) = (0, 0);
    while kills < KILLS {
        let tasks: Vec<_> = (0..500)
            .map(|task| pool.apply_async(task).unwrap())
            .collect();
        for _ in 0..5 {
            random.pause_up_to(500);
            let pids = pool.pids();
            if let Some(&victim) = pids.get(random.below(3) as usize) {
                kills += usize::from(kill_now(victim));
            }
        }
        for (number, task) in (0..).zip(tasks) {
            assert!(task.wait_timeout(LIMIT), "task {number} after {kills}");
            match task.get() {
                Ok(value) => assert_eq!(value, value_of(number)),
                Err(error) => {
                    assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                    lost += 1;
                }
            }
        }
    }
    assert!((1..=kills).contains(&lost), "{lost} tasks in {kills} kills");
    let asked = Instant::now();
    while pool.pids().len() < 3 {
        assert!(asked.elapsed() < LIMIT, "the workers are replaced");
    }
    pool.join().unwrap();
    assert_eq!(file_count("/dev/shm"), files);
}

/// Row W16.
fn w16_a_killed_supervisor_takes_all_workers_with_it() {
    let mut random = Random(0xB0B);
    for round in 0..200 {
        let pool = Pool::new(2, value_of).unwrap();
        let supervisor = active_children()[0].pid;
        let submit = |task| pool.apply_async(task).unwrap();
        let tasks: Vec<_> = (0..300).map(submit).collect();
        if round % 2 == 0 {
            // While it is busy with a dead worker.
            kill_now(pool.pids()[0]);
        }
        random.pause_up_to(1000);
        assert!(kill_now(supervisor));
        for (number, task) in (0..).zip(tasks) {
            assert!(task.wait_timeout(LIMIT), "task {number} in round {round}");
            match task.get() {
                Ok(value) => assert_eq!(value, value_of(number)),
                Err(error) => match error.cause {
                    Cause::Stopped | Cause::WorkerDied { .. } => {}
                    other => panic!("{other:?}"),
                },
            }
        }
        // What is done is done; what comes from now on, nobody can do.
        let asked = Instant::now();
        let refused = loop {
            assert!(asked.elapsed() < LIMIT, "the workers live on");
            if let Err(refused) = pool.apply(1) {
                break refused;
            }
        };
        assert!(
            matches!(refused.cause, Cause::Stopped | Cause::WorkerDied { .. }),
            "{refused}"
        );
        assert_eq!(pool.pids(), []);
        pool.join().unwrap();
        assert_eq!(active_children(), []);
    }
    assert_alone();
}

/// Row W17.
fn w17_a_killed_owner_leaves_nothing() {
    let files = file_count("/dev/shm");
    let mut random = Random(0xCAFE);
    for _ in 0..200 {
        let mut owner = Process::start("owner", || -> () {
            loop {
                let pool = Pool::new(2, value_of).unwrap();
                let submit = |task| pool.apply_async(task).unwrap();
                let tasks: Vec<_> = (0..100).map(submit).collect();
                for task in tasks {
                    task.get().unwrap();
                }
                pool.join().unwrap();
            }
        })
        .unwrap();
        random.pause_up_to(8000);
        owner.kill().unwrap();
        owner.wait().unwrap();
        assert_alone();
    }
    assert_eq!(file_count("/dev/shm"), files);
}

/// Waits until no other process of this test is left, wherever in the tree it hangs: each has
/// inherited the mark in our environment.
fn assert_alone() {
    let mark = env::var("LESSON_TEST_RUN").unwrap();
    let mark = format!("LESSON_TEST_RUN={mark}");
    let is_ours = |process: &u32| {
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let mut entries = environment.split(|&byte| byte == 0);
        *process != pid() && entries.any(|entry| entry == mark.as_bytes())
    };
    let begun = Instant::now();
    loop {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let left: Vec<u32> = numbers.filter(is_ours).collect();
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < LIMIT, "left behind: {left:?}");
        thread::yield_now();
    }
}
