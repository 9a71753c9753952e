//! The log of a pool.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process, thread};

use common::Settings;
use multiprocess::{Exit, Process};
use pool::Pool;
use timeline::Run;

lesson_test::forking_tests![
    the_tasks_that_a_pool_was_ended_before_are_given_back_and_not_lost,
    a_task_given_back_was_not_received,
];

const LIMIT: Duration = Duration::from_secs(8);

/// Runs `program` to its end in a process of its own that records; returns the run.
fn recorded(program: impl FnOnce() + 'static) -> Run {
    let log: PathBuf = env::temp_dir().join(format!("recorded-{}.log", process::id()));
    let path = log.clone();
    let mut child = Process::start("program", move || {
        let settings = Settings {
            pace: 0.0,
            seed: None,
            chaos: None,
            record: Some(path),
        };
        common::begin("program", &settings).unwrap();
        program();
        common::end();
    })
    .unwrap();
    let ended = child.wait_timeout(LIMIT).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    assert_eq!(ended, Some(Exit::Code(0)), "{text}");
    Run::read(text.as_bytes()).unwrap()
}

fn sleep_long(_number: u32) {
    thread::sleep(LIMIT);
}

fn the_tasks_that_a_pool_was_ended_before_are_given_back_and_not_lost() {
    let run = recorded(|| {
        let pool = Pool::new(2, sleep_long).unwrap();
        let tasks: Vec<_> = (0..10).map(|number| pool.apply_async(number)).collect();
        pool.terminate();
        for task in tasks {
            task.unwrap().get().unwrap_err();
        }
    });
    assert_eq!(run.faults(), []);
}

/// Every task that was put is either received or given back, and only once.
fn a_task_given_back_was_not_received() {
    let run = recorded(|| {
        let pool = Pool::new(1, |number: u32| number).unwrap();
        let tasks: Vec<_> = (0..200).map(|number| pool.apply_async(number)).collect();
        drop(pool);
        drop(tasks);
    });
    assert_eq!(run.faults(), []);
}
