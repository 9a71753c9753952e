//! The log of a run.

mod limit;

use std::fs;
use std::path::Path;

use common::Settings;
use coroutines::Pool;
use lesson_test::{event_id, field, run, run_recorded};
use limit::run_within;

const MAIN: &str = env!("CARGO_BIN_EXE_coroutines");

fn of_kind<'a>(events: &'a [String], kind: &str) -> Vec<&'a str> {
    let events = events.iter().map(String::as_str);
    events.filter(|event| field(event, "k") == kind).collect()
}

/// Row C02, as recorded: each task is a lane; its start names the fork, its join the exit.
#[test]
fn c02_a_recording_has_a_lane_for_each_task_with_its_causes() {
    let (_, log) = run_recorded(MAIN);
    let (forks, exits) = (of_kind(&log, "fork"), of_kind(&log, "exit"));
    let (starts, joins) = (of_kind(&log, "start"), of_kind(&log, "join"));
    assert_eq!(
        [forks.len(), starts.len(), joins.len()],
        [3, 3, 3],
        "{log:#?}"
    );
    for (start, fork) in starts.iter().zip(&forks) {
        assert_eq!(field(start, "lane"), field(fork, "what"));
        assert_eq!(field(start, "c"), event_id(fork));
    }
    for join in joins {
        let is_cause = |exit: &&&str| event_id(exit) == field(join, "c");
        let exit = exits.iter().find(is_cause).expect("a join has a cause");
        assert_eq!(field(exit, "lane"), field(join, "what"));
    }
    let mut printed = of_kind(&log, "say").into_iter();
    assert!(
        printed.all(|event| field(event, "lane").starts_with("http://")),
        "{log:#?}"
    );
}

/// Row X02.
#[test]
fn x02_a_record_that_cannot_be_written_is_one_line_and_exit_code_1() {
    let ran = run(MAIN, &["--pace", "0", "--record", "/nowhere/log"]).expect_complaint(1);
    assert!(ran.err.contains("/nowhere/log"), "{ran:#?}");
}

#[test]
fn two_pools_have_two_names() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pools.jsonl");
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(path.clone()),
    };
    common::begin("pools", &settings).expect("the log can be written");
    let pools = [1, 2].map(|_| Pool::bounded(1).expect("1 is a size"));
    run_within(async {
        for pool in &pools {
            let mut task = pool.spawn("task", async {}).await;
            task.join().await;
        }
    });
    let log = fs::read_to_string(&path).expect("the log was written");
    let log: Vec<String> = log.lines().map(str::to_owned).collect();
    let names: Vec<_> = of_kind(&log, "acquire")
        .into_iter()
        .map(|event| field(event, "on"))
        .collect();
    assert_eq!(names, ["pool", "pool 2"]);
}
