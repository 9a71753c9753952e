//! A check of the log knows how a task ended, and shows it as waiting while it awaits.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::future::pending;
use std::time::Duration;

use common::{Kind, Trace, say};
use coroutines::{Pool, joinall, run, spawn, timeout, yield_now};
use lesson_test::recorded;
use smol::Timer;
use timeline::Run;

const SHORT: Duration = Duration::from_millis(20);

/// Runs `test`, and returns its log, in which no fault may be found.
#[track_caller]
fn recorded_run(test: &str, main: impl AsyncFnOnce()) -> Run {
    let log = recorded(test, || run(async { main().await }));
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{log}");
    run
}

fn kinds(run: &Run, lane: &str) -> Vec<Kind> {
    let lane = run.lanes.iter().find(|other| other.name == lane).unwrap();
    let kind = |&event: &usize| run.events[event].kind;
    lane.events.iter().map(kind).collect()
}

/// How a lane ended, from its last event.
fn end<'a>(run: &'a Run, lane: &str) -> &'a str {
    let lane = run.lanes.iter().find(|other| other.name == lane).unwrap();
    &run.events[*lane.events.last().unwrap()].what
}

#[test]
fn a_task_that_is_killed_is_not_called_forgotten() {
    let run = recorded_run(
        "a_task_that_is_killed_is_not_called_forgotten",
        async || {
            let mut task = spawn("killed", pending::<()>());
            yield_now().await;
            task.kill().await;
        },
    );
    assert_eq!(end(&run, "killed"), "killed");
}

#[test]
fn tasks_that_a_timeout_around_joinall_ends_are_not_called_forgotten() {
    let run = recorded_run(
        "tasks_that_a_timeout_around_joinall_ends_are_not_called_forgotten",
        async || {
            // One ends before the limit, but the program still waits for the one before it.
            let tasks = vec![spawn("endless", pending::<()>()), spawn("quick", async {})];
            assert!(timeout(SHORT, joinall(tasks)).await.is_err());
        },
    );
    assert_eq!(end(&run, "endless"), "killed");
    assert_eq!(end(&run, "quick"), "");
    assert!(kinds(&run, "main").contains(&Kind::GiveUp));
}

#[test]
fn a_task_whose_handle_is_dropped_is_not_called_forgotten() {
    let run = recorded_run(
        "a_task_whose_handle_is_dropped_is_not_called_forgotten",
        async || {
            let (waits, has_ended) = (spawn("waits", pending::<()>()), spawn("ended", async {}));
            let never_ran = spawn("never ran", pending::<()>());
            drop(never_ran);
            yield_now().await;
            drop((waits, has_ended));
        },
    );
    assert_eq!(end(&run, "waits"), "killed");
    assert_eq!(end(&run, "ended"), "");
}

#[test]
fn a_wait_for_a_place_in_a_pool_that_gives_up_is_on_record() {
    let run = recorded_run(
        "a_wait_for_a_place_in_a_pool_that_gives_up_is_on_record",
        async || {
            let pool = Pool::bounded(1).unwrap();
            let first = pool.spawn("first", pending::<()>()).await;
            let second = timeout(SHORT, pool.spawn("second", async {})).await;
            assert!(second.is_err());
            drop(first);
        },
    );
    let main = kinds(&run, "main");
    let wait = main.iter().position(|kind| *kind == Kind::Wait).unwrap();
    assert_eq!(main[wait + 1..=wait + 2], [Kind::Resume, Kind::GiveUp]);
}

#[test]
fn tasks_of_one_name_that_live_together_are_three_lanes() {
    let run = recorded_run(
        "tasks_of_one_name_that_live_together_are_three_lanes",
        async || {
            let worker = async || yield_now().await;
            let tasks = [(); 3].map(|()| spawn("worker", worker()));
            let _results = joinall(tasks.into()).await;
        },
    );
    for lane in ["worker", "worker (2)", "worker (3)"] {
        use Kind::{Exit, Resume, Start, Wait};
        assert_eq!(kinds(&run, lane), [Start, Wait, Resume, Exit]);
    }
    let sentences = run.check().into_iter().map(|finding| finding.sentence);
    let sentences: Vec<_> = sentences.collect();
    let all = "All 3 that were started were waited for.".to_owned();
    assert!(sentences.contains(&all), "{sentences:?}");
}

/// Names that are too long for a line of the log stay different names of two lanes and two locks.
#[test]
fn long_names_that_begin_alike_stay_apart() {
    let run = recorded_run("long_names_that_begin_alike_stay_apart", async || {
        let long = "a name of many words that goes on and on and on, number ";
        let tasks = [1, 2].map(|number| spawn(format!("{long}{number}"), yield_now()));
        let _results = joinall(tasks.into()).await;
        for number in [1, 2] {
            let lock = Trace::named(format!("{long}{number}"));
            lock.acquired();
            lock.releases();
        }
    });
    assert_eq!([run.lanes.len(), run.things.len()], [3, 2], "{run:#?}");
    let joins = run.events.iter().filter(|event| event.kind == Kind::Join);
    for join in joins {
        let exit = &run.events[join.cause.unwrap()];
        assert_eq!(*join.what, run.lanes[exit.lane].name);
    }
}

/// The spawner takes the place, but the task frees it: so a waiting spawner holds no place itself.
#[test]
fn a_spawner_that_waits_for_a_place_is_in_no_deadlock_wherever_the_log_is_cut() {
    let log = recorded(
        "a_spawner_that_waits_for_a_place_is_in_no_deadlock_wherever_the_log_is_cut",
        || {
            run(async {
                let pool = Pool::bounded(1).unwrap();
                let sleep = async || _ = Timer::after(SHORT).await;
                let tasks = [
                    pool.spawn("a", sleep()).await,
                    pool.spawn("b", sleep()).await,
                ];
                let _results = joinall(tasks.into()).await;
            });
        },
    );
    let lines: Vec<_> = log.lines().collect();
    let waits_for_pool = |line: &&str| line.contains(r#""k":"wait","on":"pool""#);
    assert!(lines.iter().any(waits_for_pool), "{log}");
    for cut in 1..=lines.len() {
        let run = Run::read(lines[..cut].join("\n").as_bytes()).unwrap();
        let faults = run.faults().into_iter().map(|fault| fault.sentence);
        let faults: Vec<_> = faults
            .filter(|fault| !fault.starts_with("The log ends"))
            .collect();
        assert_eq!(faults, [] as [&str; 0], "{cut} lines of {log}");
    }
}

/// It goes on from the end of its own wait, and not only from its next recorded event; and not at
/// the turns of others.
#[test]
fn the_future_of_run_goes_on_when_its_own_wait_is_over() {
    let run = recorded_run(
        "the_future_of_run_goes_on_when_its_own_wait_is_over",
        async || {
            let other = spawn("other", async {
                for _ in 0..5 {
                    Timer::after(SHORT / 10).await;
                }
            });
            Timer::after(SHORT).await;
            say!("on");
            other.get().await.unwrap();
        },
    );
    use Kind::{Exit, Fork, Join, Resume, Say, Wait};
    let main: Vec<_> = kinds(&run, "main").into_iter().collect();
    let from_fork = main.iter().position(|kind| *kind == Fork).unwrap();
    let [fork, wait, resume, say, rest @ ..] = &main[from_fork..] else {
        panic!("{main:?}");
    };
    assert_eq!([fork, wait, resume, say], [&Fork, &Wait, &Resume, &Say]);
    let ends = [[Wait, Resume, Join, Exit].as_slice(), &[Join, Exit]];
    assert!(ends.contains(&rest), "{main:?}");
}

/// Between two events of the thread, at most one lane runs: the others wait.
#[test]
fn of_coroutines_on_one_thread_one_runs_and_the_others_wait() {
    let run = recorded_run(
        "of_coroutines_on_one_thread_one_runs_and_the_others_wait",
        async || {
            let visit = async |name| {
                say!("{name} begins");
                Timer::after(SHORT).await;
                say!("{name} goes on");
                yield_now().await;
                say!("{name} ends");
            };
            let tasks = ["a", "b", "c"].map(|name| spawn(name, visit(name)));
            let _results = joinall(tasks.into()).await;
        },
    );
    let mut runs = vec![false; run.lanes.len()];
    for event in &run.events {
        let waits = matches!(event.kind, Kind::Wait | Kind::WaitLimit | Kind::Exit);
        runs[event.lane] = !waits;
        let running = runs.iter().filter(|runs| **runs).count();
        assert!(running <= 1, "{:#?}", run.events);
    }
    for task in ["a", "b", "c"] {
        use Kind::{Exit, Resume, Say, Start, Wait};
        let all = [Start, Say, Wait, Resume, Say, Wait, Resume, Say, Exit];
        assert_eq!(kinds(&run, task), all);
    }
}
