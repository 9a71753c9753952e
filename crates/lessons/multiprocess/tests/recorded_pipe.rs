//! The log of a run: the reads and writes of a bare pipe.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod recording;

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
use std::{env, fs, process, thread};

use common::{Kind, Stat, say};
use lesson_test::until;
use multiprocess::{Exit, Fork, exit_now, fork, pipe, wait};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use recording::{recorded, start};

lesson_test::forking_tests![
    reads_and_writes_of_a_bare_pipe_are_in_the_log,
    a_message_torn_by_two_readers_is_not_called_received,
    more_unread_writes_than_the_log_can_follow_have_no_cause,
    a_lane_that_has_read_a_part_or_written_does_not_wait,
    two_that_write_into_each_others_full_pipes_are_called_a_deadlock,
    a_write_that_was_refused_does_not_make_a_later_one_lost,
];

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
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let text = "All 2 messages sent into pipe";
    assert!(findings.iter().any(|it| it.contains(text)), "{findings:?}");
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
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    assert!(!findings.concat().contains("received"), "{findings:?}");
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
        let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
        assert!(!findings.concat().contains("received"), "{findings:?}");
    }
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
    let child = start(&path, move || write_into_full_pipes(&record));
    until("both wait", || so_far(&path).1 == 2);
    let (text, _) = so_far(&path);
    drop(child);
    fs::remove_file(path).unwrap();
    let mut run = timeline::Run::read(text.as_bytes()).unwrap();
    // As the watcher of a run reports it: there is no thread beside the two.
    run.is_idle = true;
    let faults: Vec<_> = run.faults().into_iter().map(|one| one.sentence).collect();
    let name = |lane: usize| &*run.things[run.events[lane].on.unwrap()].name;
    let [main, other] = [0, 1].map(|lane| name(*run.lanes[lane].events.last().unwrap()));
    let deadlock = format!(
        "Deadlock: no lane of the log can go on: main waits for room in {main} and other waits for room in {other}."
    );
    assert_eq!(faults[0], deadlock, "{text}");
    assert_ne!(main, other);
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
