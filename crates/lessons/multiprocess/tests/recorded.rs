//! The log of a run: how its processes start, wait and end.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod recording;

use std::cell::RefCell;
use std::time::Duration;
use std::{process, thread};

use common::log::what;
use common::{Kind, say};
use multiprocess::{Process, exit_now, fork, wait, wait_any};
use nix::unistd::Pid;
use recording::recorded;

lesson_test::forking_tests![
    a_program_that_calls_exit_has_ended_in_its_log,
    a_program_that_calls_exit_now_is_recorded_as_one_that_did_not_return,
    a_destructor_of_a_thread_local_prints_in_a_recorded_run,
    a_wait_for_any_of_several_processes_is_in_the_log,
    a_wait_that_fails_is_over_in_the_log,
    a_run_that_hangs_in_a_wait_for_any_is_reported,
    a_start_that_was_refused_is_no_start_in_the_log,
];

fn a_program_that_calls_exit_has_ended_in_its_log() {
    let (pid, log) = recorded(|| {
        let child = Process::start("child", || -> () { process::exit(4) });
        child.unwrap().join().unwrap_err();
        process::exit(3)
    });
    let exits = log.lines().filter(|line| line.contains(r#""k":"exit""#));
    let exits: Vec<_> = exits.collect();
    assert_eq!(exits.len(), 2, "{log}");
    assert!(exits[1].contains(&format!(r#""pid":{pid},"#)), "{log}");
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
}

fn a_program_that_calls_exit_now_is_recorded_as_one_that_did_not_return() {
    let end_of = |program: fn()| {
        let (_, log) = recorded(program);
        let run = timeline::Run::read(log.as_bytes()).unwrap();
        assert_eq!(run.faults(), []);
        let end = run.events.iter().rfind(|event| event.kind == Kind::Exit);
        end.unwrap().what.to_string()
    };
    assert_eq!(end_of(|| exit_now(3)), what::AT_ONCE);
    assert_eq!(end_of(|| _ = common::end()), "");
}

fn a_destructor_of_a_thread_local_prints_in_a_recorded_run() {
    struct Prints;
    impl Drop for Prints {
        fn drop(&mut self) {
            say!("Gone.");
            common::pause(Duration::from_millis(1));
        }
    }
    thread_local!(static PRINTS: RefCell<Option<Prints>> = const { RefCell::new(None) });
    let (_, log) = recorded(|| {
        let name = thread::Builder::new().name("talker".to_owned());
        // The thread's lane is first used after `PRINTS`, and so is destroyed before it.
        let talker = name.spawn(|| {
            PRINTS.set(Some(Prints));
            say!("Here.");
        });
        talker.unwrap().join().unwrap();
        common::end();
    });
    let gone = log.lines().find(|line| line.contains("Gone."));
    assert!(
        gone.is_some_and(|gone| gone.contains(r#""lane":"talker""#)),
        "{log}"
    );
}

fn a_wait_for_any_of_several_processes_is_in_the_log() {
    let (_, log) = recorded(|| {
        let sleeps = || thread::sleep(Duration::from_secs(100));
        let start = |name: &str| Process::start(name, sleeps).unwrap();
        let mut many = ["a", "b", "c", "d", "e"].map(start);
        let mut many: Vec<_> = many.iter_mut().collect();
        // A call that cannot wait is not logged as a wait.
        assert_eq!(wait_any(&mut many, Duration::ZERO).unwrap(), None);
        assert_eq!(wait_any(&mut many, Duration::from_millis(1)).unwrap(), None);
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let waits = run.events.iter().filter(|event| event.kind.is_wait());
    let waits: Vec<_> = waits.map(|event| (event.kind, event.label())).collect();
    assert_eq!(waits, [(Kind::WaitLimit, "any of a, b, c and 2 more")]);
    let given_up = run.events.iter().find(|event| event.kind == Kind::GiveUp);
    assert_eq!(given_up.unwrap().label(), "any of a, b, c and 2 more");
}

/// Other code has already waited for the children.
fn a_wait_that_fails_is_over_in_the_log() {
    let (_, log) = recorded(|| {
        let ends = || thread::sleep(Duration::from_millis(20));
        let mut one = Process::start("one", ends).unwrap();
        let other = Process::start("other", ends).unwrap();
        for child in [&one, &other] {
            let pid = Pid::from_raw(child.pid().cast_signed());
            wait(pid).unwrap();
            wait(pid).unwrap_err();
            say!("It is over.");
        }
        one.wait().unwrap_err();
        say!("It is over.");
        drop(other);
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let main = &run.lanes[0].events;
    let mut pairs = main
        .windows(2)
        .map(|two| [0, 1].map(|place| run.events[two[place]].kind));
    assert!(
        pairs.all(|[one, next]| !one.is_wait() || next != Kind::Say),
        "{log}"
    );
}

/// The events up to the wait are the log of a run that hangs there.
fn a_run_that_hangs_in_a_wait_for_any_is_reported() {
    let (_, log) = recorded(|| {
        // Ends after the wait has begun, unless the machine is very busy.
        let ends = || thread::sleep(Duration::from_millis(100));
        let start = |name: &str| Process::start(name, ends).unwrap();
        let mut both = ["a", "b"].map(start);
        let mut both: Vec<_> = both.iter_mut().collect();
        assert!(wait_any(&mut both, Duration::MAX).unwrap().is_some());
    });
    let waits = log.lines().position(|line| line.contains(r#""k":"wait""#));
    let Some(waits) = waits else {
        return; // One of them had already ended.
    };
    let hangs: Vec<_> = log.lines().take(waits + 1).collect();
    let run = timeline::Run::read((hangs.join("\n") + "\n").as_bytes()).unwrap();
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let text = "When the log ends, main waits for any of a, b.";
    assert!(findings.iter().any(|it| it.contains(text)), "{findings:?}");
}

fn a_start_that_was_refused_is_no_start_in_the_log() {
    let (_, log) = recorded(|| {
        let other = thread::spawn(thread::park);
        Process::start("refused", || ()).unwrap_err();
        fork("refused").unwrap_err();
        other.thread().unpark();
        other.join().unwrap();
    });
    assert!(!log.contains("refused"), "{log}");
}
