//! The log of a run: the events of its processes and of a bare pipe.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::RefCell;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process, thread};

use common::log::what;
use common::{Kind, Settings, Stat, say};
use lesson_test::until;
use multiprocess::{Exit, Fork, Process, exit_now, fork, pipe, wait, wait_any};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::Pid;

lesson_test::forking_tests![
    a_program_that_calls_exit_has_ended_in_its_log,
    a_program_that_calls_exit_now_is_recorded_as_one_that_did_not_return,
    a_destructor_of_a_thread_local_prints_in_a_recorded_run,
    reads_and_writes_of_a_bare_pipe_are_in_the_log,
    a_message_torn_by_two_readers_is_not_called_received,
    a_wait_for_any_of_several_processes_is_in_the_log,
    a_run_that_hangs_in_a_wait_for_any_is_reported,
    a_wait_that_fails_is_over_in_the_log,
    a_lane_that_has_read_a_part_or_written_does_not_wait,
    two_that_write_into_each_others_full_pipes_are_called_a_deadlock,
    more_unread_writes_than_the_log_can_follow_have_no_cause,
    a_write_that_was_refused_does_not_make_a_later_one_lost,
    a_start_that_was_refused_is_no_start_in_the_log,
];

/// Runs `program` to its end in a process of its own that records; returns its pid and its log.
fn recorded(program: impl FnOnce() + 'static) -> (u32, String) {
    let log: PathBuf = env::temp_dir().join(format!("recorded-{}.log", process::id()));
    let path = log.clone();
    let mut child = Process::start("program", move || {
        let settings = Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record: Some(path),
        };
        common::begin("program", &settings).unwrap();
        program();
    })
    .unwrap();
    let ended = child.wait_timeout(Duration::from_secs(5)).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    assert!(matches!(ended, Some(Exit::Code(_))), "{ended:?} {text}");
    (child.pid(), text)
}

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
    struct Talks;
    impl Drop for Talks {
        fn drop(&mut self) {
            say!("Gone.");
            common::pause(Duration::from_millis(1));
        }
    }
    thread_local!(static TALKS: RefCell<Option<Talks>> = const { RefCell::new(None) });
    let (_, log) = recorded(|| {
        let name = thread::Builder::new().name("talker".to_owned());
        // The thread's lane is first used after `TALKS`, and so is destroyed before it.
        let talker = name.spawn(|| {
            TALKS.set(Some(Talks));
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

/// Returns the kinds of the events that a log has on the lane of this name.
fn kinds(log: &str, lane: &str) -> Vec<Kind> {
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let lane = run.lanes.iter().find(|one| one.name == lane).unwrap();
    let events = lane.events.iter();
    events.map(|&event| run.events[event].kind).collect()
}

fn reads_and_writes_of_a_bare_pipe_are_in_the_log() {
    use Kind::{Close, Eof, Exit as Ends, Fork as Forks, Join, Recv, Send, Wait};

    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        let reader = match fork("reader").unwrap() {
            Fork::Parent { child } => child,
            Fork::Child => {
                drop(writing);
                let mut word = String::new();
                let read = (&reading).read_to_string(&mut word);
                exit_now(i32::from(read.is_err() || word != "one two"));
            }
        };
        drop(reading);
        (&writing).write_all(b"one").unwrap();
        (&writing).write_all(b" two").unwrap();
        drop(writing);
        assert_eq!(wait(reader), Ok(Exit::Code(0)));
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{log}");
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let received = "All 2 messages sent into pipe";
    assert!(said.iter().any(|one| one.contains(received)), "{said:?}");
    let parent = kinds(&log, "main");
    assert!(
        parent.ends_with(&[Forks, Close, Send, Send, Close, Wait, Join, Ends]),
        "{parent:?}"
    );
    let mut child = kinds(&log, "reader");
    // How often it found nothing depends on the machine.
    child.retain(|kind| *kind != Wait);
    assert!(
        child.ends_with(&[Close, Recv, Recv, Eof, Ends]),
        "{child:?}"
    );
}

fn a_message_torn_by_two_readers_is_not_called_received() {
    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        (&writing).write_all(b"torn").unwrap();
        (&reading).read_exact(&mut [0; 2]).unwrap();
        match fork("other").unwrap() {
            Fork::Parent { child } => assert_eq!(wait(child), Ok(Exit::Code(0))),
            Fork::Child => {
                let read = (&reading).read_exact(&mut [0; 2]);
                exit_now(i32::from(read.is_err()));
            }
        }
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    assert!(!said.iter().any(|one| one.contains("received")), "{said:?}");
}

/// A read of bytes whose writes are no longer known names no cause, and the log claims none for it.
/// Writes that come later are known again.
fn more_unread_writes_than_the_log_can_follow_have_no_cause() {
    for buffer in [4096, 7] {
        let (_, log) = recorded(move || {
            let (reading, writing) = pipe().unwrap();
            for _ in 0..2000 {
                (&writing).write_all(b"x").unwrap();
            }
            let mut read = 0;
            while read < 2000 {
                read += (&reading).read(&mut vec![0; buffer]).unwrap();
            }
            (&writing).write_all(b"last").unwrap();
            (&reading).read_exact(&mut [0; 4]).unwrap();
        });
        let run = timeline::Run::read(log.as_bytes()).unwrap();
        let of_kind = |kind| run.events.iter().filter(move |event| event.kind == kind);
        assert_eq!(of_kind(Kind::Send).count(), 2001);
        let causes: Vec<_> = of_kind(Kind::Recv).map(|event| event.cause).collect();
        assert_eq!(causes[0], None, "{buffer}");
        let known: Vec<usize> = causes.iter().flatten().copied().collect();
        assert!(
            known.is_sorted() && known.len() > 1000,
            "{buffer}: {}",
            known.len()
        );
        let last = run
            .events
            .iter()
            .rposition(|event| event.kind == Kind::Send);
        assert_eq!(causes.last(), Some(&last), "{buffer}");
        // Each read names the exact write: all but the last are of one byte.
        let lengths = known[..known.len() - 1]
            .iter()
            .map(|&send| run.events[send].label());
        assert!(
            lengths.into_iter().all(|length| length == "1 bytes"),
            "{buffer}"
        );
        let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
        assert!(!said.iter().any(|one| one.contains("received")), "{said:?}");
    }
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

/// Reading a part of the bytes of one write is not an event.
fn a_lane_that_has_read_a_part_or_written_does_not_wait() {
    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        let reader = match fork("reader").unwrap() {
            Fork::Parent { child } => child,
            Fork::Child => {
                drop(writing);
                (&reading).read_exact(&mut [0; 2]).unwrap();
                say!("Two bytes.");
                (&reading).read_exact(&mut [0; 99_998]).unwrap();
                exit_now(0)
            }
        };
        // Twice, because it may sleep for a moment before that.
        for _ in 0..2 {
            until("it is asleep in its read", || {
                thread::sleep(Duration::from_millis(5));
                Stat::of(reader.as_raw()).is_some_and(|stat| stat.state == 'S')
            });
        }
        (&writing).write_all(&[0; 100_000]).unwrap();
        say!("Written.");
        assert_eq!(wait(reader), Ok(Exit::Code(0)));
    });
    let before_say = |lane: &str| {
        let kinds = kinds(&log, lane);
        let say = kinds.iter().position(|kind| *kind == Kind::Say).unwrap();
        kinds[say - 1]
    };
    assert_eq!(
        [before_say("main"), before_say("reader")],
        [Kind::Resume; 2],
        "{log}"
    );
    let main = kinds(&log, "main");
    let waits = [Kind::Send, Kind::Wait, Kind::Resume];
    assert!(main.windows(3).any(|kinds| kinds == waits), "{log}");
}

/// Returns the log of a program so far, and the number of waits for room in it.
fn so_far(log: &Path) -> (String, usize) {
    let text = fs::read_to_string(log).unwrap_or_default();
    let waits = text.matches(r#""what":"room""#).count();
    (text, waits)
}

/// Two processes each write more than their pipe has room for, and neither reads.
fn write_into_full_pipes(log: &Path) {
    let ((reading, theirs), (their_reading, writing)) = (pipe().unwrap(), pipe().unwrap());
    // Each process closes the ends that it does not use before either of them waits.
    match fork("other").unwrap() {
        Fork::Parent { .. } => {
            drop((theirs, their_reading));
            (&reading).read_exact(&mut [0]).unwrap();
            (&writing).write_all(b"!").unwrap();
            until("the other waits", || so_far(log).1 == 1);
            let _is_killed = (&writing).write_all(&[0; 100_000]);
            drop(reading);
        }
        Fork::Child => {
            drop((reading, writing));
            (&theirs).write_all(b"!").unwrap();
            (&their_reading).read_exact(&mut [0]).unwrap();
            let _is_killed = (&theirs).write_all(&[0; 100_000]);
            exit_now(0)
        }
    }
}

fn two_that_write_into_each_others_full_pipes_are_called_a_deadlock() {
    let path = env::temp_dir().join(format!("full-{}.log", process::id()));
    let record = path.clone();
    let child = Process::start("program", move || {
        let settings = Settings {
            pace: 1.0,
            seed: None,
            chaos: None,
            record: Some(record.clone()),
        };
        common::begin("program", &settings).unwrap();
        write_into_full_pipes(&record);
    });
    until("both wait", || so_far(&path).1 == 2);
    let (text, _) = so_far(&path);
    drop(child.unwrap());
    fs::remove_file(path).unwrap();
    let run = timeline::Run::read(text.as_bytes()).unwrap();
    let faults: Vec<_> = run.faults().into_iter().map(|one| one.sentence).collect();
    let name = |lane: usize| &*run.things[run.events[lane].on.unwrap()].name;
    let [main, other] = [0, 1].map(|lane| name(*run.lanes[lane].events.last().unwrap()));
    let told = format!(
        "Deadlock: no lane of the log can go on: main waits for room in {main} and other waits for room in {other}."
    );
    assert_eq!(faults[0], told, "{text}");
    assert_ne!(main, other);
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
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let told = "When the log ends, main waits for any of a, b.";
    assert!(said.iter().any(|one| one.contains(told)), "{said:?}");
}

fn a_write_that_was_refused_does_not_make_a_later_one_lost() {
    let (_, log) = recorded(|| {
        let (reading, writing) = pipe().unwrap();
        let nonblocking = FcntlArg::F_SETFL(OFlag::O_NONBLOCK);
        fcntl(&writing, nonblocking).unwrap();
        let full = [0; 64 << 10];
        (&writing).write_all(&full).unwrap();
        (&writing).write(b"again").unwrap_err();
        let mut all = vec![0; full.len()];
        (&reading).read_exact(&mut all).unwrap();
        (&writing).write_all(b"again").unwrap();
        (&reading).read_exact(&mut all[..5]).unwrap();
    });
    let run = timeline::Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{log}");
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
